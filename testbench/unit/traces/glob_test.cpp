// SPDX-License-Identifier: Apache-2.0
#include "traces/wave/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace lpu::traces {
namespace {

TEST(GlobTest, AStarTakesAnythingAndAQuestionMarkOne) {
  EXPECT_TRUE(glob("*", ""));
  EXPECT_TRUE(glob("chip*.c2c*", "chip12.c2c_e.link8"));
  EXPECT_TRUE(glob("chip?.vxm", "chip1.vxm"));
  EXPECT_FALSE(glob("chip?.vxm", "chip12.vxm"));
  EXPECT_FALSE(glob("chip1", "chip12"));
  EXPECT_FALSE(glob("", "chip0"));
  EXPECT_TRUE(glob("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(glob("a*b*c", "aXbYbZ"));
}

TEST(GlobTest, APatternMeansTheUnitsBelowIt) {
  EXPECT_TRUE(in_scope("chip0.mxm_e.plane1", "chip0.mxm_e.plane1.weights"));
  EXPECT_TRUE(in_scope("chip0", "chip0.mxm_e.plane1.weights"));
  EXPECT_TRUE(in_scope("chip0.mxm*", "chip0.mxm_e.plane1.weights"));
  EXPECT_FALSE(in_scope("chip0.mxm_e.plane1", "chip0.mxm_e.plane10.weights"));
  EXPECT_FALSE(in_scope("mxm*", "chip0.mxm_e.plane1.weights"));
}

TEST(GlobTest, ManyStarsTakeNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "*a";
  EXPECT_FALSE(glob(pattern + "b", std::string(5000, 'a')));
}

}  // namespace
}  // namespace lpu::traces
