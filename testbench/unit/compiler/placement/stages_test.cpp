// SPDX-License-Identifier: Apache-2.0
// The division into stages, against the wiring worked out by hand from its rule
// (docs/blocks/system.md).
#include "compiler/placement/stages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

using fabric::Topology;
using fabric::TopologyKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr isa::Cycles kFlight{217};
constexpr isa::Cycles kGlobalFlight{226};

fabric::SystemSpec spec_of(TopologyKind kind, int chips) {
  fabric::SystemSpec spec;
  spec.chip = isa::published_chip();
  spec.topology = kind;
  spec.chips = chips;
  spec.flight = kFlight;
  spec.global_flight = kGlobalFlight;
  spec.rack_flight = kGlobalFlight;
  return spec;
}

Topology wired(TopologyKind kind, int chips) { return Topology(spec_of(kind, chips)); }

StageCable cable(int from_chip, int from_link, int to_chip, int to_link) {
  return {from_chip, from_link, to_chip, to_link, kGlobalFlight};
}

TEST(StagesTest, ANodeIsOneStage) {
  for (const int chips : {1, 2, 4, 8}) {
    const Topology node = wired(TopologyKind::kNode, chips);
    EXPECT_EQ(most_stages(node, 0), 1);
    const auto stages = divide(node, 1);
    ASSERT_THAT(stages, SizeIs(1));
    EXPECT_EQ(stages[0].first_chip, 0);
    EXPECT_EQ(stages[0].chips, chips);
    EXPECT_THAT(stages[0].in, IsEmpty());
  }
}

// A rack has four cables between any two nodes, on ports q = 4 * slot + k of each.
TEST(StagesTest, FourStagesOfARackAreItsFirstFourNodes) {
  const auto stages = divide(wired(TopologyKind::kDragonfly, 72), 4);
  ASSERT_THAT(stages, SizeIs(4));
  for (int s = 0; s < 4; ++s) {
    EXPECT_EQ(stages[static_cast<std::size_t>(s)].first_chip, 8 * s);
    EXPECT_EQ(stages[static_cast<std::size_t>(s)].chips, 8);
  }
  // Node 3's slot for node 0 is 0, node 0's for node 3 is 2: q = 0..3 and 8..11.
  EXPECT_THAT(stages[0].in, ElementsAre(cable(0, 8, 0, 9), cable(1, 8, 1, 9), cable(2, 8, 2, 9),
                                        cable(3, 8, 3, 9)));
  // Slot 0 both ways; slot 1; slot 2.
  EXPECT_THAT(stages[1].in, ElementsAre(cable(0, 8, 0, 8), cable(1, 8, 1, 8), cable(2, 8, 2, 8),
                                        cable(3, 8, 3, 8)));
  EXPECT_THAT(stages[2].in, ElementsAre(cable(4, 8, 4, 8), cable(5, 8, 5, 8), cable(6, 8, 6, 8),
                                        cable(7, 8, 7, 8)));
  EXPECT_THAT(stages[3].in, ElementsAre(cable(0, 9, 0, 9), cable(1, 9, 1, 9), cable(2, 9, 2, 9),
                                        cable(3, 9, 3, 9)));
}

// 33 nodes have one cable a pair. With 16 a pair, on three nodes, chips have two: one of them is
// used, and four chips of each node.
TEST(StagesTest, AtMostFourCablesToDifferentChips) {
  for (const auto& [chips, cables] : {std::pair{264, 1U}, std::pair{24, 4U}, std::pair{16, 4U}}) {
    for (const Stage& stage :
         divide(wired(TopologyKind::kDragonfly, chips), std::min(4, chips / 8))) {
      EXPECT_THAT(stage.in, SizeIs(cables));
      std::set<int> from;
      std::set<int> to;
      for (const StageCable& cable : stage.in) {
        from.insert(cable.from_chip);
        to.insert(cable.to_chip);
      }
      EXPECT_THAT(from, SizeIs(cables));
      EXPECT_THAT(to, SizeIs(cables));
    }
  }
}

// Each node of a quadfour reaches the four next ones, and the last the first.
TEST(StagesTest, ACircleOfNodesIsFollowed) {
  const auto stages = divide(wired(TopologyKind::kQuadfour, 72), 9);
  ASSERT_THAT(stages, SizeIs(9));
  for (int s = 0; s < 9; ++s) {
    EXPECT_EQ(stages[static_cast<std::size_t>(s)].first_chip, 8 * s);
  }
  // Slot 0 of node 8 (+1) leads to slot 4 (-1) of node 0. The four cables of a slot end at one
  // chip: one is used.
  EXPECT_THAT(stages[0].in, ElementsAre(cable(0, 8, 4, 8)));
}

void expect_refused(const Topology& topology, int count, const std::string& reason) {
  try {
    static_cast<void>(divide(topology, count));
    FAIL() << "accepted, not refused: " << reason;
  } catch (const isa::InputError& e) {
    EXPECT_THAT(e.reason(), HasSubstr(reason));
  }
}

TEST(StagesTest, ARingIsRefused) {
  expect_refused(wired(TopologyKind::kRing, 8), 1,
                 "1 pipeline stages need as many nodes whose chips are fully connected, 0 of 1 "
                 "are: link 0 of chip 0 does not lead to link 0 of chip 1");
}

std::vector<int> nodes_of(const std::vector<Stage>& stages) {
  std::vector<int> nodes;
  for (const Stage& stage : stages) {
    nodes.push_back(stage.first_chip / 8);
  }
  return nodes;
}

// A chip of node 0, and a local link of node 3.
TEST(StagesTest, BrokenNodesAreLeftOutAndASpareOneTakesTheirPlace) {
  fabric::SystemSpec rack = spec_of(TopologyKind::kDragonfly, 72);
  EXPECT_THAT(nodes_of(divide(Topology(rack), most_stages(Topology(rack), 1))),
              ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  rack.outages.chips = {5};
  EXPECT_THAT(nodes_of(divide(Topology(rack), most_stages(Topology(rack), 1))),
              ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(nodes_of(divide(Topology(rack), 4)), ElementsAre(1, 2, 3, 4));
  rack.outages.links = {{24, 0}};
  EXPECT_THAT(nodes_of(divide(Topology(rack), 4)), ElementsAre(1, 2, 4, 5));
  expect_refused(Topology(rack), 8, "8 pipeline stages need as many nodes whose chips are fully");
}

// A quadfour of 17 nodes has no cable from node 5 to node 0, but one from node 4.
TEST(StagesTest, TheLastStageIsANeighbourOfTheFirst) {
  const auto stages = divide(wired(TopologyKind::kQuadfour, 17 * 8), 6);
  std::vector<int> nodes;
  for (const Stage& stage : stages) {
    nodes.push_back(stage.first_chip / 8);
  }
  EXPECT_THAT(nodes, ElementsAre(0, 1, 2, 3, 5, 4));
}

TEST(StagesTest, EightRacksAreOnePipeline) {
  const Topology racks = wired(TopologyKind::kRacks, 576);
  const auto stages = divide(racks, most_stages(racks, 0));
  ASSERT_THAT(stages, SizeIs(72));
  std::set<int> nodes;
  for (std::size_t s = 0; s < 72; ++s) {
    nodes.insert(stages[s].first_chip / 8);
    const int before = stages[(s + 71) % 72].first_chip;
    EXPECT_FALSE(stages[s].in.empty());
    for (const StageCable& c : stages[s].in) {
      const fabric::LinkEnd to{stages[s].first_chip + c.to_chip, c.to_link};
      EXPECT_EQ(racks.peer({before + c.from_chip, c.from_link}), to);
    }
  }
  EXPECT_THAT(nodes, SizeIs(72));
}

// Three nodes in a line: the token has no way back.
TEST(StagesTest, ALineOfNodesIsRefused) {
  fabric::SystemSpec line;
  line.chip = isa::published_chip();
  line.topology = TopologyKind::kGraph;
  line.chips = 24;
  const Topology triangle = wired(TopologyKind::kDragonfly, 24);
  for (const fabric::Cable& c : triangle.cables()) {
    if (c.b.chip / 8 - c.a.chip / 8 < 2) {
      line.cables.push_back(c);
    }
  }
  EXPECT_THAT(divide(Topology(line), 2), SizeIs(2));
  expect_refused(Topology(line), 3, "3 pipeline stages: no way found");
}

}  // namespace
}  // namespace lpu::compiler
