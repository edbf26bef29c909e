// SPDX-License-Identifier: Apache-2.0
// Programs of the compiler against the checker, which shares no code with it: every program is
// legal, and both say the same cycle for its end.
#include "compiler/compile.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "compiler/emit/emit.h"
#include "isa/check/check.h"
#include "isa/error/input_error.h"
#include "isa/program/timeline.h"
#include "testbench/unit/compiler/schedule/small_config.h"

namespace lpu::compiler {
namespace {

using Rows = std::set<std::pair<int, int>>;  // slice, row

Rows text_of(const isa::ChipSpec& spec, const isa::Program& program) {
  Rows rows;
  for (const isa::DataRow& row : isa::text_rows(spec, program)) {
    rows.insert({row.slice, row.row});
  }
  return rows;
}

class CompileTest : public ::testing::TestWithParam<std::tuple<std::string, int>> {
 protected:
  static fabric::SystemSpec target() {
    fabric::SystemSpec system;
    system.chip = isa::read_chip_spec(std::string(LPU_SOURCE_DIR "/configs/chips/") +
                                      std::get<0>(GetParam()) + ".toml");
    system.chips = std::get<1>(GetParam());
    system.flight = {217};
    return system;
  }
  void expect_legal(const ModelConfig& c, Matmul matmul, int first_position = 0,
                    Attention attention = Attention::kFaster) {
    const fabric::SystemSpec machine = target();
    const Compiled compiled = compile(machine, c, {{matmul, first_position, 4, attention}, 3});
    ASSERT_EQ(compiled.steps(), 4U);
    for (std::size_t k = 0; k < compiled.steps(); ++k) {
      const auto made = compiled.step(k);
      const CompiledStep& step = *made;
      const isa::CheckResult result = isa::check(machine.chip, *step.programs.front());
      for (std::size_t i = 0; i < std::min<std::size_t>(result.violations.size(), 10); ++i) {
        ADD_FAILURE() << step.name << ": " << isa::text_of(result.violations[i]);
      }
      EXPECT_EQ(result.end, step.end) << step.name;
      RecordProperty(step.name, std::to_string(result.end.value));
    }
  }
};

TEST_P(CompileTest, ProgramsAreLegalAndEndWhenPredictedWithFp16Weights) {
  expect_legal(config(128, 344, 8, 4, 16), Matmul::kF16);
}

TEST_P(CompileTest, ProgramsAreLegalAndEndWhenPredictedWithInt8Weights) {
  expect_legal(config(128, 344, 8, 4, 16), Matmul::kW8A16);
}

TEST_P(CompileTest, RoutedExpertsAreLegal) {
  expect_legal(routed(config(128, 88, 8, 4, 16), 5, 2), Matmul::kW8A16);
}

// What an ifetch reads, nothing else of the same step reads or writes; and every step starts its
// text in the same rows, because it comes with the load of its step.
TEST_P(CompileTest, TextStandsBesideTheData) {
  const fabric::SystemSpec machine = target();
  const isa::Geometry geometry(machine.chip);
  const Compiled compiled = compile(machine, config(128, 344, 8, 4, 16), {{Matmul::kF16, 0, 4}, 3});
  for (std::size_t k = 0; k < compiled.steps(); ++k) {
    const auto made = compiled.step(k);
    const CompiledStep& step = *made;
    const Rows text = text_of(machine.chip, *step.programs.front());
    EXPECT_FALSE(text.empty());
    for (const isa::Issue& issue : isa::resolve(machine.chip, *step.programs.front()).issues) {
      if (geometry.info(issue.queue).unit == isa::Unit::kMem) {
        EXPECT_FALSE(text.contains({issue.queue, issue.insn.addr})) << issue.at.value;
      }
    }
  }
  const auto lowest = [&](std::size_t step) {
    return text_of(machine.chip, *compiled.step(step)->programs.front()).begin()->second;
  };
  EXPECT_EQ(lowest(0), lowest(1));
}

std::string name_of(const testing::TestParamInfo<CompileTest::ParamType>& of) {
  return std::get<0>(of.param) + "_" + std::to_string(std::get<1>(of.param));
}

const auto kLargeChips =
    ::testing::Combine(::testing::Values<std::string>("lpu1"), ::testing::Values(1, 2, 4, 8));
const auto kSmallChips =
    ::testing::Combine(::testing::Values<std::string>("tiny"), ::testing::Values(1, 2));
INSTANTIATE_TEST_SUITE_P(LargeChips, CompileTest, kLargeChips, name_of);
INSTANTIATE_TEST_SUITE_P(SmallChips, CompileTest, kSmallChips, name_of);

using CompileWideTest = CompileTest;

TEST_P(CompileWideTest, AWidthOfSeveralVectorsIsLegal) {
  expect_legal(config(712, 1500, 8, 8, 72), Matmul::kF16);
}

// Two vectors of a shard an expert.
TEST_P(CompileWideTest, RoutedExpertsAreLegal) {
  expect_legal(routed(config(712, 3000, 8, 8, 72), 3, 1), Matmul::kW8A8);
}

TEST_P(CompileWideTest, Int8ActivationsAreLegal) {
  expect_legal(config(712, 1500, 8, 8, 72), Matmul::kW8A8);
}

// From the lower half of one block's positions to the upper one, and on to the next block.
TEST_P(CompileWideTest, AttentionInBlocksIsLegal) {
  for (const int first : {158, 318, 700}) {
    expect_legal(config(712, 1500, 16, 8, 72), Matmul::kW8A8, first, Attention::kInBlocks);
  }
}

// All query heads share a KV head: twice as many accumulators as there are.
TEST_P(CompileWideTest, AttentionInBlocksOfManyQueriesIsLegal) {
  expect_legal(config(128, 344, 16, 1, 16), Matmul::kW8A16, 1000, Attention::kInBlocks);
}

INSTANTIATE_TEST_SUITE_P(LargeChips, CompileWideTest, kLargeChips, name_of);

// The innermost slices hold values on their way; layers after the first few find their rows idle.
TEST(CompileRowsTest, DeeperModelsWriteTheSameRowsAgain) {
  fabric::SystemSpec machine;
  machine.chip = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  machine.chips = 2;
  machine.flight = {217};
  const isa::Geometry geometry(machine.chip);
  const auto inner = [&geometry](int queue) {
    const isa::QueueInfo info = geometry.info(queue);
    return info.unit == isa::Unit::kMem && info.index < 4;
  };
  const auto written = [&](int layers) {
    ModelConfig c = config(712, 1500, 8, 4, 72);
    c.num_hidden_layers = layers;
    const Compiled compiled = compile(machine, c, {{Matmul::kF16, 40, 1}, 1});
    Rows seen;
    std::map<int, int> rows;  // by slice
    for (const isa::Issue& issue :
         isa::resolve(machine.chip, *compiled.last().programs.front()).issues) {
      if (issue.insn.op == isa::Op::kWrite && inner(issue.queue) &&
          seen.insert({issue.queue, issue.insn.addr}).second) {
        ++rows[issue.queue];
      }
    }
    return rows;
  };
  EXPECT_FALSE(written(3).empty());
  EXPECT_EQ(written(3), written(6));
}

// A NOP waits 65,535 cycles at most, so a wait of 3,000,000 is 46 of them, more than the 40
// instructions of a block. The queues then run without a gap for a block and a half.
TEST(CompileTextTest, QueuesAreFullAfterALongWait) {
  const isa::ChipSpec spec = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  const isa::Geometry geometry(spec);
  constexpr std::int64_t kFirst = 3'000'000;
  constexpr int kCount = 60;
  std::vector<std::vector<Placed>> queues(static_cast<std::size_t>(geometry.queues()));
  for (int slice = 0; slice < 8; ++slice) {
    for (int i = 0; i < kCount; ++i) {
      Placed p;
      p.at = kFirst + i;
      p.queue = geometry.mem_queue(isa::Hemisphere::kWest, slice);
      p.insn.op = isa::Op::kRead;
      p.insn.addr = static_cast<std::uint16_t>(i);
      p.insn.out = {isa::Direction::kWest, static_cast<std::uint8_t>(slice)};
      queues[static_cast<std::size_t>(p.queue)].push_back(p);
    }
  }
  const int text = geometry.mem_queue(isa::Hemisphere::kEast, 8);
  const isa::Program program = write_queues(spec, geometry, queues, {{text, 0}});
  const isa::CheckResult result = isa::check(spec, program);
  EXPECT_TRUE(result.violations.empty()) << isa::text_of(result.violations.front());
  std::map<int, int> issued;
  for (const isa::Issue& issue : isa::resolve(spec, program).issues) {
    if (issue.insn.op == isa::Op::kRead) {
      EXPECT_EQ(issue.at, isa::Cycle{kFirst + issued[issue.queue]++});
    }
  }
  EXPECT_EQ(issued.size(), 8U);
  EXPECT_EQ(issued.begin()->second, kCount);
}

// Two layers of a published 8B model, whose queues issue in almost every cycle for a while: their
// text must still be fetched in time. Eight chips, because two of its matrices do not fit fewer.
TEST(CompileLargeTest, LayersOfAPublishedSizeAreLegal) {
  fabric::SystemSpec machine;
  machine.chip = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  machine.chips = 8;
  machine.flight = {217};
  const Compiled compiled =
      compile(machine, config(4096, 14336, 32, 8, 128), {{Matmul::kW8A16, 0, 1}, 1});
  const CompiledStep& step = compiled.last();
  const isa::CheckResult result = isa::check(machine.chip, *step.programs.front());
  EXPECT_TRUE(result.violations.empty()) << isa::text_of(result.violations.front());
  EXPECT_EQ(result.end, step.end);
}

// A step of 28 tokens has more text than a chip of few rows has room for; the last one, of one
// token, fits. What does not fit is said before anything runs.
TEST(CompileRefusalTest, AStepOfManyTokensIsTriedFromTheBeginning) {
  fabric::SystemSpec machine;
  machine.chip = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/tiny.toml");
  machine.chips = 1;
  machine.flight = {217};
  constexpr int kPrompt = 28;
  const auto compiled = [&](int together) {
    return compile(machine, config(128, 344, 8, 4, 16),
                   {{Matmul::kW8A16, 0, kPrompt + 1}, kPrompt, together});
  };
  EXPECT_NO_THROW(static_cast<void>(compiled(1)));
  EXPECT_THROW(static_cast<void>(compiled(kPrompt)), isa::InputError);
}

}  // namespace
}  // namespace lpu::compiler
