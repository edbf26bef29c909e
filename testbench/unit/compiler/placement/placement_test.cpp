// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/placement.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>

#include "compiler/graph/graph.h"
#include "compiler/model/config.h"
#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

class PlacementTest : public ::testing::Test {
 protected:
  static isa::ChipSpec chip(const char* name) {
    return isa::read_chip_spec(std::string(LPU_SOURCE_DIR "/configs/chips/") + name + ".toml");
  }
  Placement placed(const char* model, int chips, const Options& options) {
    const ModelConfig config =
        read_config(std::string(LPU_SOURCE_DIR "/configs/models/") + model + "/config.json");
    return place(spec_, config, build_graph(config), chips, options);
  }

  isa::ChipSpec spec_{chip("lpu1")};
};

class PlacementChipTest : public PlacementTest, public ::testing::WithParamInterface<const char*> {
 protected:
  PlacementChipTest() { spec_ = chip(GetParam()); }
};

void expect_disjoint(const Placement& p) {
  std::map<std::tuple<int, int, int>, int> rows;  // hemisphere, slice, row
  const auto take = [&rows](const Place& place) {
    for (int byte = 0; byte < isa::bytes_of(place.type); ++byte) {
      for (int row = 0; row < place.rows; ++row) {
        ++rows[{static_cast<int>(place.hemisphere), place.slice + byte, place.row + row}];
      }
    }
  };
  for (const auto& [name, plan] : p.linears) {
    for (const Place& place : plan.scale) take(place);
    for (const ChainPlan& chain : plan.chains) {
      for (const TilePlan& tile : chain.tiles) {
        for (const Place& place : tile.column) take(place);
      }
    }
  }
  for (const auto& [name, places] : p.gains) {
    for (const Place& place : places) take(place);
  }
  for (const auto* cache : {&p.keys, &p.values}) {
    for (const auto& [key, places] : *cache) {
      for (const Place& place : places) take(place);
    }
  }
  for (const auto& [key, heads] : p.blocks) {
    for (const auto& head : heads) {
      for (const CacheBlock& block : head) {
        for (const Place& place : block.keys) take(place);
        for (const Place& place : block.values) take(place);
      }
    }
  }
  for (const Constant& c : p.constants) take(c.place);
  for (const EmbeddingBlock& block : p.embedding.value().blocks) take(block.table);
  take(p.tokens.value());
  for (const auto& [where, times] : rows) {
    EXPECT_EQ(times, 1) << std::get<0>(where) << " slice " << std::get<1>(where) << " row "
                        << std::get<2>(where);
  }
  // Slices that share a row leave gaps; more than the map says cannot be in use.
  EXPECT_GE(p.memory.used_rows(), static_cast<std::int64_t>(rows.size()));
}

TEST_P(PlacementChipTest, NoRowIsGivenTwice) {
  for (const Matmul matmul : {Matmul::kF16, Matmul::kW8A16}) {
    expect_disjoint(placed("addition", 2, {matmul, 0, 9}));
  }
}

TEST_F(PlacementTest, NoRowOfBlocksIsGivenTwice) {
  const Placement p = placed("addition", 2, {Matmul::kW8A8, 330, 9, Attention::kInBlocks});
  expect_disjoint(p);
  EXPECT_TRUE(p.keys.empty());
  ASSERT_EQ(p.blocks.at({0, 0}).size(), 2U);          // of four KV heads
  ASSERT_EQ(p.blocks.at({0, 0}).front().size(), 2U);  // 339 positions
  const auto& blocks = p.blocks.at({0, 0}).front();
  EXPECT_NE(blocks[0].hemisphere, blocks[1].hemisphere);
  EXPECT_EQ(blocks[0].keys.size(), 16U);
  EXPECT_EQ(blocks[0].keys.front().rows, 16 / 8);     // elements of a head, eight a row of slices
  EXPECT_EQ(blocks[0].values.front().rows, 160 / 8);  // positions of a half
}

INSTANTIATE_TEST_SUITE_P(, PlacementChipTest, ::testing::Values("lpu1", "tiny"),
                         [](const auto& chip) { return std::string(chip.param); });

// Chains change hemispheres only when a burst is full, and tiles of a burst follow each other.
TEST_F(PlacementTest, ChainsOfASmallChipAreReadInBursts) {
  spec_ = chip("tiny");
  const Placement p = placed("addition", 1, {Matmul::kF16, 0, 9});
  for (const auto& [name, plan] : p.linears) {
    int rows = 0;
    for (std::size_t c = 0; c < plan.chains.size(); ++c) {
      const ChainPlan& chain = plan.chains[c];
      const bool same = c > 0 && plan.chains[c - 1].hemisphere == chain.hemisphere;
      if (c > 0) {
        EXPECT_EQ(same, rows < kBurstRows) << name << " chain " << c;
      }
      rows = same ? rows : 0;
      for (std::size_t t = 0; t < chain.tiles.size(); ++t) {
        rows += chain.tiles[t].groups;
        if (t > 0) {
          const Place& before = chain.tiles[t - 1].column.front();
          EXPECT_EQ(chain.tiles[t].column.front().row, before.row + before.rows);
        }
      }
    }
  }
}

TEST_F(PlacementTest, TilesHaveTheSameShapeOnEveryChip) {
  const Placement p = placed("addition", 8, {Matmul::kF16, 0, 9});
  for (const auto& [name, plan] : p.linears) {
    for (const ChainPlan& chain : plan.chains) {
      for (int chip = 0; chip < 8; ++chip) {
        const Layout in = plan.in(chip, chain.shard);
        for (std::size_t chunk = 0; chunk < in.element.size(); ++chunk) {
          for (int lane = 0; lane < in.lanes; ++lane) {
            if (in.element[chunk][static_cast<std::size_t>(lane)] == Layout::kPadding) {
              continue;
            }
            const int half = lane / (in.lanes / 2);
            const int group = lane % (in.lanes / 2) / 8;
            bool held = false;
            for (const TilePlan& t : chain.tiles) {
              held = held || (t.in_chunk == static_cast<int>(chunk) && t.half == half &&
                              t.group <= group && group < t.group + t.groups);
            }
            EXPECT_TRUE(held) << name << " chip " << chip << " chunk " << chunk << " lane " << lane;
          }
        }
      }
    }
  }
}

// Two bytes a weight, so two rows an element of the input and vector of the output.
TEST_F(PlacementTest, FillIsThatOfTheModelsMatrices) {
  constexpr int kHidden = 128;
  constexpr int kFeedForward = 8 * 48;  // 8 shards of 43, whole groups of 8
  constexpr int kPositions = 9;
  constexpr int kLayer = 4 * 2 * kHidden        // q, k, v, o: a vector
                         + 2 * 2 * 2 * kHidden  // gate and up: 344 are two vectors
                         + 2 * kFeedForward;
  const Placement p = placed("addition", 1, {Matmul::kF16, 0, kPositions});
  const Fill fill = fill_of(p);
  EXPECT_EQ(fill.weights, 4 * kLayer + 2 * kHidden);
  EXPECT_EQ(fill.cache, 4 * 2 * 2 * kPositions);
  EXPECT_EQ(fill.embedding, 2 * 13);
  EXPECT_GT(fill.other, 0);
  EXPECT_NE(dump(p, spec_).find("weights 11520, embedding 26, KV cache 144, other"),
            std::string::npos);
}

TEST_F(PlacementTest, AModelThatIsTooLargeIsRefusedWithTheSizeOfTheExcess) {
  try {
    placed("llama-3-8b", 8, {Matmul::kW8A16, 0, 1});
    FAIL() << "8 billion parameters in 8 x 220 MiB";
  } catch (const isa::InputError& e) {
    EXPECT_NE(e.reason().find("too many"), std::string::npos) << e.reason();
  }
}

// 46.7 billion parameters are more than a node.
TEST_F(PlacementTest, ExpertsAreCountedWithTheirModel) {
  EXPECT_THROW(placed("mixtral-8x7b", 8, {Matmul::kW8A16, 0, 1}), isa::InputError);
}

// Each matrix of a layer of the trained model, three times, and a router.
TEST_F(PlacementTest, AllExpertsOfAModelAreThere) {
  ModelConfig config = read_config(LPU_SOURCE_DIR "/configs/models/addition/config.json");
  const auto weights = [&] {
    const Placement p = place(spec_, config, build_graph(config), 1, {Matmul::kF16, 0, 9});
    expect_disjoint(p);
    return fill_of(p).weights;
  };
  constexpr int kHidden = 128;
  constexpr int kFeedForward = 8 * 48;
  constexpr int kNetwork = 2 * 2 * 2 * kHidden + 2 * kFeedForward;
  const auto dense = weights();
  config.model_type = "mixtral";
  config.num_local_experts = 3;
  config.num_experts_per_tok = 2;
  EXPECT_EQ(weights(), dense + 4 * (2 * kNetwork + 2 * kHidden));
}

}  // namespace
}  // namespace lpu::compiler
