// SPDX-License-Identifier: Apache-2.0
// How models are cut into stages, against all cuts there are and against sizes counted by hand.
#include "compiler/placement/parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

using testing::SizeIs;

class PartsTest : public testing::Test {
 protected:
  static ModelConfig model(const std::string& name) {
    return read_config(std::string(LPU_SOURCE_DIR "/configs/models/") + name + "/config.json");
  }
  std::vector<Part> cut_of(const ModelConfig& config, int most_stages) const {
    return cut(spec_, config, 8, options_, most_stages);
  }
  std::int64_t rows(const ModelConfig& config, const Part& part) const {
    return place(spec_, config, build_graph(config, part), 8, options_).memory.used_rows();
  }
  /// Every token, half layer and the head once, in order.
  static void expect_whole(const ModelConfig& config, const std::vector<Part>& parts) {
    int token = 0;
    int half = 0;
    for (const Part& part : parts) {
      EXPECT_TRUE(part.tokens == 0 || part.first_token == token);
      EXPECT_TRUE(part.halves == 0 || part.first_half == half);
      token += part.tokens;
      half += part.halves;
      EXPECT_EQ(part.head, &part == &parts.back());
    }
    EXPECT_EQ(token, config.vocab_size);
    EXPECT_EQ(half, 2 * config.num_hidden_layers);
  }

  isa::ChipSpec spec_ = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  Options options_{Matmul::kW8A16, 0, 1};
};

TEST_F(PartsTest, ASmallModelHasALayerAStage) {
  const ModelConfig config = model("addition");
  const auto parts = cut_of(config, 9);
  ASSERT_THAT(parts, SizeIs(4));
  expect_whole(config, parts);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(text_of(parts[i]), "layers " + std::to_string(i) + ".." + std::to_string(i));
  }
  EXPECT_THAT(cut_of(config, 1), SizeIs(1));
}

// Of a layer the attention is the smaller part, so stages do not end with layers.
TEST_F(PartsTest, NoOtherCutIsMoreBalanced) {
  ModelConfig config = model("llama-3-8b");
  config.num_hidden_layers = 5;
  config.vocab_size = 320;
  const auto parts = cut_of(config, 3);
  ASSERT_THAT(parts, SizeIs(3));
  expect_whole(config, parts);
  // Rows of the blocks: table, five layers in halves, head.
  std::vector<double> blocks{static_cast<double>(rows(config, {0, 320, 0, 0, false}))};
  for (int half = 0; half < 10; ++half) {
    blocks.push_back(static_cast<double>(rows(config, {0, 0, half, 1, false})));
  }
  blocks.push_back(static_cast<double>(rows(config, {0, 0, 10, 0, true})));
  const auto squares = [&blocks](std::size_t a, std::size_t b) {
    double sum = 0;
    for (const auto& [first, end] : {std::pair{std::size_t{0}, a}, {a, b}, {b, blocks.size()}}) {
      double stage = 0;
      for (std::size_t i = first; i < end; ++i) {
        stage += blocks[i];
      }
      sum += stage * stage;
    }
    return sum;
  };
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t a = 1; a + 1 < blocks.size(); ++a) {
    for (std::size_t b = a + 1; b < blocks.size(); ++b) {
      best = std::min(best, squares(a, b));
    }
  }
  const auto first = static_cast<std::size_t>(1 + parts[0].halves);
  const auto second = first + static_cast<std::size_t>(parts[1].halves);
  EXPECT_EQ(squares(first, second), best);
}

// 128,256 tokens of 13 vectors: 16,032 a chip in two blocks of 13 pairs of slices.
TEST_F(PartsTest, ThePublished8BFitsARack) {
  const ModelConfig config = model("llama-3-8b");
  const auto parts = cut_of(config, 9);
  ASSERT_THAT(parts, SizeIs(9));
  expect_whole(config, parts);
  EXPECT_EQ(text_of(parts.front()), "embedding of tokens 0..128255");
  for (const Part& part : parts) {
    EXPECT_LE(rows(config, part), 2 * 32 * 8192) << text_of(part);
  }
}

// 26 vectors a token: a block of 8,128 tokens a chip is all that 32 pairs hold, two stages' worth.
// A layer fills most of a node, so 80 of them, the table and the head are 83 stages.
TEST_F(PartsTest, ThePublished70BNeeds83Stages) {
  const ModelConfig config = model("llama-3-70b");
  const auto parts = cut_of(config, 90);
  ASSERT_THAT(parts, SizeIs(83));
  expect_whole(config, parts);
  EXPECT_EQ(text_of(parts[1]), "embedding of tokens 64128..128255");
  EXPECT_EQ(text_of(parts.back()), "head");
}

TEST_F(PartsTest, WhatIsLargerThanAllStagesIsRefusedAtOnce) {
  try {
    static_cast<void>(cut_of(model("llama-3-70b"), 9));
    FAIL() << "accepted";
  } catch (const isa::InputError& e) {
    EXPECT_THAT(std::string(e.what()), testing::HasSubstr("all stages together have 6488064 ("));
  }
}

}  // namespace
}  // namespace lpu::compiler
