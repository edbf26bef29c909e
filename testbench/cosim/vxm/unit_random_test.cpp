// SPDX-License-Identifier: Apache-2.0
// The whole vector unit in every cycle against what the model's arithmetic gives.
#include <VvxmClimbing.h>
#include <VvxmSmall.h>
#include <gtest/gtest.h>

#include <cstring>
#include <deque>

#include "rtl/vxm/vxm_rtl.h"
#include "testbench/cosim/vxm/vxm_traffic.h"
#include "tlm/mem/secded.h"
#include "tlm/vxm/alu.h"

namespace lpu::rtl {
namespace {

/// Every operation was done on every type that has it, every cast to every type.
void expect_covered(const VxmTraffic& traffic) {
  std::size_t kinds = 0;
  for (const isa::OpInfo& op : isa::vxm_ops()) {
    for (int type = 0; type < 5; ++type) {
      if (tlm::supports(op.op, static_cast<isa::Type>(type))) {
        kinds += op.op == isa::Op::kCast ? 5 : 1;
      }
    }
  }
  EXPECT_EQ(traffic.counts().size(), kinds);
  EXPECT_GE(traffic.longest_chain(), 16);
}

/// The unit and what is expected of it, side by side.
void run_lockstep(UnitRtl& unit, VxmTraffic& traffic, int cycles) {
  std::deque<std::vector<VxmDrive>> expected(VxmTraffic::kLatency - 1);
  for (int t = 0; t < cycles && !testing::Test::HasFatalFailure(); ++t) {
    SCOPED_TRACE(t);
    const VxmCycle cycle = traffic.next();
    for (const auto& [alu, insn] : cycle.insns) unit.issue(alu, isa::encode(insn));
    for (std::size_t s = 0; s < 64; ++s) {
      if (cycle.driven[s]) {
        unit.present(static_cast<int>(s), cycle.data[s].data(), cycle.checks[s]);
      }
    }
    unit.clock();
    ASSERT_EQ(unit.corrected(), cycle.corrected);
    ASSERT_FALSE(unit.uncorrectable());
    expected.push_back(cycle.drives);
    const auto& drives = unit.drives();
    ASSERT_EQ(drives.size(), expected.front().size());
    for (std::size_t i = 0; i < drives.size(); ++i) {
      const VxmDrive& right = expected.front()[i];
      SCOPED_TRACE(testing::Message() << "port " << right.port);
      ASSERT_EQ(drives[i].port, right.port);
      ASSERT_EQ(drives[i].stream, right.stream);
      ASSERT_EQ(drives[i].data, right.data);
      ASSERT_TRUE(drives[i].whole);
      for (std::size_t r = 0; r < static_cast<std::size_t>(unit.superlanes()); ++r) {
        ASSERT_EQ(drives[i].checks[r], tlm::secded_encode(&right.data[16 * r]));
      }
    }
    expected.pop_front();
  }
  EXPECT_EQ(unit.errors(), 0U);
}

struct Run {
  int superlanes;
  int cycles;
  std::uint64_t seed;
};

class VxmRandom : public testing::TestWithParam<Run> {};

TEST_P(VxmRandom, AgreesInEveryCycle) {
  const auto unit = make_vxm_rtl(RtlContext::process(), "rtl", GetParam().superlanes);
  VxmTraffic traffic({GetParam().superlanes}, GetParam().seed);
  run_lockstep(*unit, traffic, GetParam().cycles);
  expect_covered(traffic);
}

// What yosys can take of the unit: two ALUs, four lanes.
TEST(VxmSmall, AgreesInEveryCycle) {
  UnitRtlOf<VvxmSmall> unit(RtlContext::process(), "rtl", 1);
  VxmTraffic traffic({1, 2, 4}, 5);
  run_lockstep(unit, traffic, 40'000);
}

INSTANTIATE_TEST_SUITE_P(Seeds, VxmRandom,
                         testing::Values(Run{2, 60'000, 1}, Run{2, 60'000, 2}, Run{20, 8'000, 3}),
                         [](const auto& run) {
                           return "S" + std::to_string(run.param.superlanes) + "Seed" +
                                  std::to_string(run.param.seed);
                         });

/// The unit whose instructions climb: superlane r lives r cycles behind.
class VxmClimb : public testing::Test {
 protected:
  static constexpr std::size_t kSuperlanes = 3;

  template <class Pin>
  static PinBits bits(Pin& pin) {
    return PinBits(&pin, sizeof pin);
  }
  VvxmClimbing& pins() { return unit_.block(); }

  void present(const VxmCycle& cycle, std::size_t r) {
    for (std::size_t s = 0; s < 64; ++s) {
      if (!cycle.driven[s]) continue;
      const std::size_t at = s * kSuperlanes + r;
      bits(pins().stream_valid_i).set_bit(at);
      bits(pins().stream_data_i).copy_in(16 * at, &cycle.data[s][16 * r], 16);
      bits(pins().stream_check_i).set_field(9 * at, 9, cycle.checks[s][r]);
    }
  }

  /// The drives of superlane r, and none beside them.
  void expect(const std::vector<VxmDrive>& drives, std::size_t r) {
    std::size_t next = 0;
    for (std::size_t port = 0; port < 64; ++port) {
      const std::size_t at = port * kSuperlanes + r;
      const bool driven = next < drives.size() && drives[next].port == static_cast<int>(port);
      ASSERT_EQ(bits(pins().drive_valid_o).bit(at), driven) << "port " << port;
      if (!driven) continue;
      const VxmDrive& drive = drives[next++];
      const std::uint8_t* word = &drive.data[16 * r];
      ASSERT_EQ(static_cast<int>(bits(pins().drive_stream_o).field(6 * at, 6)), drive.stream);
      ASSERT_EQ(std::memcmp(bits(pins().drive_data_o).data(16 * at), word, 16), 0);
      ASSERT_EQ(bits(pins().drive_check_o).field(9 * at, 9), tlm::secded_encode(word));
    }
  }

  UnitRtlOf<VvxmClimbing> unit_{RtlContext::process(), "rtl", static_cast<int>(kSuperlanes)};
};

TEST_F(VxmClimb, EachSuperlaneIsItsNumberOfCyclesBehind) {
  constexpr std::size_t kCycles = 10'000;
  VxmTraffic traffic({static_cast<int>(kSuperlanes)}, 4);
  std::vector<VxmCycle> cycles;
  std::int64_t corrected = 0;
  for (std::size_t t = 0; t < kCycles && !HasFatalFailure(); ++t) {
    SCOPED_TRACE(t);
    // The last superlane finishes what it was given.
    cycles.push_back(t + 20 < kCycles ? traffic.next() : VxmCycle{});
    corrected += cycles.back().corrected;
    for (const auto& [alu, insn] : cycles[t].insns) unit_.issue(alu, isa::encode(insn));
    for (std::size_t r = 0; r < kSuperlanes && r <= t; ++r) present(cycles[t - r], r);
    unit_.clock();
    corrected -= unit_.corrected();
    const std::size_t behind = VxmTraffic::kLatency - 1;
    for (std::size_t r = 0; r < kSuperlanes; ++r) {
      expect(t < behind + r ? std::vector<VxmDrive>{} : cycles[t - behind - r].drives, r);
    }
    if (t >= 20) cycles[t - 20] = {};
  }
  EXPECT_EQ(corrected, 0);
  EXPECT_EQ(unit_.errors(), 0U);
}

}  // namespace
}  // namespace lpu::rtl
