// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

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

/// A pipeline stage: a node, whose chips are a tensor parallel group.
struct Stage {
  int first_chip{0};  // of the system; the others follow
  int chips{1};
  /// Over which its input comes: at most four, a byte of an fp32 value each, to different chips.
  /// Empty if there is only one stage.
  std::vector<StageCable> in;
};

/// Chips of a stage: a node's, or all where there are fewer.
[[nodiscard]] int chips_of_stage(const fabric::Topology& topology);

/// How many stages a system can have at most, if so many nodes are to be spare.
[[nodiscard]] int most_stages(const fabric::Topology& topology, int spare_nodes);

/// A node for each of `count` stages; further nodes are idle. Only nodes whose chips are fully
/// connected take part, so a spare one takes the place of one that is broken.
/// Stages follow cables from the first such node on, nodes of low number first, so that the last
/// one has a cable to the first for the token. Throws isa::InputError where nodes are too few, and
/// where no such way is found.
[[nodiscard]] std::vector<Stage> divide(const fabric::Topology& topology, int count);

}  // namespace lpu::compiler
