// SPDX-License-Identifier: Apache-2.0
// Pipeline stages against the checker of the links, which does not know the compiler: a stage that
// starts a cycle off, and a vector on a wrong cable, are seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "compiler/compile.h"
#include "compiler/model/model.h"
#include "isa/error/input_error.h"
#include "testbench/system/decode/judged.h"

namespace lpu {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int kStage1 = 8;  // its first chip: stage s is node s here
constexpr int kStage2 = 16;
constexpr int kIdle = 32;  // from here on: four layers, four stages

class StagesTest : public testing::Test {
 protected:
  StagesTest() {
    const auto model = compiler::ModelSource::open(LPU_SOURCE_DIR "/configs/models/addition");
    compiled_.emplace(
        compiler::compile(spec_, model.config(), {{compiler::Matmul::kF16, 0, 1}, 1}));
    programs_ = compiled_->last().programs;
  }

  /// The program of a chip, to be spoiled.
  isa::Program& own(int chip) {
    auto program = std::make_shared<isa::Program>(*programs_[static_cast<std::size_t>(chip)]);
    programs_[static_cast<std::size_t>(chip)] = program;
    return *program;
  }

  /// Everything that the eight chips from `first` on do comes `cycles` later: the first NOP of each
  /// queue, before which there is at most an ifetch, waits for the stage's input.
  void delay(int first, int cycles) {
    for (int chip = first; chip < first + 8; ++chip) {
      for (auto& queue : own(chip).queues) {
        if (!queue.empty()) {
          isa::Insn& wait = queue[queue.front().op == isa::Op::kIfetch ? 1 : 0];
          ASSERT_EQ(wait.op, isa::Op::kNop);
          wait.count = static_cast<std::uint16_t>(wait.count + cycles);
        }
      }
    }
  }

  [[nodiscard]] isa::Insn& first(isa::Program& program, int link, isa::Op op) const {
    auto& queue = program.queues[static_cast<std::size_t>(geometry_.c2c_queue(link))];
    return *std::find_if(queue.begin(), queue.end(), [op](const auto& i) { return i.op == op; });
  }

  fabric::SystemSpec spec_{fabric::read_system_spec(LPU_SOURCE_DIR "/configs/systems/rack72.toml")};
  isa::Geometry geometry_{spec_.chip};
  std::optional<compiler::Compiled> compiled_;
  fabric::ProgramSet programs_;
};

TEST_F(StagesTest, NodesWithoutAStageHaveNoProgram) {
  ASSERT_THAT(programs_, SizeIs(72));
  for (int chip = 0; chip < 72; ++chip) {
    EXPECT_EQ(programs_[static_cast<std::size_t>(chip)] == nullptr, chip >= kIdle) << chip;
  }
}

// Every chip but the first stage's senders gets something of its own from a cable or from the chip
// at its end; it is these instructions alone that differ.
TEST_F(StagesTest, ProgramsOfAStageDifferOnlyInLinksAndWrites) {
  const auto others = [&](int chip) {
    std::multiset<std::tuple<std::int64_t, int, isa::Op>> kept;
    for (const isa::Issue& i :
         isa::resolve(spec_.chip, *programs_[static_cast<std::size_t>(chip)]).issues) {
      const isa::Unit unit = geometry_.info(i.queue).unit;
      if (unit != isa::Unit::kC2c && unit != isa::Unit::kMem) {
        kept.insert({i.at.value, i.queue, i.insn.op});
      }
    }
    return kept;
  };
  const auto of_the_first = others(kStage1);
  EXPECT_FALSE(of_the_first.empty());
  for (int chip = kStage1 + 1; chip < kStage1 + 8; ++chip) {
    EXPECT_TRUE(others(chip) == of_the_first) << chip;
  }
}

TEST_F(StagesTest, AStageThatStartsACycleEarlyIsCaught) {
  EXPECT_THAT(judge(spec_, programs_).link_violations, IsEmpty());
  delay(kStage1, -1);
  const Judged judged = judge(spec_, programs_);
  // One of four bytes each: chips 8 to 11 are at the ends of the four cables.
  for (int chip = kStage1; chip < kStage1 + 4; ++chip) {
    EXPECT_THAT(judged.link_violations,
                Contains(HasSubstr("arrived: chip" + std::to_string(chip) + ".c2c_e")));
  }
  EXPECT_THAT(judged.link_violations, SizeIs(4));
}

TEST_F(StagesTest, AStageThatStartsACycleLateIsCaughtByTheNext) {
  delay(kStage1, 1);
  const Judged judged = judge(spec_, programs_);
  EXPECT_THAT(judged.violations, IsEmpty());
  for (int chip = kStage2 + 4; chip < kStage2 + 8; ++chip) {
    EXPECT_THAT(judged.link_violations,
                Contains(HasSubstr("arrived: chip" + std::to_string(chip) + ".c2c_e")));
  }
  EXPECT_THAT(judged.link_violations, SizeIs(4));
}

// Global port 0 of chip 0 leads to node 1, port 1 to node 3.
TEST_F(StagesTest, AVectorOnAWrongCableIsCaught) {
  isa::Program& program = own(0);
  const auto east = static_cast<std::size_t>(geometry_.c2c_queue(8));
  ASSERT_EQ(first(program, 8, isa::Op::kSend).op, isa::Op::kSend);
  std::swap(program.queues[east], program.queues[east + 1]);
  const Judged judged = judge(spec_, programs_);
  EXPECT_THAT(judged.link_violations, Contains(HasSubstr("received: chip0.c2c_e")));
  EXPECT_THAT(judged.link_violations, Contains(HasSubstr("sent: chip8.c2c_e")));
}

TEST_F(StagesTest, AChipThatDoesNotPassItsPartOnIsCaught) {
  isa::Program& program = own(kStage1);
  isa::Insn& send = first(program, 2, isa::Op::kSend);  // port 3, to chip 8 ^ 3
  send = {};
  send.op = isa::Op::kNop;
  send.count = 1;
  EXPECT_THAT(judge(spec_, programs_).link_violations,
              Contains(HasSubstr("sent: chip11.c2c_w.link2")));
}

// Sixteen layers of a large model are less than the MEM of nine nodes, but weights have only a part
// of it.
TEST_F(StagesTest, WhatDoesNotFitIsSaidOfItsStage) {
  compiler::ModelConfig config =
      compiler::read_config(LPU_SOURCE_DIR "/configs/models/llama-3-70b/config.json");
  config.vocab_size = 256;
  config.num_hidden_layers = 16;
  try {
    static_cast<void>(compiler::compile(spec_, config, {{compiler::Matmul::kW8A16, 0, 1}, 1}));
    FAIL() << "accepted";
  } catch (const isa::InputError& e) {
    EXPECT_THAT(e.file(), HasSubstr("chips 0..7, layers 0..1"));
    EXPECT_THAT(e.reason(), HasSubstr("too many"));
    EXPECT_THAT(e.reason(), HasSubstr("9 stages have 4707648;"));  // of 64 x (8,192 - 19)
  }
}

// Two layers, no stage has room for a whole network: 512 rows in each of 64 slices, 20,000
// elements of a shard.
TEST_F(StagesTest, ANetworkOverSeveralStagesIsLegalOnEveryChipAndLink) {
  spec_.chip.mem_rows = 512;
  compiler::ModelConfig config =
      compiler::read_config(LPU_SOURCE_DIR "/configs/models/addition/config.json");
  config.intermediate_size = 160000;
  config.num_hidden_layers = 2;
  const auto compiled = compiler::compile(spec_, config, {{compiler::Matmul::kW8A16, 0, 2}, 1});
  EXPECT_GT(std::count_if(compiled.stages().begin(), compiled.stages().end(),
                          [](const auto& s) { return s.part.begins_inside_network(); }),
            1);
  for (std::size_t k = 0; k < compiled.steps(); ++k) {
    const auto made = compiled.step(k);
    const auto& step = *made;
    const Judged judged = judge(spec_, step.programs);
    EXPECT_THAT(judged.violations, IsEmpty()) << step.name;
    EXPECT_THAT(judged.link_violations, IsEmpty()) << step.name;
    EXPECT_EQ(judged.end, step.end) << step.name;
  }
}

}  // namespace
}  // namespace lpu
