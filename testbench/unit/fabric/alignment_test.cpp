// SPDX-License-Identifier: Apache-2.0
#include "fabric/clock/alignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <random>

#include "fabric/link/flight_time.h"
#include "fabric/topology/system_spec.h"
#include "isa/number/draw.h"

namespace lpu::fabric {
namespace {

constexpr std::int64_t kPeriod = 1'111'111;
const Alignment::Latency kLatency = [](const auto&) { return isa::Cycles{217}; };

Topology node() { return Topology(read_system_spec(LPU_SOURCE_DIR "/configs/systems/node8.toml")); }

/// Eight oscillators within 50 ppm of each other's mean, awake at any time of the first epochs.
std::vector<Oscillator> oscillators(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Oscillator> all;
  for (int chip = 0; chip < 8; ++chip) {
    const auto offset = static_cast<std::int64_t>(random() % 100'001) - 50'000;
    const auto origin = static_cast<std::int64_t>(random() % (1'000 * kPeriod));
    all.emplace_back(Oscillator::Config{{kPeriod}, offset, 0, {chip == 0 ? 0 : origin}});
  }
  return all;
}

TEST(SpanningTreeTest, ANodeHasOneLevel) {
  const SpanningTree tree(node());
  ASSERT_EQ(tree.members.size(), 8U);
  EXPECT_EQ(tree.levels(), 1);
  for (int chip = 1; chip < 8; ++chip) {
    const auto& member = tree.members[static_cast<std::size_t>(chip)];
    EXPECT_EQ(member.chip, chip);
    EXPECT_EQ(member.parent, (LinkEnd{0, chip - 1}));
    EXPECT_EQ(member.own, (LinkEnd{chip, chip - 1}));
  }
}

TEST(SpanningTreeTest, AStartTakesEpochsALevel) {
  EXPECT_EQ(start_epochs(1, {217}), 1);
  EXPECT_EQ(start_epochs(1, {251}), 1);
  EXPECT_EQ(start_epochs(1, {252}), 2);
  EXPECT_EQ(start_epochs(3, {217}), 3);
  EXPECT_EQ(start_epochs(3, {600}), 9);
  EXPECT_EQ(start_epochs(0, {217}), 0);
}

// Without jitter and with clocks that agree, the residual is what a counter cannot know: its own
// phase, below a cycle.
TEST(AlignmentTest, CountersThatHearExactTimesAgreeToACycle) {
  std::vector<Oscillator> even;
  for (int chip = 0; chip < 8; ++chip) {
    even.emplace_back(Oscillator::Config{{kPeriod}, 0, 0, {chip * 31'415'926}});
  }
  Alignment alignment(SpanningTree(node()), even, kLatency,
                      [](const auto&, std::int64_t) { return isa::Femtoseconds{217 * kPeriod}; });
  for (std::int64_t k = alignment.settled(); k < alignment.settled() + 100; ++k) {
    for (int chip = 0; chip < 8; ++chip) {
      const std::int64_t late = (alignment.epoch(chip, k) - isa::Instant{252 * k * kPeriod}).value;
      EXPECT_GE(late, 0);  // a time between two cycles is the later one
      EXPECT_LT(late, kPeriod);
    }
  }
}

// 8 cycles below the mean of 217, 11 above: the published jitter. 10 ms are 36,000 epochs.
TEST(AlignmentTest, ResidualSkewStaysWithinTheJitterOfTheLinkUnder50Ppm) {
  const auto spec = read_system_spec(LPU_SOURCE_DIR "/configs/systems/node8-clocks.toml");
  const FlightTime flight(spec.physical.spread.value(), {kPeriod});
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Alignment alignment(SpanningTree(node()), oscillators(seed), kLatency,
                        [&](const auto& member, std::int64_t n) {
                          return flight
                              .of(isa::draw(seed, static_cast<std::uint64_t>(member.chip),
                                            static_cast<std::uint64_t>(n)))
                              .time;
                        });
    std::int64_t most = 0;
    for (std::int64_t k = alignment.settled(); k < 36'000; ++k) {
      for (int chip = 1; chip < 8; ++chip) {
        const auto skew = alignment.epoch(chip, k) - alignment.epoch(0, k);
        most = std::max(most, std::abs(skew.value));
      }
      alignment.forget(k);
    }
    EXPECT_LE(most, 8 * kPeriod) << "seed " << seed;
    std::cout << "most " << static_cast<double>(most) / kPeriod << " cycles\n";
  }
}

// On which way a counter comes that is half an epoch off, jitter decides.
TEST(AlignmentTest, EpochsHaveTheSameNumbersWhereverCountersBegan) {
  const auto spec = read_system_spec(LPU_SOURCE_DIR "/configs/systems/node8-clocks.toml");
  const FlightTime flight(spec.physical.spread.value(), {kPeriod});
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    std::vector<Oscillator> all{Oscillator({{kPeriod}, 0, 0, {}})};
    for (int chip = 1; chip < 8; ++chip) {
      all.emplace_back(Oscillator::Config{{kPeriod}, 0, 0, {(122 + chip) * kPeriod}});
    }
    Alignment alignment(SpanningTree(node()), all, kLatency,
                        [&](const auto& member, std::int64_t n) {
                          return flight
                              .of(isa::draw(seed, static_cast<std::uint64_t>(member.chip),
                                            static_cast<std::uint64_t>(n)))
                              .time;
                        });
    for (int chip = 0; chip < 8; ++chip) {
      const auto skew = alignment.epoch(chip, alignment.settled()) -
                        isa::Instant{252 * alignment.settled() * kPeriod};
      EXPECT_LE(std::abs(skew.value), 11 * kPeriod) << "seed " << seed << " chip " << chip;
    }
  }
}

// An outage: nothing to align, and nobody waits for it.
TEST(AlignmentTest, AChipWithoutACableCountsByItself) {
  SpanningTree tree(node());
  tree.members.pop_back();
  Alignment alignment(tree, oscillators(3), kLatency,
                      [](const auto&, std::int64_t) { return isa::Femtoseconds{217 * kPeriod}; });
  const std::int64_t edge = alignment.edge_of_epoch(7, 2'000);
  EXPECT_EQ(alignment.edge_of_epoch(7, 3'000), edge + 252'000);
}

TEST(AlignmentTest, BeforeItIsSettledItIsNot) {
  std::vector<Oscillator> two{Oscillator({{kPeriod}, 0, 0, {}}),
                              Oscillator({{kPeriod}, 0, 0, {125 * kPeriod}})};
  const auto pair = read_system_spec(LPU_SOURCE_DIR "/configs/systems/pair.toml");
  Alignment alignment(SpanningTree(Topology(pair)), two, kLatency,
                      [](const auto&, std::int64_t) { return isa::Femtoseconds{217 * kPeriod}; });
  // 125 cycles to gain: the first in epoch 0, the last in epoch 124.
  EXPECT_EQ(alignment.epoch(1, 124).value, (252 * 124 + 1) * kPeriod);
  EXPECT_EQ(alignment.epoch(1, 125).value, 252 * 125 * kPeriod);
  EXPECT_GE(alignment.settled(), 125);
}

}  // namespace
}  // namespace lpu::fabric
