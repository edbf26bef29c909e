// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "compiler/graph/graph.h"
#include "fabric/topology/topology.h"

namespace lpu::compiler {

/// A cable from one pipeline stage to the next. Chips are counted within their groups.
struct StageCable {
  int from_chip{0};
  int from_link{0};
  int to_chip{0};
  int to_link{0};
  isa::Cycles flight;
  friend constexpr bool operator==(const StageCable&, const StageCable&) = default;
};

/// A pipeline stage: a node, whose chips are a tensor parallel group, and the layers it holds.
struct Stage {
  int first_chip{0};  // of the system; the others follow
  int chips{1};
  LayerRange layers;
  /// Over which its input comes: at most four, a byte of an fp32 value each, to different chips.
  /// Empty if there is only one stage.
  std::vector<StageCable> in;
};

/// As many stages as nodes, less those that are to be spare, but at most as many as layers; further
/// nodes are idle. Stage s of n holds layers s * L / n to (s + 1) * L / n - 1. Only nodes whose
/// chips are fully connected take part, so a spare one takes the place of one that is broken.
/// Stages follow cables from the first such node on, nodes of low number first, so that the last
/// one has a cable to the first for the token. Throws isa::InputError where nodes are too few, and
/// where no such way is found.
[[nodiscard]] std::vector<Stage> divide(const fabric::Topology& topology, int layers,
                                        int spare_nodes = 0);

}  // namespace lpu::compiler
