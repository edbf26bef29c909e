// SPDX-License-Identifier: Apache-2.0
// The counter by its sentences; cosim.c2c.deskew holds it against its RTL cycle by cycle.
#include "fabric/clock/hac.h"

#include <gtest/gtest.h>

#include <random>

namespace lpu::fabric {
namespace {

TEST(HacModelTest, TheRootCountsEpochsOf252Cycles) {
  Hac root;
  for (int cycle = 0; cycle < 1'000; ++cycle) {
    ASSERT_EQ(root.value(), cycle % 252);
    ASSERT_EQ(root.count(), cycle);
    root.clock();
  }
}

// Off by d, on the shorter way: there after d moves, the first in the cycle after the hearing, the
// others an epoch apart, and not a cycle sooner.
TEST(HacModelTest, ComesNearerByOneAnEpoch) {
  for (const int latency : {0, 217, 434, 10'000}) {
    for (int off = -126; off < 126; ++off) {
      Hac child;
      const int parent = ((off - latency) % 252 + 252) % 252;
      child.hear(parent, latency);
      child.clock();
      const int moves = off < 0 ? -off : off;
      for (int cycle = 1; moves > 0 && cycle < 1 + 252 * (moves - 1) + 1; ++cycle) {
        ASSERT_NE(child.count() - cycle, off) << "cycle " << cycle;
        child.clock();
      }
      const std::int64_t now = moves == 0 ? 1 : 1 + 252 * (moves - 1) + 1;
      EXPECT_EQ(child.count() - now, off) << latency;
      child.advance(100'000);
      EXPECT_EQ(child.count() - now - 100'000, off);
    }
  }
}

TEST(HacModelTest, AdvancingIsManyCycles) {
  std::mt19937 random(2);
  Hac one;
  Hac many;
  for (int i = 0; i < 3'000; ++i) {
    if (random() % 2 == 0) {
      const int parent = static_cast<int>(random() % 252);
      one.hear(parent, 217);
      many.hear(parent, 217);
    }
    const int cycles = static_cast<int>(random() % 600);
    for (int cycle = 0; cycle < cycles; ++cycle) {
      one.clock();
    }
    many.advance(cycles);
    ASSERT_EQ(one.count(), many.count());
  }
}

}  // namespace
}  // namespace lpu::fabric
