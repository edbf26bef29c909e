// SPDX-License-Identifier: Apache-2.0
#include "fabric/clock/spanning_tree.h"

#include "fabric/clock/hac.h"

namespace lpu::fabric {

SpanningTree::SpanningTree(const Topology& topology) {
  std::vector<std::vector<Cable>> of_chip(static_cast<std::size_t>(topology.chips()));
  for (const Cable& cable : topology.cables()) {
    of_chip[static_cast<std::size_t>(cable.a.chip)].push_back(cable);
    of_chip[static_cast<std::size_t>(cable.b.chip)].push_back({cable.b, cable.a, cable.flight});
  }
  std::vector<bool> known(of_chip.size());
  const int root = topology.cables().empty() ? 0 : topology.cables().front().a.chip;
  known.at(static_cast<std::size_t>(root)) = true;
  members.push_back({root, 0, {}, {}, {}});
  for (std::size_t next = 0; next < members.size(); ++next) {
    const Member parent = members[next];
    for (const Cable& cable : of_chip[static_cast<std::size_t>(parent.chip)]) {
      if (!known[static_cast<std::size_t>(cable.b.chip)]) {
        known[static_cast<std::size_t>(cable.b.chip)] = true;
        members.push_back({cable.b.chip, parent.level + 1, cable.a, cable.b, cable.flight});
      }
    }
  }
}

std::int64_t start_epochs(int levels, isa::Cycles latency) {
  return levels * (latency.value / Hac::kPeriod + 1);
}

}  // namespace lpu::fabric
