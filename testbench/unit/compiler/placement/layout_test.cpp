// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/layout.h"

#include <gtest/gtest.h>

#include <set>

namespace lpu::compiler {
namespace {

TEST(RotationsTest, EachMeetsAllOthers) {
  for (int n = 1; n <= 40; ++n) {
    std::set<int> met{0};  // distances
    for (const auto& step : rotations_to_all(n)) {
      const std::set<int> before = met;
      for (const int by : step) {
        EXPECT_GT(by, 0);
        EXPECT_LT(by, n);
        for (const int distance : before) {
          met.insert((by + distance) % n);
        }
      }
    }
    EXPECT_EQ(met.size(), static_cast<std::size_t>(n)) << n;
  }
}

TEST(RotationsTest, TwoStepsForLanesAndSuperlanesOfThePublishedChip) {
  EXPECT_EQ(rotations_to_all(16).size(), 2U);
  EXPECT_EQ(rotations_to_all(20).size(), 2U);
  EXPECT_TRUE(rotations_to_all(1).empty());
}

}  // namespace
}  // namespace lpu::compiler
