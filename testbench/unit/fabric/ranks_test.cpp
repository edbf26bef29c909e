// SPDX-License-Identifier: Apache-2.0
#include "fabric/ranks/ranks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fabric/ranks/packed.h"

namespace lpu::fabric {
namespace {

std::vector<int> division(int chips, int ranks) {
  std::vector<int> of_chip;
  for (int chip = 0; chip < chips; ++chip) {
    of_chip.push_back(rank_of_chip(chip, chips, ranks));
  }
  return of_chip;
}

TEST(RanksTest, NodesStayTogetherWhenEachRankCanHaveOne) {
  EXPECT_THAT(division(24, 2), testing::ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  //
                                                    0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1));
}

TEST(RanksTest, OtherwiseChipsAreDivided) {
  EXPECT_THAT(division(8, 3), testing::ElementsAre(0, 0, 0, 1, 1, 1, 2, 2));
  EXPECT_THAT(division(2, 4), testing::ElementsAre(0, 1));
}

TEST(RanksTest, ARankByItselfHasEverything) { EXPECT_THAT(division(17, 1), testing::Each(0)); }

TEST(PackedTest, WhatIsPackedComesOutInOrder) {
  Bytes bytes;
  pack(bytes, std::int64_t{-5});
  pack(bytes, std::string("words"));
  pack(bytes, std::span<const std::uint8_t>());
  pack(bytes, true);
  Unpacked from(bytes);
  EXPECT_EQ(from.take<std::int64_t>(), -5);
  EXPECT_EQ(from.take_text(), "words");
  EXPECT_TRUE(from.take_block().empty());
  EXPECT_FALSE(from.empty());
  EXPECT_TRUE(from.take<bool>());
  EXPECT_TRUE(from.empty());
  EXPECT_THROW(from.take<bool>(), std::logic_error);
}

TEST(OneRankTest, AnExchangeGivesBackWhatItGot) {
  OneRank alone;
  EXPECT_TRUE(alone.first());
  EXPECT_EQ(alone.share({1, 2}), std::vector<Bytes>({{1, 2}}));
}

}  // namespace
}  // namespace lpu::fabric
