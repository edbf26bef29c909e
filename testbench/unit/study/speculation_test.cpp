// SPDX-License-Identifier: Apache-2.0
#include "study/speculation/speculation.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lpu::study {
namespace {

TEST(SpeculationTest, ARoundDraftsOneAfterTheOtherAndChecksAtOnce) {
  EXPECT_EQ((Round{4, 100, 1000}.cycles()), 1400);
  EXPECT_EQ((Round{0, 100, 1000}.cycles()), 1000);
}

// The sum of a geometric series: (1 - a^(n + 1)) / (1 - a).
TEST(SpeculationTest, TokensFollowTheProbabilityThatAllBeforeWereAccepted) {
  for (const int draft : {1, 2, 5, 30}) {
    for (const double a : {0.1, 0.5, 0.8, 0.99}) {
      EXPECT_NEAR(tokens_of({draft, 1, 1}, a), (1 - std::pow(a, draft + 1)) / (1 - a), 1e-9);
    }
    EXPECT_EQ(tokens_of({draft, 1, 1}, 1.0), draft + 1);
    EXPECT_EQ(tokens_of({draft, 1, 1}, 0.0), 1);
  }
}

}  // namespace
}  // namespace lpu::study
