// SPDX-License-Identifier: Apache-2.0
// An ifetch reads two rows of a slice in two cycles, and the slice has one read port and two banks.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "testbench/chip/timetable.h"
#include "tlm/chip/chip_core.h"

namespace lpu::tlm {
namespace {

using namespace testbench;  // NOLINT(google-build-using-namespace): tests of one folder

constexpr auto kEast = isa::Hemisphere::kEast;
constexpr int kSlice = 2;            // mem_e.slice2, whose rows are fetched
constexpr int kSliceOfChip = 46;     // the same, counted over both hemispheres
constexpr int kUpperBank = 4096;     // first row of the second bank
constexpr std::int64_t kFetch = 30;  // rows are read in cycles 30 and 31

const isa::ChipSpec& spec() {
  static const isa::ChipSpec chip = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  return chip;
}

class FetchPortTest : public testing::TestWithParam<Values> {
 protected:
  void clear() { table = Timetable(spec()); }

  /// Takes up an ifetch; NOPs make the program longer than the head of the queue.
  void fetch(int queue, std::int64_t cycle, int row) {
    isa::Insn insn = insn_of(isa::Op::kIfetch);
    insn.count = kSliceOfChip;
    insn.addr = static_cast<std::uint16_t>(row);
    table.at(cycle, queue, insn);
    insn = {};
    insn.count = 1;
    for (int more = 1; more <= 50; ++more) table.at(cycle + more, queue, insn);
  }
  void read(std::int64_t cycle) { table.at(cycle, slice(kSlice), read_row(100, east(0))); }
  /// A vector reaches the slice in that cycle on stream 3.
  void bring(std::int64_t cycle) { table.at(cycle - 1, slice(kSlice - 1), read_row(0, east(3))); }
  void write(std::int64_t cycle, int row) {
    bring(cycle);
    table.at(cycle, slice(kSlice), write_row(east(3), row));
  }

  /// Id of the error the table provokes, and where.
  std::string verdict() {
    isa::Program program = table.program();
    program.data = data;
    ChipCore core({spec(), GetParam(), 0, {}}, [](int, isa::Cycle, auto) {});
    core.load(program);
    core.start({0});
    try {
      core.run_until({1000});
    } catch (const ScheduleError& error) {
      return error.id() + " in " + error.where().unit;
    }
    return "none";
  }
  std::string read_beside_fetch(int fetcher, std::int64_t cycle) {
    clear();
    fetch(fetcher, kFetch, 0);
    read(cycle);
    return verdict();
  }
  std::string write_beside_fetch(int fetcher, int text, std::int64_t cycle, int row) {
    clear();
    fetch(fetcher, kFetch, text);
    write(cycle, row);
    return verdict();
  }

  [[nodiscard]] int slice(int index) const { return table.geometry().mem_queue(kEast, index); }
  // Queues that a chip asks before and after that of the slice.
  [[nodiscard]] int early() const { return table.geometry().mem_queue(kEast, 0); }
  [[nodiscard]] int late() const { return table.geometry().vxm_queue(3); }

  Timetable table{spec()};
  std::vector<isa::DataRow> data;
};

TEST_P(FetchPortTest, AReadAndAnIfetchNeedThePortInDifferentCycles) {
  const std::string reader = "lpu/mem/port-conflict in mem_e.slice2";
  EXPECT_EQ(read_beside_fetch(early(), 29), "none");
  EXPECT_EQ(read_beside_fetch(early(), 30), reader);
  EXPECT_EQ(read_beside_fetch(early(), 31), reader);
  EXPECT_EQ(read_beside_fetch(early(), 32), "none");
  EXPECT_EQ(read_beside_fetch(late(), 29), "none");
  EXPECT_EQ(read_beside_fetch(late(), 30), "lpu/mem/port-conflict in vxm.alu3");
  EXPECT_EQ(read_beside_fetch(late(), 31), reader);
  EXPECT_EQ(read_beside_fetch(late(), 32), "none");
}

TEST_P(FetchPortTest, AGatherReadsToo) {
  isa::Insn gather = insn_of(isa::Op::kGather);
  gather.map = east(3);
  gather.out = east(0);
  for (const auto& [cycle, expected] :
       {std::pair{31, "lpu/mem/port-conflict in mem_e.slice2"}, std::pair{32, "none"}}) {
    clear();
    fetch(early(), kFetch, 0);
    bring(cycle);
    table.at(cycle, slice(kSlice), gather);
    EXPECT_EQ(verdict(), expected) << cycle;
  }
}

TEST_P(FetchPortTest, TwoIfetchesOfOneSliceAreTwoCyclesApart) {
  for (const auto& [cycle, expected] :
       {std::pair{30, "lpu/mem/port-conflict in vxm.alu3"},
        std::pair{31, "lpu/mem/port-conflict in vxm.alu3"}, std::pair{32, "none"}}) {
    clear();
    fetch(early(), kFetch, 0);
    fetch(late(), cycle, 10);
    EXPECT_EQ(verdict(), expected) << cycle;
  }
}

TEST_P(FetchPortTest, AWriteBesideAnIfetchGoesToTheOtherBank) {
  const std::string writer = "lpu/mem/bank-conflict in mem_e.slice2";
  EXPECT_EQ(write_beside_fetch(early(), 0, 29, 7), "none");
  EXPECT_EQ(write_beside_fetch(early(), 0, 30, 7), writer);
  EXPECT_EQ(write_beside_fetch(early(), 0, 31, 7), writer);
  EXPECT_EQ(write_beside_fetch(early(), 0, 32, 7), "none");
  EXPECT_EQ(write_beside_fetch(early(), 0, 31, kUpperBank), "none");
  EXPECT_EQ(write_beside_fetch(early(), kUpperBank, 31, kUpperBank - 1), "none");
  EXPECT_EQ(write_beside_fetch(early(), kUpperBank, 31, 8191), writer);
  EXPECT_EQ(write_beside_fetch(late(), 0, 29, 7), "none");
  EXPECT_EQ(write_beside_fetch(late(), 0, 30, 7), "lpu/mem/bank-conflict in vxm.alu3");
  EXPECT_EQ(write_beside_fetch(late(), 0, 30, kUpperBank), "none");
}

TEST_P(FetchPortTest, TextAcrossTheBanksTakesOneAfterTheOther) {
  const std::string writer = "lpu/mem/bank-conflict in mem_e.slice2";
  constexpr int kAcross = kUpperBank - 1;
  EXPECT_EQ(write_beside_fetch(early(), kAcross, 30, 7), writer);
  EXPECT_EQ(write_beside_fetch(early(), kAcross, 30, 5000), "none");
  EXPECT_EQ(write_beside_fetch(early(), kAcross, 31, 7), "none");
  EXPECT_EQ(write_beside_fetch(early(), kAcross, 31, 5000), writer);
}

TEST_P(FetchPortTest, AScatterIsJudgedWhereItsAddressesAreKnown) {
  isa::Insn scatter = insn_of(isa::Op::kScatter);
  scatter.map = east(3);
  scatter.in = east(3);
  const bool known = GetParam() == Values::kFull;
  for (const auto& [address, expected] :
       {std::pair{0x0001, known ? "lpu/mem/bank-conflict in mem_e.slice2" : "none"},
        std::pair{0x1001, "none"}}) {
    clear();
    fetch(early(), kFetch, 0);
    bring(31);
    table.at(31, slice(kSlice), scatter);
    std::vector<std::uint8_t> map(320);
    for (std::size_t superlane = 0; superlane < 20; ++superlane) {
      map[superlane * 16] = static_cast<std::uint8_t>(address & 0xff);
      map[superlane * 16 + 1] = static_cast<std::uint8_t>(address >> 8);
    }
    data = {{kSliceOfChip - 1, 0, map}};
    EXPECT_EQ(verdict(), expected) << address;
  }
}

TEST_P(FetchPortTest, TextBeyondTheSliceIsNoText) {
  fetch(early(), kFetch, 8190);
  EXPECT_EQ(verdict(), "none");
  clear();
  fetch(early(), kFetch, 8191);
  if (GetParam() == Values::kFull) {
    EXPECT_THROW(verdict(), UnitError) << "it cannot even be placed";
  } else {
    EXPECT_EQ(verdict(), "lpu/icu/no-such-text in mem_e.slice0");
  }
}

INSTANTIATE_TEST_SUITE_P(, FetchPortTest, testing::Values(Values::kFull, Values::kNone),
                         [](const auto& values) {
                           return values.param == Values::kFull ? "full" : "none";
                         });

}  // namespace
}  // namespace lpu::tlm
