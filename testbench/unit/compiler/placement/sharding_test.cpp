// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/sharding.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

constexpr int kLanes = 320;

ModelConfig config(int heads, int kv_heads, int head_dim, int feed_forward, int vocabulary = 13) {
  ModelConfig c;
  c.vocab_size = vocabulary;
  c.hidden_size = 128;
  c.intermediate_size = feed_forward;
  c.num_hidden_layers = 1;
  c.num_attention_heads = heads;
  c.num_key_value_heads = kv_heads;
  c.head_dim = head_dim;
  return c;
}

using Count = std::map<int, int>;  // element -> how often

void add(const Layout& layout, Count& count) {
  for (const auto& chunk : layout.element) {
    for (const int e : chunk) {
      if (e != Layout::kPadding) {
        ++count[e];
      }
    }
  }
}

void expect_each_once(const Count& count, int elements) {
  EXPECT_EQ(count.size(), static_cast<std::size_t>(elements));
  for (const auto& [element, times] : count) {
    EXPECT_EQ(times, 1) << "element " << element;
  }
}

/// The elements of each half chunk of a layout, in order: what one tile adds up exactly.
std::vector<std::set<int>> tiles(const Layout& layout) {
  std::vector<std::set<int>> parts;
  for (const auto& chunk : layout.element) {
    for (std::size_t half = 0; half < 2; ++half) {
      std::set<int> part;
      for (std::size_t lane = 0; lane < kLanes / 2; ++lane) {
        part.insert(chunk[half * kLanes / 2 + lane]);
      }
      part.erase(Layout::kPadding);
      if (!part.empty()) {
        parts.push_back(part);
      }
    }
  }
  return parts;
}

std::size_t elements_of(const Layout& layout) {
  Count count;
  add(layout, count);
  return count.size();
}

class ShardingTest : public ::testing::TestWithParam<int> {};

TEST_P(ShardingTest, EveryQueryElementIsOnOneChipInOneLane) {
  const Sharding s(config(8, 4, 16, 344), kLanes, GetParam());
  Count count;
  for (int chip = 0; chip < GetParam(); ++chip) {
    add(s.queries(chip), count);
  }
  expect_each_once(count, 8 * 16);
}

TEST_P(ShardingTest, EveryFeedForwardRowIsOnOneChipInOneLane) {
  for (const int width : {344, 1500, 2816, 5}) {
    const Sharding s(config(8, 8, 16, width), kLanes, GetParam());
    Count count;
    for (int chip = 0; chip < GetParam(); ++chip) {
      add(s.feed_forward(chip), count);
    }
    expect_each_once(count, width);
  }
}

// 28,672: eight shards of 3,584, which are eleven vectors and a fifth. 344: shards share a vector.
TEST_P(ShardingTest, SharesHaveTheTilesOfTheWholeNetworkOneAfterAnother) {
  for (const auto& [width, blocks] : {std::pair{28672, 12}, {6000, 3}, {344, 1}}) {
    const Sharding s(config(8, 8, 16, width), kLanes, GetParam());
    ASSERT_EQ(s.feed_forward_blocks(), blocks);
    for (int cut = 0; cut <= blocks; ++cut) {
      const Share before{0, cut, blocks};
      const Share after{cut, blocks - cut, blocks};
      for (int shard = 0; shard < s.local_feed_forward_shards(); ++shard) {
        if (cut == 0 || cut == blocks) {
          EXPECT_EQ(tiles(s.feed_forward_shard(0, shard, cut == 0 ? after : before)),
                    tiles(s.feed_forward_shard(0, shard)));
          continue;
        }
        auto both = tiles(s.feed_forward_shard(0, shard, before));
        const auto more = tiles(s.feed_forward_shard(0, shard, after));
        EXPECT_EQ(both.size(), 2 * static_cast<std::size_t>(cut)) << "full vectors";
        both.insert(both.end(), more.begin(), more.end());
        EXPECT_EQ(both, tiles(s.feed_forward_shard(0, shard))) << width << " at " << cut;
      }
    }
  }
}

// Three experts: of 344 elements, a vector of a shard; of 3,000, two. A vector is of one expert.
TEST_P(ShardingTest, ExpertsAreOneNetworkAndShareNoVector) {
  for (const auto& [width, blocks] : {std::pair{344, 3}, {3000, 6}}) {
    ModelConfig c = config(8, 8, 16, width);
    c.num_local_experts = 3;
    const Sharding s(c, kLanes, GetParam());
    const Sharding one(config(8, 8, 16, width), kLanes, GetParam());
    ASSERT_EQ(s.feed_forward_blocks(), blocks);
    Count whole;
    for (int chip = 0; chip < GetParam(); ++chip) {
      add(s.feed_forward(chip), whole);
    }
    expect_each_once(whole, 3 * width);
    for (int cut = 0; cut <= blocks; ++cut) {
      Count count;
      int chunks = 0;
      for (const Share& share : {Share{0, cut, blocks}, {cut, blocks - cut, blocks}}) {
        const Layout layout = s.feed_forward(GetParam() - 1, share);
        const std::vector<int> experts = s.experts(share);
        ASSERT_EQ(experts.size(), layout.element.size());
        for (std::size_t i = 0; i < experts.size(); ++i) {
          for (const int e : layout.element[i]) {
            EXPECT_TRUE(e == Layout::kPadding || e / width == experts[i]);
          }
        }
        add(layout, count);
        chunks += layout.chunks();
      }
      EXPECT_EQ(chunks, s.feed_forward(0).chunks()) << width << " at " << cut;
      EXPECT_EQ(count.size(), 3 * elements_of(one.feed_forward(GetParam() - 1)));
    }
    // Tiles of a shard are those of each expert by itself, one after the other.
    for (int shard = 0; shard < s.local_feed_forward_shards(); ++shard) {
      const auto of_one = tiles(one.feed_forward_shard(0, shard));
      const auto of_all = tiles(s.feed_forward_shard(0, shard));
      ASSERT_EQ(of_all.size(), 3 * of_one.size());
      for (std::size_t i = 0; i < of_all.size(); ++i) {
        std::set<int> expected;
        for (const int e : of_one[i % of_one.size()]) {
          expected.insert(static_cast<int>(i / of_one.size()) * width + e);
        }
        EXPECT_EQ(of_all[i], expected);
      }
    }
  }
}

TEST_P(ShardingTest, EveryVocabularyEntryIsOnOneChip) {
  const Sharding s(config(8, 8, 16, 344, 1000), kLanes, GetParam());
  Count count;
  for (int chip = 0; chip < GetParam(); ++chip) {
    add(s.vocabulary(chip), count);
  }
  expect_each_once(count, 1000);
}

TEST_P(ShardingTest, TheShardsOfAChipAreItsElements) {
  const Sharding s(config(8, 4, 16, 344), kLanes, GetParam());
  Count heads;
  Count rows;
  for (int chip = 0; chip < GetParam(); ++chip) {
    for (int local = 0; local < s.local_head_shards(); ++local) {
      add(s.head_shard(chip, local), heads);
    }
    for (int local = 0; local < s.local_feed_forward_shards(); ++local) {
      add(s.feed_forward_shard(chip, local), rows);
    }
  }
  expect_each_once(heads, 8 * 16);
  expect_each_once(rows, 344);
}

TEST_P(ShardingTest, AShardHasTheSameElementsWhateverTheNumberOfChips) {
  const Sharding one(config(8, 4, 16, 344), kLanes, 1);
  const Sharding many(config(8, 4, 16, 344), kLanes, GetParam());
  for (int shard = 0; shard < Sharding::kSumShards; ++shard) {
    const int local = many.local_feed_forward_shards();
    Count expected;
    Count actual;
    add(one.feed_forward_shard(0, shard), expected);
    add(many.feed_forward_shard(shard / local, shard % local), actual);
    EXPECT_EQ(actual, expected) << "shard " << shard;
  }
}

TEST_P(ShardingTest, AShardIsAddedUpInTheSameOrderOnAnyNumberOfChips) {
  for (const ModelConfig& c :
       {config(8, 4, 16, 344), config(32, 32, 32, 1500), config(24, 24, 64, 704),
        config(48, 48, 24, 5000), config(24, 12, 16, 344)}) {
    if (c.num_key_value_heads % GetParam() != 0) {
      continue;  // 12 heads do not divide among 8 chips
    }
    const Sharding one(c, kLanes, 1);
    const Sharding many(c, kLanes, GetParam());
    for (int shard = 0; shard < Sharding::kSumShards; ++shard) {
      const int heads = many.local_head_shards();
      EXPECT_EQ(tiles(many.head_shard(shard / heads, shard % heads)),
                tiles(one.head_shard(0, shard)))
          << c.num_attention_heads << " heads, shard " << shard;
      const int rows = many.local_feed_forward_shards();
      EXPECT_EQ(tiles(many.feed_forward_shard(shard / rows, shard % rows)),
                tiles(one.feed_forward_shard(0, shard)))
          << c.intermediate_size << " rows, shard " << shard;
    }
  }
}

// Eight query heads of a key head: four vectors, a head in the first lanes of each half.
TEST(ShardingHalvesTest, TwoQueryGroupsShareAVector) {
  const Sharding s(config(64, 8, 128, 344), kLanes, 8);
  const Layout queries = s.queries(1);
  const Layout keys = s.keys(1, s.query_halves());
  ASSERT_EQ(queries.chunks(), 4);
  ASSERT_EQ(keys.chunks(), 1);
  for (int head = 0; head < 8; ++head) {
    const auto chunk = static_cast<std::size_t>(head / 2);
    const auto lane = static_cast<std::size_t>(head % 2 * kLanes / 2);
    EXPECT_EQ(queries.element[chunk][lane], (8 + head) * 128);
    EXPECT_EQ(queries.element[chunk][lane + 127], (8 + head) * 128 + 127);
    EXPECT_EQ(queries.element[chunk][lane + 128], Layout::kPadding);
    EXPECT_EQ(keys.element[0][lane], 128);
  }
}

TEST_P(ShardingTest, AQuerySitsInTheLaneOfItsKey) {
  constexpr int kHeadDim = 16;
  constexpr int kGroup = 2;  // query heads a key head
  const Sharding s(config(8, 4, kHeadDim, 344), kLanes, GetParam());
  const Layout keys = s.keys(GetParam() - 1, s.query_halves());
  const Layout queries = s.queries(GetParam() - 1);
  for (int chunk = 0; chunk < queries.chunks(); ++chunk) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const int q = queries.element[static_cast<std::size_t>(chunk)][lane];
      if (q != Layout::kPadding) {
        const int k = keys.element[static_cast<std::size_t>(chunk % s.head_chunks())][lane];
        EXPECT_EQ(q / kHeadDim / kGroup, k / kHeadDim);
        EXPECT_EQ(q % kHeadDim, k % kHeadDim);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Chips, ShardingTest, ::testing::Values(1, 2, 4, 8));

TEST(ShardingErrorTest, EveryFaultIsListed) {
  try {
    const Sharding s(config(6, 3, 200, 344), kLanes, 4);
    FAIL() << "6 heads on 4 chips were accepted";
  } catch (const isa::InputError& e) {
    EXPECT_NE(e.reason().find("num_attention_heads"), std::string::npos) << e.reason();
    EXPECT_NE(e.reason().find("num_key_value_heads"), std::string::npos) << e.reason();
    EXPECT_NE(e.reason().find("head_dim"), std::string::npos) << e.reason();
  }
}

TEST(ShardingErrorTest, ThreeChipsAreNoGroup) {
  EXPECT_THROW(Sharding(config(6, 3, 16, 344), kLanes, 3), isa::InputError);
}

}  // namespace
}  // namespace lpu::compiler
