// SPDX-License-Identifier: Apache-2.0
// The station on random legal traffic against the plane's reference: each result on its streams in
// its cycle, with its check bits, from operands of which one in a few has a wrong bit.
#include <VmxmStation1.h>
#include <VmxmStation2.h>
#include <VmxmStation20.h>
#include <VmxmStationClimb2.h>
#include <VmxmStationClimb20.h>
#include <gtest/gtest.h>

#include <deque>
#include <iostream>
#include <optional>
#include <random>
#include <utility>

#include "testbench/cosim/mxm/plane_reference.h"
#include "testbench/cosim/mxm/station_bench.h"

namespace lpu::rtl {
namespace {

isa::Insn insn_of(isa::Op op) {
  isa::Insn insn;
  insn.op = op;
  return insn;
}
isa::Stream stream_of(int number) {
  return {static_cast<isa::Direction>(number / 32), static_cast<std::uint8_t>(number % 32)};
}

template <class Bench>
class StationTest : public testing::Test {
 protected:
  using Cycle = typename Bench::Cycle;
  using Operand = typename Bench::Operand;
  using Result = typename Bench::Result;
  static constexpr std::size_t kLanes = Bench::kLanes;
  static constexpr int kGroups = static_cast<int>(kLanes / 16);
  static constexpr std::size_t kLast = Bench::kSuperlanes - 1;

  /// A vector of which one in eight has a wrong bit. Low streams of a pair are low bytes of
  /// halves, high ones avoid most infinities.
  Operand operand(int stream) {
    Operand made{stream, std::vector<std::uint8_t>(kLanes)};
    for (std::uint8_t& byte : made.bytes) {
      byte = static_cast<std::uint8_t>(random());
      if (stream % 2 == 1 && (byte & 0x7c) == 0x7c && random() % 64 != 0) byte &= 0xbf;
    }
    if (random() % 8 == 0) {
      made.faults.emplace_back(random() % Bench::kSuperlanes, static_cast<int>(random() % 137));
      ++faults;
    }
    return made;
  }

  void add_weights(Cycle& cycle, int group, int base, MxmPlaneRtl::Inputs& inputs) {
    isa::Insn lw = insn_of(isa::Op::kLw);
    lw.in = stream_of(base);
    lw.addr = static_cast<std::uint16_t>(group);
    cycle.insns[0] = lw;
    inputs.lw_valid = true;
    inputs.group = static_cast<std::uint8_t>(group);
    for (int k = 0; k < 16; ++k) cycle.operands.push_back(operand(base + k));
  }
  void add_activations(Cycle& cycle, bool fp16, bool half, int base, MxmPlaneRtl::Inputs& inputs) {
    isa::Insn abc = insn_of(isa::Op::kAbc);
    abc.type = fp16 ? isa::Type::kF16 : isa::Type::kI8;
    abc.half = half ? 1 : 0;
    abc.in = stream_of(base);
    cycle.insns[1] = abc;
    inputs.abc_valid = true;
    inputs.fp16 = fp16;
    inputs.half = half;
    for (int k = 0; k < (fp16 ? 2 : 1); ++k) cycle.operands.push_back(operand(base + k));
  }
  /// Operands do not move any more: the reference may point at them.
  static void point(const Cycle& cycle, MxmPlaneRtl::Inputs& inputs) {
    std::size_t next = 0;
    for (std::size_t k = 0; inputs.lw_valid && k < 16; ++k) {
      inputs.lw_streams[k] = cycle.operands[next++].bytes.data();
    }
    for (std::size_t k = 0; inputs.abc_valid && k < (inputs.fp16 ? 2U : 1U); ++k) {
      inputs.abc[k] = cycle.operands[next++].bytes.data();
    }
  }

  static void expect(const Result& result, const PlaneReference::Vector& words, int base) {
    for (std::size_t k = 0; k < 4; ++k) {
      for (std::size_t r = 0; r < Bench::kSuperlanes; ++r) {
        ASSERT_TRUE(result.valid[k][r]);
        ASSERT_EQ(result.stream[k][r], base + static_cast<int>(k));
        ASSERT_EQ(result.checks[k][r], tlm::secded_encode(&result.bytes[k][16 * r]));
      }
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        ASSERT_EQ(result.bytes[k][lane], words[lane] >> (8 * k) & 0xff) << "lane " << lane;
      }
    }
  }
  static void expect_silence(const Result& result) {
    for (const auto& port : result.valid) {
      for (const bool valid : port) ASSERT_FALSE(valid);
    }
  }

  void install(Bench& bench) {
    Cycle load;
    MxmPlaneRtl::Inputs inputs;
    add_weights(load, 0, 0, inputs);
    for (Operand& taken : load.operands) taken.faults.clear();
    bench.step(load);
    Cycle install;
    install.insns[0] = insn_of(isa::Op::kIw);
    bench.step(install);
  }
  /// An `lw` and an fp16 `abc`; these bits of every word of the last superlane are wrong.
  Cycle loads_and_multiplies(const std::vector<int>& wrong) {
    Cycle cycle;
    MxmPlaneRtl::Inputs inputs;
    add_weights(cycle, 0, 16, inputs);
    add_activations(cycle, true, false, 32, inputs);
    for (Operand& taken : cycle.operands) {
      taken.faults.clear();
      for (const int bit : wrong) taken.faults.emplace_back(kLast, bit);
    }
    return cycle;
  }
  /// A cycle, and what collects its `abc`. How many words are put right in all, and how many
  /// cycles later one is reported that cannot be; -1: never.
  void step_and_collect(Bench& bench, const Cycle& cycle, int corrected, int reported) {
    bench.step(cycle);
    constexpr int kLatency = MxmPlaneRtl::kResultLatency;
    int found = 0;
    for (int at = 0; at < kLatency; ++at) {
      found += bench.corrected();
      EXPECT_EQ(bench.uncorrectable(), at == reported) << at;
      Cycle next;
      if (at == kLatency - 2) next.insns[2] = insn_of(isa::Op::kAcc);
      bench.step(next);
    }
    EXPECT_EQ(found, corrected);
  }

  std::mt19937 random{11};
  int faults{0};
};

// The first is the one that yosys works on.
using Benches =
    testing::Types<StationBench<VmxmStation1, 1, false>, StationBench<VmxmStation2, 2, false>,
                   StationBench<VmxmStationClimb2, 2, true>, StationBench<VmxmStation20, 20, false>,
                   StationBench<VmxmStationClimb20, 20, true>>;
TYPED_TEST_SUITE(StationTest, Benches);

TYPED_TEST(StationTest, AgreesInEveryCycle) {
  std::cout << "seed 11\n";
  TypeParam bench("station");
  PlaneReference reference(TypeParam::kLanes);
  const int cycles = TypeParam::kSuperlanes <= 2 ? 6000 : 500;
  const int later = TypeParam::kLater;
  std::deque<std::optional<std::pair<PlaneReference::Vector, int>>> expected;
  int compared = 0;
  int corrected = 0;
  for (int at = 0; at < cycles + 60; ++at) {
    typename TypeParam::Cycle cycle;
    MxmPlaneRtl::Inputs inputs;
    const int lw_base = 16 * static_cast<int>(this->random() % 4);
    const bool more = at < cycles;
    if (more && this->random() % 5 < 2) {
      this->add_weights(cycle, static_cast<int>(this->random() % 1000) % this->kGroups, lw_base,
                        inputs);
    } else if (more && this->random() % 5 == 0) {
      cycle.insns[0] = insn_of(isa::Op::kIw);
      inputs.iw_valid = true;
    }
    if (more && reference.installed() && this->random() % 5 < 3) {
      const int base = (lw_base ^ 16) + 2 * static_cast<int>(this->random() % 8);
      this->add_activations(cycle, this->random() % 2 == 0, this->random() % 2 == 0, base, inputs);
    }
    this->point(cycle, inputs);
    int out = -1;
    if (const auto fp32 = reference.due_is_fp32()) {
      isa::Insn acc = insn_of(isa::Op::kAcc);
      acc.addr = static_cast<std::uint16_t>(this->random() % 16);
      acc.add = this->random() % 3 != 0;
      if (this->random() % 5 != 0) {
        out = 4 * static_cast<int>(this->random() % 16);
        acc.out = stream_of(out);
      }
      cycle.insns[2] = acc;
      inputs.acc_valid = true;
      inputs.fp32 = *fp32;
      inputs.add = acc.add;
      inputs.out = out >= 0;
      inputs.slot = static_cast<std::uint8_t>(acc.addr);
    }

    const auto result = reference.clock(inputs);
    expected.push_back(result ? std::optional(std::pair(*result, out)) : std::nullopt);
    const auto& got = bench.step(cycle);
    corrected += bench.corrected();
    ASSERT_FALSE(bench.uncorrectable());
    if (at < later) continue;
    if (expected.front()) {
      this->expect(got, expected.front()->first, expected.front()->second);
      ++compared;
    } else {
      this->expect_silence(got);
    }
    if (testing::Test::HasFatalFailure()) FAIL() << "cycle " << at - later;
    expected.pop_front();
  }
  EXPECT_GT(compared, cycles / 8);
  EXPECT_EQ(corrected, this->faults);
  EXPECT_EQ(bench.errors(), 0U);
}

// 16 words of weights and two of activations in one cycle, each put right and counted.
TYPED_TEST(StationTest, AWrongBitInEveryWordIsCounted) {
  TypeParam bench("station");
  this->install(bench);
  this->step_and_collect(bench, this->loads_and_multiplies({5}), 18, -1);
  EXPECT_EQ(bench.errors(), 0U);
}

// Whichever word it is; in the cycle after it was taken.
TYPED_TEST(StationTest, TwoWrongBitsOfAnyWordAreReported) {
  TypeParam bench("station");
  this->install(bench);
  for (std::size_t bad = 0; bad < 18; ++bad) {
    SCOPED_TRACE(bad);
    auto cycle = this->loads_and_multiplies({});
    cycle.operands[bad].faults = {{this->kLast, 5}, {this->kLast, 133}};
    this->step_and_collect(bench, cycle, 0, TypeParam::kLater);
  }
  EXPECT_EQ(bench.errors(), 0U);
}

using TinyStation = StationTest<StationBench<VmxmStationClimb2, 2, true>>;

TEST_F(TinyStation, AssertionsSayWhatIsWrong) {
  const auto errors_of = [this](auto&& spoil) {
    StationBench<VmxmStationClimb2, 2, true> bench("station");
    StationBench<VmxmStationClimb2, 2, true>::Cycle cycle;
    MxmPlaneRtl::Inputs inputs;
    add_weights(cycle, 0, 0, inputs);
    spoil(cycle);
    bench.step(cycle);
    for (int i = 0; i < 5; ++i) bench.step({});
    return bench.errors();
  };
  EXPECT_EQ(errors_of([](auto&) {}), 0U);
  EXPECT_NE(errors_of([](auto& cycle) { cycle.operands.pop_back(); }), 0U) << "not driven";
  EXPECT_NE(errors_of([](auto& cycle) { cycle.insns[0]->op = isa::Op::kAbc; }), 0U);
  EXPECT_NE(errors_of([](auto& cycle) { cycle.insns[0]->addr = 2; }), 0U) << "no such group";
  EXPECT_NE(errors_of([](auto& cycle) { cycle.insns[0]->type = isa::Type::kI32; }), 0U);
  EXPECT_NE(errors_of([](auto& cycle) { cycle.insns[0]->in = stream_of(8); }), 0U) << "unaligned";
  EXPECT_NE(errors_of([](auto& cycle) { cycle.insns[2] = insn_of(isa::Op::kAcc); }), 0U)
      << "nothing to collect";
}

}  // namespace
}  // namespace lpu::rtl
