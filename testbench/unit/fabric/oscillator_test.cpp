// SPDX-License-Identifier: Apache-2.0
#include "fabric/clock/oscillator.h"

#include <gtest/gtest.h>

#include <random>

namespace lpu::fabric {
namespace {

constexpr std::int64_t kPeriod = 1'111'111;

Oscillator make(std::int64_t offset_ppb, std::int64_t drift, std::int64_t origin) {
  return Oscillator({{kPeriod}, offset_ppb, drift, {origin}});
}

TEST(OscillatorTest, WithoutAnOffsetEveryEdgeIsAPeriodAfterTheOneBefore) {
  const Oscillator even = make(0, 0, 77);
  for (std::int64_t n = 0; n < 1'000; ++n) {
    ASSERT_EQ(even.edge(n).value, 77 + n * kPeriod);
  }
}

// 9,000,000 periods of 1,111,111 fs are 9,999,999,000,000 fs; 50 ppm of that are 499,999,950 fs.
TEST(OscillatorTest, FiftyPpmAre450CyclesIn10Milliseconds) {
  EXPECT_EQ(make(50'000, 0, 0).edge(9'000'000).value, 9'999'999'000'000 - 499'999'950);
  EXPECT_EQ(make(-50'000, 0, 0).edge(9'000'000).value, 9'999'999'000'000 + 499'999'950);
  EXPECT_EQ(make(50'000, 0, 0).first_edge_at({9'999'999'000'000}), 9'000'000 + 451);
}

// A rate of 1,000 ppb/s has made 1,000 ppb in a second, half of it on the average.
TEST(OscillatorTest, ADriftAddsUpWithTheSquareOfTime) {
  const Oscillator slow({{1'000'000}, 0, -1'000, {}});
  const std::int64_t second = 1'000'000'000'000'000;
  EXPECT_EQ(slow.edge(1'000'000'000).value, second + second / 1'000'000'000 * 500);
  EXPECT_EQ(slow.edge(2'000'000'000).value, 2 * second + second / 1'000'000'000 * 2'000);
}

TEST(OscillatorTest, EdgesAndTimesTurnIntoEachOther) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto below = [&](std::int64_t n) {
      return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
    };
    const Oscillator oscillator =
        make(below(200'001) - 100'000, below(20'001) - 10'000, below(300'000'000));
    const std::int64_t n = below(std::int64_t{1} << below(36));
    const isa::Instant edge = oscillator.edge(n);
    ASSERT_EQ(oscillator.first_edge_at(edge), n);
    ASSERT_EQ(oscillator.first_edge_at(edge + isa::Femtoseconds{1}), n + 1);
    const std::int64_t step = (oscillator.edge(n + 1) - edge).value;
    ASSERT_GT(step, kPeriod - 1'300);  // 1,100 ppm at most
    ASSERT_LT(step, kPeriod + 1'300);
  }
}

TEST(OscillatorTest, BeforeTheOriginComesEdgeZero) {
  EXPECT_EQ(make(10, 0, 5'000'000).first_edge_at({0}), 0);
  EXPECT_EQ(make(10, 0, 5'000'000).first_edge_at({5'000'001}), 1);
}

}  // namespace
}  // namespace lpu::fabric
