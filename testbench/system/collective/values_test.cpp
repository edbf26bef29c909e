// SPDX-License-Identifier: Apache-2.0
// Collective operations on the simulated machine: every bit, every cycle.
#include "cli/collective_run.h"
#include "compiler/collective/layout.h"
#include "isa/number/half.h"
#include "testbench/system/system_fixture.h"

namespace lpu::testbench {
namespace {

using collective::Kind;
using isa::Type;

class CollectiveTest : public SystemTest {
 protected:
  static fabric::System& system(const char* name, tlm::Values values = tlm::Values::kFull) {
    fabric::System::Config config;
    config.spec = read_spec(name);
    config.values = values;
    static fabric::System system("lpu", config);
    return system;
  }
  static fabric::RunOptions options(tlm::Values values = tlm::Values::kFull) {
    fabric::RunOptions run;
    run.values = values;
    return run;
  }
};

/// By arithmetic of the test, on values that show the order: (((2048 + 1) + 1) ...) in fp16 stays
/// 2048 if each sum is rounded, and -2048 cancels what is large before the rest is added.
TEST_F(CollectiveTest, AllReduceIsTheSumInTheOrderOfTheChipsRoundedOnce) {
  fabric::System& node = system("node8");
  const auto c = collective::compile(node.spec(), {Kind::kAllReduce, Type::kF16, 640});
  const collective::Layout layout(node.spec().chip);
  constexpr std::array<float, 8> kValues{2048.0F,  1.0F,  1.0F,     0.5F,
                                         -2048.0F, 3e-7F, 65504.0F, 1.0F};
  for (const collective::Piece& piece : c.plan.inputs) {
    const std::uint16_t half = isa::f32_to_f16(kValues[static_cast<std::size_t>(piece.chip)]);
    for (int byte = 0; byte < 2; ++byte) {
      const std::vector<std::uint8_t> row(320, static_cast<std::uint8_t>(half >> 8 * byte));
      node.chip(piece.chip)
          .write_vector(layout.slice(piece.region.group, byte), piece.region.row, row);
    }
  }
  (void)fabric::run(node, c.programs, options());
  float sum = 0.0F;
  for (const float value : kValues) {
    sum += isa::f16_to_f32(isa::f32_to_f16(value));
  }
  const std::uint16_t expected = isa::f32_to_f16(sum);
  ASSERT_EQ(c.plan.outputs.size(), 8U);
  for (const collective::Piece& piece : c.plan.outputs) {
    for (int byte = 0; byte < 2; ++byte) {
      const auto row = node.chip(piece.chip)
                           .read_vector(layout.slice(piece.region.group, byte), piece.region.row);
      EXPECT_THAT(row, testing::Each(static_cast<std::uint8_t>(expected >> 8 * byte)));
    }
  }
}

TEST_F(CollectiveTest, EveryOperationOnANode) {
  fabric::System& node = system("node8");
  std::uint64_t seed = 0;
  for (const Kind kind :
       {Kind::kAllReduce, Kind::kReduceScatter, Kind::kAllGather, Kind::kBroadcast}) {
    for (const Type type : {Type::kI8, Type::kF16, Type::kF32}) {
      for (const std::int64_t bytes : {1, 2000, 30001}) {
        const auto r = cli::run_collective({kind, type, bytes}, ++seed, node, options());
        EXPECT_TRUE(r.right()) << seed << ": " << r.predicted.value << ' ' << r.cycles.value << ' '
                               << r.wrong_vectors;
      }
    }
  }
}

TEST_F(CollectiveTest, EveryOperationOnFourChips) {
  fabric::System& quad = system("quad");
  for (const Kind kind :
       {Kind::kAllReduce, Kind::kReduceScatter, Kind::kAllGather, Kind::kBroadcast}) {
    for (const std::int64_t bytes : {320, 50000}) {
      EXPECT_TRUE(cli::run_collective({kind, Type::kF16, bytes}, 1, quad, options()).right());
    }
  }
}

TEST_F(CollectiveTest, EveryOperationOnARack) {
  fabric::System& rack = system("rack72");
  std::uint64_t seed = 0;
  for (const Kind kind :
       {Kind::kAllReduce, Kind::kReduceScatter, Kind::kAllGather, Kind::kBroadcast}) {
    const auto r = cli::run_collective({kind, Type::kF16, 60000}, ++seed, rack, options());
    EXPECT_TRUE(r.right()) << seed << ": " << r.predicted.value << ' ' << r.cycles.value << ' '
                           << r.wrong_vectors;
  }
}

/// A row of the shard that chip 0 sums up loses its values on chip 2 before it is sent.
TEST_F(CollectiveTest, AWrongVectorIsFoundOnEveryChip) {
  fabric::System& node = system("node8");
  fabric::RunOptions run = options();
  constexpr int kSteps = 40;
  run.on_window = [done = false](fabric::System& s, isa::Cycle /*end*/) mutable {
    if (!done) {
      const collective::Layout layout(s.spec().chip);
      s.chip(2).write_vector(layout.slice(layout.shard(0), 1), kSteps - 1,
                             std::vector<std::uint8_t>(320));
      done = true;
    }
  };
  const auto r =
      cli::run_collective({Kind::kAllReduce, Type::kI8, 8 * 4 * 320 * kSteps}, 1, node, run);
  EXPECT_EQ(r.wrong_vectors, 8);
  EXPECT_EQ(r.cycles, r.predicted);
  EXPECT_FALSE(r.right());
}

TEST_F(CollectiveTest, TimeNeedsNoValues) {
  fabric::System& node = system("node8", tlm::Values::kNone);
  const auto r = cli::run_collective({Kind::kAllReduce, Type::kF16, 52 * 10240}, 1, node,
                                     options(tlm::Values::kNone));
  EXPECT_TRUE(r.right());
  EXPECT_EQ(r.cycles.value, 317 + 216 * 52);  // closed form: unit.compiler.collective
}

}  // namespace
}  // namespace lpu::testbench
