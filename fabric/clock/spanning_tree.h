// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "fabric/topology/topology.h"

namespace lpu::fabric {

/// Along which cables the chips' counters are aligned and programs started: breadth first from the
/// first chip that has a cable, so that the tree has few levels. Of several cables to a chip the
/// one of the lowest parent and link counts.
struct SpanningTree {
  struct Member {
    int chip{0};
    int level{0};        // 0: the root
    LinkEnd parent;      // where it is heard from; meaningless for the root
    LinkEnd own;         // the other end of that cable
    isa::Cycles flight;  // of it
  };
  /// Parents before children; those that cannot be reached are not there.
  std::vector<Member> members;

  explicit SpanningTree(const Topology& topology);

  [[nodiscard]] int levels() const { return members.back().level; }
};

/// Epochs from the start of a program at the root until it begins, on all chips at once: what a
/// wave needs that takes floor(L / 252) + 1 epochs a level. P
[[nodiscard]] std::int64_t start_epochs(int levels, isa::Cycles latency);

}  // namespace lpu::fabric
