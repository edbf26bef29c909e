// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/advance.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lpu::compiler {
namespace {

const isa::ChipSpec kChip = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");

StepSchedule stage(std::vector<Phase> phases, std::int64_t end) {
  return {{}, std::move(phases), {end}, {}, MemoryMap(kChip)};
}

std::string text(const std::vector<Advance>& all) {
  std::string text;
  for (const Advance& a : all) {
    text += a.name + " " + std::to_string(a.times) + " " + std::to_string(a.cycles.value) + "\n";
  }
  return text;
}

// q ends in cycle 29, k in its shadow; o of layer 1 ends 20 cycles after that of layer 0.
TEST(AdvanceTest, AnOperatorCostsWhatItMovesTheEnd) {
  const std::vector<StepSchedule> stages{stage({{"embed", {0}, {9}},
                                                {"layers.0.q", {5}, {29}},
                                                {"layers.0.k", {6}, {19}},
                                                {"layers.0.o", {30}, {39}},
                                                {"layers.1.q", {40}, {44}},
                                                {"layers.1.o", {45}, {59}}},
                                               82)};
  EXPECT_EQ(text(advances(stages)), "embed 1 10\nq 2 25\nk 1 0\no 2 25\nthe last superlane 1 22\n");
}

// The first stage waits for the token that the last one chose.
TEST(AdvanceTest, TheTokensWayBackComesLast) {
  const std::vector<StepSchedule> stages{
      stage({{"send_hidden", {0}, {9}}, {"receive_token", {90}, {99}}}, 120),
      stage({{"receive_hidden", {10}, {29}}, {"argmax", {30}, {79}}}, 101)};
  EXPECT_EQ(text(advances(stages)),
            "send_hidden 1 10\nreceive_hidden 1 20\nargmax 1 50\nreceive_token 1 20\n"
            "the last superlane 1 20\n");
}

}  // namespace
}  // namespace lpu::compiler
