// SPDX-License-Identifier: Apache-2.0
// The division into stages, against the wiring worked out by hand from its rule
// (docs/blocks/system.md).
#include "compiler/placement/stages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

using fabric::Topology;
using fabric::TopologyKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<int> layers_of(const std::vector<Stage>& stages) {
  std::vector<int> layers;
  int next = 0;
  for (const Stage& stage : stages) {
    EXPECT_EQ(stage.layers.first, next);
    next += stage.layers.count;
    layers.push_back(stage.layers.count);
  }
  return layers;
}

TEST(StagesTest, ANodeIsOneStageWithAllLayers) {
  for (const int chips : {1, 2, 4, 8}) {
    const auto stages = divide(Topology(TopologyKind::kNode, chips), 4);
    ASSERT_THAT(stages, SizeIs(1));
    EXPECT_EQ(stages[0].first_chip, 0);
    EXPECT_EQ(stages[0].chips, chips);
    EXPECT_EQ(stages[0].layers.count, 4);
    EXPECT_THAT(stages[0].in, IsEmpty());
  }
}

// A rack has four cables between any two nodes, on ports q = 4 * slot + k of each.
TEST(StagesTest, ARackOfFourLayersHasFourStagesAndFiveIdleNodes) {
  const auto stages = divide(Topology(TopologyKind::kDragonfly, 72), 4);
  ASSERT_THAT(stages, SizeIs(4));
  EXPECT_THAT(layers_of(stages), ElementsAre(1, 1, 1, 1));
  for (int s = 0; s < 4; ++s) {
    EXPECT_EQ(stages[static_cast<std::size_t>(s)].first_chip, 8 * s);
    EXPECT_EQ(stages[static_cast<std::size_t>(s)].chips, 8);
  }
  // Node 3's slot for node 0 is 0, node 0's for node 3 is 2: q = 0..3 and 8..11.
  EXPECT_THAT(stages[0].in, ElementsAre(StageCable{0, 8, 0, 9}, StageCable{1, 8, 1, 9},
                                        StageCable{2, 8, 2, 9}, StageCable{3, 8, 3, 9}));
  // Slot 0 both ways; slot 1; slot 2.
  EXPECT_THAT(stages[1].in, ElementsAre(StageCable{0, 8, 0, 8}, StageCable{1, 8, 1, 8},
                                        StageCable{2, 8, 2, 8}, StageCable{3, 8, 3, 8}));
  EXPECT_THAT(stages[2].in, ElementsAre(StageCable{4, 8, 4, 8}, StageCable{5, 8, 5, 8},
                                        StageCable{6, 8, 6, 8}, StageCable{7, 8, 7, 8}));
  EXPECT_THAT(stages[3].in, ElementsAre(StageCable{0, 9, 0, 9}, StageCable{1, 9, 1, 9},
                                        StageCable{2, 9, 2, 9}, StageCable{3, 9, 3, 9}));
}

TEST(StagesTest, LayersAreSpreadEvenlyInOrder) {
  const Topology rack(TopologyKind::kDragonfly, 72);
  EXPECT_THAT(layers_of(divide(rack, 80)), ElementsAre(8, 9, 9, 9, 9, 9, 9, 9, 9));
  EXPECT_THAT(layers_of(divide(rack, 32)), ElementsAre(3, 4, 3, 4, 3, 4, 3, 4, 4));
  EXPECT_THAT(layers_of(divide(rack, 9)), ElementsAre(1, 1, 1, 1, 1, 1, 1, 1, 1));
}

// 33 nodes have one cable a pair. With 16 a pair, on three nodes, chips have two: one of them is
// used, and four chips of each node.
TEST(StagesTest, AtMostFourCablesToDifferentChips) {
  for (const auto& [chips, cables] : {std::pair{264, 1U}, std::pair{24, 4U}, std::pair{16, 4U}}) {
    for (const Stage& stage : divide(Topology(TopologyKind::kDragonfly, chips), 4)) {
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

}  // namespace
}  // namespace lpu::compiler
