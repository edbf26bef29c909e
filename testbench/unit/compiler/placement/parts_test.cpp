// SPDX-License-Identifier: Apache-2.0
// How models are cut into stages, against all cuts there are and against sizes counted by hand.
#include "compiler/placement/parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
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
    return cut(spec_, config, 8, options_, most_stages).parts;
  }
  std::int64_t rows(const ModelConfig& config, const Part& part) const {
    return place(spec_, config, build_graph(config, part), 8, options_).memory.used_rows();
  }
  /// Every token, block of a layer and the head once, in order.
  static void expect_whole(const ModelConfig& config, const std::vector<Part>& parts) {
    int token = 0;
    int block = 0;
    for (const Part& part : parts) {
      EXPECT_TRUE(part.tokens == 0 || part.first_token == token);
      EXPECT_TRUE(part.blocks == 0 || part.first_block == block);
      EXPECT_EQ(part.layer_blocks, parts.front().layer_blocks);
      token += part.tokens;
      block += part.blocks;
      EXPECT_EQ(part.head, &part == &parts.back());
    }
    EXPECT_EQ(token, config.vocab_size);
    EXPECT_EQ(block, parts.front().layer_blocks * config.num_hidden_layers);
  }
  /// A part fits a stage. What is counted is what is placed, and columns that a table leaves and
  /// cannot be used: less than `most` times as much.
  void expect_room(const ModelConfig& config, const Cut& made, double most) const {
    std::int64_t placed = 0;
    for (const Part& part : made.parts) {
      EXPECT_LE(rows(config, part), 2 * 32 * 8192) << text_of(part);
      placed += rows(config, part);
    }
    EXPECT_GT(made.rows, placed);
    EXPECT_LT(static_cast<double>(made.rows), most * static_cast<double>(placed));
  }
  static int cuts_in_networks(const std::vector<Part>& parts) {
    return static_cast<int>(std::count_if(
        parts.begin(), parts.end(), [](const Part& part) { return part.begins_inside_network(); }));
  }

  /// What the rows of each block add to a stage: table, layers, head.
  std::vector<std::int64_t> rows_of_blocks(const ModelConfig& config, int layer_blocks) const {
    const int end = layer_blocks * static_cast<int>(config.num_hidden_layers);
    std::vector<Part> parts{{0, static_cast<int>(config.vocab_size), 0, 0, false, layer_blocks}};
    for (int block = 0; block < end; ++block) {
      parts.push_back({0, 0, block, 1, false, layer_blocks});
    }
    parts.push_back({0, 0, end, 0, true, layer_blocks});
    std::vector<std::int64_t> added;
    for (const Part& part : parts) {
      added.push_back(rows(config, part) - rows(config, {}));
    }
    return added;
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
  const std::vector<std::int64_t> blocks = rows_of_blocks(config, 2);
  const auto squares = [&](std::size_t a, std::size_t b) {
    std::int64_t sum = 0;
    for (const auto& [first, end] : {std::pair{std::size_t{0}, a}, {a, b}, {b, blocks.size()}}) {
      std::int64_t stage = rows(config, {});
      for (std::size_t i = first; i < end; ++i) {
        stage += blocks[i];
      }
      sum += stage * stage;
    }
    return sum;
  };
  std::int64_t best = std::numeric_limits<std::int64_t>::max();
  for (std::size_t a = 1; a + 1 < blocks.size(); ++a) {
    for (std::size_t b = a + 1; b < blocks.size(); ++b) {
      best = std::min(best, squares(a, b));
    }
  }
  const auto first = static_cast<std::size_t>(1 + parts[0].blocks);
  const auto second = first + static_cast<std::size_t>(parts[1].blocks);
  EXPECT_EQ(squares(first, second), best);
}

// Five layers of some 95,000 rows, networks 72,000 of them, in three stages of 174,080: no cut
// between halves fits. Against every cut there is that does.
TEST_F(PartsTest, NoOtherCutThatFitsSharesNetworksMoreEvenly) {
  ModelConfig config = model("llama-3-8b");
  config.num_hidden_layers = 5;
  config.vocab_size = 320;
  constexpr std::int64_t kRows = 2720;
  const std::int64_t room = 2 * 32 * kRows;
  constexpr int kBlocks = 6;  // 14,336 elements: 1,792 of a shard, 6 vectors
  const std::vector<std::int64_t> blocks = rows_of_blocks(config, 1 + kBlocks);
  const std::int64_t every_stage = rows(config, {});
  const auto lacks = [&](std::size_t first, std::size_t end) {
    const auto at = [&](std::size_t i) { return blocks.begin() + static_cast<std::ptrdiff_t>(i); };
    return std::accumulate(at(first), at(end), every_stage) > room;
  };
  // Squares of shares of networks, in blocks; a share that is not the last of its network has its
  // sum to hand over, too.
  constexpr int kHandOver = 1;
  const auto squares = [](std::size_t second, std::size_t third) {
    int sum = 0;
    for (std::size_t layer = 0; layer < 5; ++layer) {
      const std::size_t network = 1 + (1 + kBlocks) * layer + 1;  // after the table, attention
      int share = 0;
      for (std::size_t i = network; i < network + kBlocks; ++i) {
        if (i > network && (i == second || i == third)) {
          sum += (share + kHandOver) * (share + kHandOver);
          share = 0;
        }
        ++share;
      }
      sum += share * share;
    }
    return sum;
  };
  int best = std::numeric_limits<int>::max();
  for (std::size_t a = 1; a + 1 < blocks.size(); ++a) {
    for (std::size_t b = a + 1; b < blocks.size(); ++b) {
      if (!lacks(0, a) && !lacks(a, b) && !lacks(b, blocks.size())) {
        best = std::min(best, squares(a, b));
      }
    }
  }
  spec_.mem_rows = kRows;
  const Cut made = cut(spec_, config, 8, options_, 3);
  ASSERT_THAT(made.parts, SizeIs(3));
  EXPECT_EQ(made.lacking, 0);
  expect_whole(config, made.parts);
  for (const Part& part : made.parts) {
    EXPECT_LE(rows(config, part), room) << text_of(part);
  }
  const auto begin = [&made](std::size_t part) {
    return 1 + static_cast<std::size_t>(made.parts[part].first_block);
  };
  EXPECT_EQ(squares(begin(1), begin(2)), best);
  EXPECT_EQ(cuts_in_networks(made.parts), 2);
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
  EXPECT_EQ(cuts_in_networks(parts), 0);
  EXPECT_EQ(text_of(parts[1]), "embedding of tokens 64128..128255");
  EXPECT_EQ(text_of(parts.back()), "head");
}

// As many nodes as the public deployment has: 80 layers in what tables leave of 72 stages. A
// network is twelve blocks: 3,584 elements of a shard in vectors of 320.
TEST_F(PartsTest, ThePublished70BFits72Nodes) {
  const ModelConfig config = model("llama-3-70b");
  const Cut made = cut(spec_, config, 8, options_, 72);
  ASSERT_THAT(made.parts, SizeIs(72));
  EXPECT_EQ(made.lacking, 0);
  expect_whole(config, made.parts);
  EXPECT_EQ(made.parts.front().layer_blocks, 13);
  // All but before the second table and layer 0; 80 layers on 70 stages: ten have the attention of
  // two layers, next to which there may be a cut between layers.
  EXPECT_GE(cuts_in_networks(made.parts), 69 - 10);
  EXPECT_LE(cuts_in_networks(made.parts), 69);
  expect_room(config, made, 1.01);
}

// A network of eight experts of 1,792 elements a shard, 6 vectors each, is more than a stage: cuts
// lie inside networks, and there are two stages a layer. Each has a router for its share.
TEST_F(PartsTest, ThePublishedMixtralHasTwoStagesALayer) {
  const ModelConfig config = model("mixtral-8x7b");
  const Cut made = cut(spec_, config, 8, options_, 72);
  ASSERT_THAT(made.parts, SizeIs(64));
  EXPECT_EQ(made.lacking, 0);
  expect_whole(config, made.parts);
  EXPECT_EQ(made.parts.front().layer_blocks, 1 + 8 * 6);
  EXPECT_GE(cuts_in_networks(made.parts), 32);
  expect_room(config, made, 1.02);
}

TEST_F(PartsTest, AStageSaysWhatItHas) {
  const auto text = [](int first, int blocks) { return text_of({0, 0, first, blocks, false, 13}); };
  EXPECT_EQ(text(13, 26), "layers 1..2");
  EXPECT_EQ(text(13, 1), "attention of layer 1");
  EXPECT_EQ(text(14, 12), "feed-forward of layer 1");
  EXPECT_EQ(text(14, 13), "layers 1 (feed-forward)..2 (attention)");
  EXPECT_EQ(text(13, 5), "layers 1..1 (feed-forward to 4/12)");
  EXPECT_EQ(text(18, 8), "feed-forward 4/12..12/12 of layer 1");
  EXPECT_EQ(text(18, 15), "layers 1 (feed-forward from 4/12)..2 (feed-forward to 6/12)");
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
