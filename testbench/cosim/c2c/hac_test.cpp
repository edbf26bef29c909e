// SPDX-License-Identifier: Apache-2.0
// The hardware aligned counter of a child against its parent's, with clocks that differ. The
// reference is arithmetic modulo 252 on real time. Then against the model, cycle by cycle.
#include "fabric/clock/hac.h"

#include <Vhac.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <random>

#include "rtl/common/rtl_context.h"

namespace lpu::rtl {
namespace {

constexpr int kPeriod = 252;

class Hac {
 public:
  Hac() {
    block_.rst_ni = 0;
    clock();
    block_.rst_ni = 1;
  }
  ~Hac() { block_.final(); }
  Hac(const Hac&) = delete;
  Hac& operator=(const Hac&) = delete;

  void hear(int parent, int latency) {
    block_.heard_i = 1;
    block_.parent_i = static_cast<std::uint8_t>(parent);
    block_.latency_i = static_cast<std::uint8_t>(latency % kPeriod);
  }
  void clock() {
    block_.clk_i = 0;
    block_.eval();
    block_.clk_i = 1;
    block_.eval();
    block_.heard_i = 0;
  }
  [[nodiscard]] int value() const { return block_.hac_o; }

 private:
  Vhac block_{&RtlContext::process().verilated(), "hac"};
};

/// The shorter way round from `a` to `b`.
int distance(int a, int b) {
  const int up = ((b - a) % kPeriod + kPeriod) % kPeriod;
  return up <= kPeriod / 2 ? up : up - kPeriod;
}

/// What the block's rules say of each cycle, modulo the period.
struct HacReference {
  int value{0};
  int gain{0};
  int wait{0};

  static int mod(int x) { return (x % kPeriod + kPeriod) % kPeriod; }
  void clock(bool heard, int parent, int latency) {
    const bool moves = wait == 0 && gain != 0;
    const int step = !moves ? 0 : gain < kPeriod / 2 ? 1 : -1;
    gain = mod((heard ? parent + latency - value : gain) - step);
    value = mod(value + 1 + step);
    wait = moves ? kPeriod - 1 : std::max(wait - 1, 0);
  }
};

// Once in `rarity` cycles the child hears something, whatever it is.
TEST(HacTest, EveryCycleIsAsTheRulesSay) {
  for (const unsigned rarity : {2U, 300U, 40'000U}) {
    std::mt19937 random(rarity);
    Hac block;
    HacReference reference;
    for (int cycle = 0; cycle < 1'000'000; ++cycle) {
      const bool heard = random() % rarity == 0;
      const int parent = static_cast<int>(random() % kPeriod);
      const int latency = static_cast<int>(random() % kPeriod);
      if (heard) block.hear(parent, latency);
      block.clock();
      reference.clock(heard, parent, latency);
      ASSERT_EQ(block.value(), reference.value) << "cycle " << cycle << ", rarity " << rarity;
    }
  }
}

TEST(HacTest, TheRootCountsAnEpoch) {
  Hac root;
  for (int cycle = 0; cycle < 3 * kPeriod; ++cycle) {
    ASSERT_EQ(root.value(), cycle % kPeriod);
    root.clock();
  }
}

// Both clocks are equal; the child starts anywhere and is told once an epoch.
TEST(HacTest, TheChildComesNearerByOneAnEpochAtMostAndThenStays) {
  for (int start = 0; start < kPeriod; start += 7) {
    for (const int latency : {0, 1, 217, 251}) {
      Hac child;
      for (int i = 0; i < start; ++i) child.clock();
      int off = distance(child.value(), latency);  // the parent is at 0
      int since = 1'000;
      for (int cycle = 0; cycle < 140 * kPeriod; ++cycle) {
        const int parent = cycle % kPeriod;
        if (cycle % kPeriod == 50) child.hear((parent - latency + kPeriod) % kPeriod, latency);
        const int before = child.value();
        child.clock();
        const int step = distance(before, child.value());
        ASSERT_GE(step, 0);
        ASSERT_LE(step, 2);
        ++since;
        if (step != 1) {
          ASSERT_GE(since, kPeriod) << "two corrections in an epoch";
          since = 0;
        }
        off = distance(child.value(), (parent + 1) % kPeriod);
      }
      ASSERT_EQ(off, 0) << start << ' ' << latency;
    }
  }
}

// A child whose clock is 100 ppm fast or slow loses or gains a cycle in 10,000, and gets it back
// within an epoch of hearing it.
TEST(HacTest, ADriftingChildIsHeldToOneCycle) {
  for (const int ppm : {-100, 100}) {
    Hac child;
    int worst = 0;
    std::int64_t owed = 0;  // cycles of the child, in millionths
    std::deque<int> cable;  // what the parent sent, by its age
    for (int cycle = 0; cycle < 1'000'000; ++cycle) {
      cable.push_back(cycle % kPeriod);
      owed += 1'000'000 + ppm;
      bool heard = false;
      while (owed >= 1'000'000) {
        owed -= 1'000'000;
        if (cable.size() > 217 && cycle % kPeriod == 0 && !heard) {
          child.hear(cable.front(), 217);
          heard = true;
        }
        child.clock();
      }
      if (cable.size() > 217) cable.pop_front();
      // In the first half the child is still on its way.
      if (cycle > 500'000) {
        worst = std::max(worst, std::abs(distance(child.value(), (cycle + 1) % kPeriod)));
      }
    }
    EXPECT_LE(worst, 1) << ppm;
  }
}

TEST(HacTest, TheModelIsEqualInEveryCycle) {
  std::mt19937 random(3);
  Hac block;
  fabric::Hac model;
  for (int cycle = 0; cycle < 2'000'000; ++cycle) {
    ASSERT_EQ(block.value(), model.value()) << "cycle " << cycle;
    // Sometimes several in an epoch, sometimes none for several epochs.
    if (random() % (cycle % 200'000 < 100'000 ? 50 : 400) == 0) {
      const int parent = static_cast<int>(random() % kPeriod);
      const int latency = static_cast<int>(random() % 1'000);
      block.hear(parent, latency);
      model.hear(parent, latency);
    }
    block.clock();
    model.clock();
  }
}

}  // namespace
}  // namespace lpu::rtl
