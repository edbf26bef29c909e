// SPDX-License-Identifier: Apache-2.0
// Layers whose times are made up: matrices halve, sums of the group grow, norms stay.
#include "study/groups/groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace lpu::study {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class GroupsTest : public testing::Test {
 protected:
  /// A token of two layers at 1 MHz, so that half of the cycles are a layer's microseconds.
  Tried group(std::int64_t chips, std::int64_t q, std::int64_t sum) {
    study::Run& run = runs_.emplace_back();
    run.operators = {{"q", 2, q, 0, ""},
                     {"attention_norm", 2, 200, 0, ""},
                     {"ffn_residual", 2, sum, 0, ""},
                     {"lm_head", 1, 5000, 0, ""}};
    Tried tried;
    tried.chips = chips;
    tried.chip.clock_mhz = 1;
    tried.config.num_hidden_layers = 2;
    tried.token = &run;
    return tried;
  }
  std::deque<study::Run> runs_;
};

TEST_F(GroupsTest, OnlyLayersCountAndEachKindAlone) {
  const std::vector<Tried> groups{group(1, 4000, 50), group(2, 2000, 400)};
  const auto all = doublings_of(groups);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_DOUBLE_EQ(all[0].before, 2125.0);
  EXPECT_DOUBLE_EQ(all[0].after, 1300.0);
  ASSERT_EQ(all[0].changes.size(), 3U) << "no attention and no hand-over";
  EXPECT_DOUBLE_EQ(all[0].changes[0].ratio(), 2.0);
  EXPECT_DOUBLE_EQ(all[0].unhalved_before(), 125.0 / 2125.0);
  EXPECT_DOUBLE_EQ(all[0].unhalved_after(), 300.0 / 1300.0);
}

TEST_F(GroupsTest, TheWordsSayWhatHalvesAndWhatDoesNot) {
  const std::vector<Tried> groups{group(1, 4000, 50), group(2, 2000, 400)};
  EXPECT_THAT(words_of(doublings_of(groups).at(0)),
              AllOf(HasSubstr("On 2 chips instead of 1 a layer takes 1300.00 us"),
                    HasSubstr("Halves: matrices 2000.00 to 1000.00 (2.00)."),
                    HasSubstr("Stays: norms 100.00 to 100.00 (1.00)."),
                    HasSubstr("Grows: all-reduce and residual 25.00 to 200.00"),
                    HasSubstr("was 6 % of a layer and is 23 %"), Not(HasSubstr("Shrinks"))));
}

TEST_F(GroupsTest, WhatIsRefusedOrNotTwiceAsLargeIsNotCompared) {
  std::vector<Tried> groups{group(1, 9, 9), group(2, 9, 9), group(4, 9, 9), group(6, 9, 9)};
  runs_[0].status = 3;
  const auto all = doublings_of(groups);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].to->chips, 4);
}

TEST(FateTest, AtTheLimits) {
  const auto fate = [](double before, double after) {
    return fate_of({OperatorKind::kOther, before, after});
  };
  EXPECT_EQ(fate(1.8, 1.0), Fate::kHalves);
  EXPECT_EQ(fate(1.79, 1.0), Fate::kShrinks);
  EXPECT_EQ(fate(1.11, 1.0), Fate::kShrinks);
  EXPECT_EQ(fate(1.09, 1.0), Fate::kStays);
  EXPECT_EQ(fate(1.0, 1.09), Fate::kStays);
  EXPECT_EQ(fate(1.0, 1.11), Fate::kGrows);
}

}  // namespace
}  // namespace lpu::study
