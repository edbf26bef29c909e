// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/topology.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "fabric/topology/facts.h"

namespace lpu::fabric {
namespace {

SystemSpec shipped(const std::string& name) {
  return read_system_spec(LPU_SOURCE_DIR "/configs/systems/" + name + ".toml");
}

SystemSpec node_of(int chips) {
  SystemSpec spec = shipped("node8");
  spec.chips = chips;
  return spec;
}

TopologyFacts facts_of(const std::string& name) {
  const SystemSpec spec = shipped(name);
  return facts(spec, Topology(spec));
}

/// Cables between each two groups of so many chips.
std::map<std::pair<int, int>, int> between(const Topology& topology, int chips_a_group) {
  std::map<std::pair<int, int>, int> cables;
  for (const Cable& cable : topology.cables()) {
    ++cables[{cable.a.chip / chips_a_group, cable.b.chip / chips_a_group}];
  }
  return cables;
}

TEST(TopologyTest, ANodeConnectsEveryPairOnce) {
  for (int chips = 1; chips <= kNodeChips; ++chips) {
    const Topology node(node_of(chips));
    std::set<std::pair<int, int>> pairs;
    for (const Cable& cable : node.cables()) {
      EXPECT_TRUE(pairs.emplace(cable.a.chip, cable.b.chip).second);
      EXPECT_LT(cable.a.chip, cable.b.chip);
    }
    EXPECT_EQ(pairs.size(), static_cast<std::size_t>(chips * (chips - 1) / 2));
  }
}

TEST(TopologyTest, BothEndsOfACableHaveTheSameNumberTheExclusiveOrOfTheChips) {
  const Topology node(node_of(8));
  for (const Cable& cable : node.cables()) {
    EXPECT_EQ(cable.a.link, cable.b.link);
    EXPECT_EQ(cable.a.link, (cable.a.chip ^ cable.b.chip) - 1);
    EXPECT_EQ(node.peer(cable.a), cable.b);
    EXPECT_EQ(node.peer(cable.b), cable.a);
  }
}

TEST(TopologyTest, LinksThatLeadNowhereHaveNoPeer) {
  const Topology pair(node_of(2));
  EXPECT_EQ(pair.peer({0, 0}), (LinkEnd{1, 0}));
  EXPECT_FALSE(pair.peer({0, 1}));
  EXPECT_FALSE(pair.peer({0, 8}));
  EXPECT_FALSE(pair.peer({2, 0}));
  EXPECT_FALSE(pair.peer({0, 16}));
  EXPECT_FALSE(pair.peer({-1, 0}));
  EXPECT_FALSE(pair.link_between(0, 0));
}

TEST(TopologyTest, LinkBetweenIsTheOneOfTheSender) {
  const Topology node(node_of(8));
  EXPECT_EQ(node.link_between(0, 7), 6);
  EXPECT_EQ(node.link_between(5, 6), 2);
}

TEST(TopologyTest, NoLinkHasTwoCablesAndPeersArePeersOfEachOther) {
  for (const char* name :
       {"ring8", "rack72", "dragonfly264", "llama70b-576", "quadfour9", "quadfour17"}) {
    const Topology topology(shipped(name));
    std::set<LinkEnd> used;
    for (const Cable& cable : topology.cables()) {
      EXPECT_TRUE(used.insert(cable.a).second) << name;
      EXPECT_TRUE(used.insert(cable.b).second) << name;
      EXPECT_EQ(topology.peer(cable.a), cable.b) << name;
      EXPECT_EQ(topology.peer(cable.b), cable.a) << name;
    }
    EXPECT_TRUE(std::is_sorted(topology.cables().begin(), topology.cables().end(),
                               [](const Cable& x, const Cable& y) { return x.a < y.a; }));
  }
}

TEST(TopologyTest, ARingHasThreeCablesToEachNeighbour) {
  const Topology ring(shipped("ring8"));
  EXPECT_EQ(ring.cables().size(), 24U);
  for (const auto& [chips, cables] : between(ring, 1)) {
    EXPECT_TRUE(chips.second - chips.first == 1 || chips.second - chips.first == 7);
    EXPECT_EQ(cables, 3);
  }
  EXPECT_EQ(ring.peer({7, 0}), (LinkEnd{0, 4}));
}

TEST(TopologyTest, TheNodesOfARackHaveFourCablesToEachOther) {
  const auto cables = between(Topology(shipped("rack72")), 8);
  EXPECT_EQ(cables.size(), 9U + 36U);
  for (const auto& [nodes, count] : cables) {
    EXPECT_EQ(count, nodes.first == nodes.second ? 28 : 4);
  }
}

TEST(TopologyTest, ThirtyThreeNodesHaveOneCableToEachOther) {
  for (const auto& [nodes, count] : between(Topology(shipped("dragonfly264")), 8)) {
    EXPECT_EQ(count, nodes.first == nodes.second ? 28 : 1);
  }
}

// 144 links lead out of a rack: 20 to each of the seven others, four stay open.
TEST(TopologyTest, EightRacksHaveTwentyCablesToEachOtherAndTheirNodesTwo) {
  const Topology topology(shipped("llama70b-576"));
  for (const auto& [racks, count] : between(topology, 72)) {
    EXPECT_EQ(count, racks.first == racks.second ? 9 * 28 + 36 * 2 : 20);
  }
  for (const Cable& cable : topology.cables()) {
    const bool rack = cable.a.chip / 72 != cable.b.chip / 72;
    const bool node = cable.a.chip / 8 != cable.b.chip / 8;
    EXPECT_EQ(cable.flight.value, rack ? 262 : node ? 226 : 217);
    EXPECT_EQ(topology.flight(cable.a), cable.flight);
  }
  EXPECT_EQ(topology.least_flight(), isa::Cycles{217});
}

// Twelve global links a chip: 96 a node, three to each of the 31 others, three stay open. Published
// of the rack: 256 chips, nodes of eight, a hop in 350 ns, which is 513 cycles.
TEST(TopologyTest, TheRackOfALaterChipHasThreeCablesBetweenEachTwoNodes) {
  const SystemSpec spec = shipped("lp30-rack256");
  const Topology topology(spec);
  for (const auto& [nodes, count] : between(topology, 8)) {
    EXPECT_EQ(count, nodes.first == nodes.second ? 28 : 3);
  }
  std::set<LinkEnd> used;
  for (const Cable& cable : topology.cables()) {
    EXPECT_TRUE(used.insert(cable.a).second && used.insert(cable.b).second);
    const bool inside = cable.a.chip / 8 == cable.b.chip / 8;
    for (const LinkEnd& end : {cable.a, cable.b}) {
      EXPECT_TRUE(inside ? end.link < 7 : end.link >= 12 && end.link < 24);
    }
  }
  const TopologyFacts f = facts(spec, topology);
  EXPECT_EQ(f.chips, 256);
  EXPECT_EQ(f.links, 32 * 28 + 32 * 31 / 2 * 3);
  EXPECT_EQ(f.diameter, 3);
  EXPECT_DOUBLE_EQ(f.injection_gbytes_per_second, 11 * 4 * 112 / 8.0);
  EXPECT_NEAR(f.link_gbytes_per_second, 320 * 1.465 / 10, 1e-9);
  const double vectors = f.link_gbytes_per_second / 320;  // 10^9 a second, of 328 bytes on the wire
  EXPECT_LT(vectors * 328 * 8, 4 * 112);
}

// Published: 33 nodes, 3 hops; 4 links of 4 lanes of 25 Gb/s are 50 GB/s.
TEST(TopologyTest, FactsOfTheLargestDragonflyOfNodes) {
  const TopologyFacts f = facts_of("dragonfly264");
  EXPECT_EQ(f.chips, 264);
  EXPECT_EQ(f.links, 33 * 28 + 33 * 32 / 2);
  EXPECT_EQ(f.diameter, 3);
  EXPECT_DOUBLE_EQ(f.injection_gbytes_per_second, 50.0);
  EXPECT_NEAR(f.injection_payload_gbytes_per_second, 4 * 10.667, 0.01);
  EXPECT_NEAR(f.bisection_gbytes_per_second, 16 * 17 * 10.667, 0.2);
}

// Published: diameter 3 of 9 nodes, 5 of 17; 853 GB/s at 27 cycles a vector.
TEST(TopologyTest, FactsOfQuadfours) {
  EXPECT_EQ(facts_of("quadfour9").diameter, 3);
  EXPECT_EQ(facts_of("quadfour17").diameter, 5);
  EXPECT_NEAR(facts_of("quadfour9").bisection_gbytes_per_second, 853.3, 0.1);
  EXPECT_NEAR(facts_of("quadfour17").bisection_gbytes_per_second, 853.3, 0.1);
}

TEST(TopologyTest, FactsOfTheNode) {
  const TopologyFacts f = facts_of("node8");
  EXPECT_EQ(f.chips, 8);
  EXPECT_EQ(f.links, 28);
  EXPECT_EQ(f.diameter, 1);
  EXPECT_DOUBLE_EQ(f.mean_hops, 1.0);
  // 320 bytes every 27 cycles at 900 MHz; 16 cables cross every bisection; 7 links a chip.
  EXPECT_NEAR(f.link_gbytes_per_second, 10.667, 0.001);
  EXPECT_NEAR(f.bisection_gbytes_per_second, 16 * 10.667, 0.01);
  EXPECT_NEAR(f.injection_payload_gbytes_per_second, 7 * 10.667, 0.01);
  EXPECT_DOUBLE_EQ(f.injection_gbytes_per_second, 7 * 12.5);
  EXPECT_EQ(f.hop_cycles, 259);  // 270 from SRAM to SRAM, less 11 on the chips
}

// 1, 2, 3 and 4 hops away are 2, 2, 2 and 1 chips; two places of three cables are cut.
TEST(TopologyTest, FactsOfARing) {
  const TopologyFacts f = facts_of("ring8");
  EXPECT_EQ(f.diameter, 4);
  EXPECT_DOUBLE_EQ(f.mean_hops, 16.0 / 7.0);
  EXPECT_NEAR(f.bisection_gbytes_per_second, 6 * 10.667, 0.01);
}

TEST(TopologyTest, FactsOfOneChipAreZeroes) {
  const TopologyFacts f = facts(node_of(1), Topology(node_of(1)));
  EXPECT_EQ(f.links, 0);
  EXPECT_EQ(f.diameter, 0);
  EXPECT_EQ(f.mean_hops, 0.0);
  EXPECT_EQ(f.bisection_gbytes_per_second, 0.0);
}

}  // namespace
}  // namespace lpu::fabric
