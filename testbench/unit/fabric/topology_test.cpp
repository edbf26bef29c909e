// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/topology.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "fabric/topology/facts.h"

namespace lpu::fabric {
namespace {

SystemSpec published(int chips) {
  SystemSpec spec = read_system_spec(LPU_SOURCE_DIR "/configs/systems/node8.toml");
  spec.chips = chips;
  return spec;
}

TEST(TopologyTest, ANodeConnectsEveryPairOnce) {
  for (int chips = 1; chips <= Topology::kNodeChips; ++chips) {
    const Topology node(TopologyKind::kNode, chips);
    std::set<std::pair<int, int>> pairs;
    for (const Cable& cable : node.cables()) {
      EXPECT_TRUE(pairs.emplace(cable.a.chip, cable.b.chip).second);
      EXPECT_LT(cable.a.chip, cable.b.chip);
    }
    EXPECT_EQ(pairs.size(), static_cast<std::size_t>(chips * (chips - 1) / 2));
  }
}

TEST(TopologyTest, BothEndsOfACableHaveTheSameNumberTheExclusiveOrOfTheChips) {
  const Topology node(TopologyKind::kNode, 8);
  for (const Cable& cable : node.cables()) {
    EXPECT_EQ(cable.a.link, cable.b.link);
    EXPECT_EQ(cable.a.link, (cable.a.chip ^ cable.b.chip) - 1);
    EXPECT_EQ(node.peer(cable.a), cable.b);
    EXPECT_EQ(node.peer(cable.b), cable.a);
  }
}

TEST(TopologyTest, LinksThatLeadNowhereHaveNoPeer) {
  const Topology pair(TopologyKind::kNode, 2);
  EXPECT_EQ(pair.peer({0, 0}), (LinkEnd{1, 0}));
  EXPECT_FALSE(pair.peer({0, 1}));
  EXPECT_FALSE(pair.peer({0, global_link(0)}));
  EXPECT_FALSE(pair.peer({2, 0}));
  EXPECT_FALSE(pair.peer({0, 16}));
  EXPECT_FALSE(pair.peer({-1, 0}));
  EXPECT_FALSE(pair.link_between(0, 0));
}

TEST(TopologyTest, LinkBetweenIsTheOneOfTheSender) {
  const Topology node(TopologyKind::kNode, 8);
  EXPECT_EQ(node.link_between(0, 7), 6);
  EXPECT_EQ(node.link_between(5, 6), 2);
}

TEST(TopologyTest, MoreChipsThanANodeHasAreRefused) {
  EXPECT_THROW(Topology(TopologyKind::kNode, 9), std::invalid_argument);
  EXPECT_THROW(Topology(TopologyKind::kNode, 0), std::invalid_argument);
}

TEST(TopologyTest, FactsOfTheNode) {
  const TopologyFacts f = facts(published(8), Topology(TopologyKind::kNode, 8));
  EXPECT_EQ(f.chips, 8);
  EXPECT_EQ(f.links, 28);
  EXPECT_EQ(f.diameter, 1);
  EXPECT_DOUBLE_EQ(f.mean_hops, 1.0);
  // 320 bytes every 27 cycles at 900 MHz; 16 cables cross every bisection; 7 links a chip.
  EXPECT_NEAR(f.link_gbytes_per_second, 10.667, 0.001);
  EXPECT_NEAR(f.bisection_gbytes_per_second, 16 * 10.667, 0.01);
  EXPECT_NEAR(f.injection_gbytes_per_second, 7 * 10.667, 0.01);
  EXPECT_EQ(f.hop_cycles, 259);  // 270 from SRAM to SRAM, less 11 on the chips
}

TEST(TopologyTest, FactsOfOneChipAreZeroes) {
  const TopologyFacts f = facts(published(1), Topology(TopologyKind::kNode, 1));
  EXPECT_EQ(f.links, 0);
  EXPECT_EQ(f.diameter, 0);
  EXPECT_EQ(f.mean_hops, 0.0);
  EXPECT_EQ(f.bisection_gbytes_per_second, 0.0);
}

}  // namespace
}  // namespace lpu::fabric
