// SPDX-License-Identifier: Apache-2.0
#include "compiler/collective/crossings.h"

#include <algorithm>
#include <tuple>

namespace lpu::collective {

using fabric::kNodeChips;

// In the order of links, then chips, so that neighbours end at different chips.
Crossings::Crossings(const fabric::Topology& topology) : chips_(topology.chips()) {
  std::vector<fabric::Cable> cables = topology.cables();
  std::stable_sort(cables.begin(), cables.end(), [](const auto& a, const auto& b) {
    return std::tie(a.a.link, a.a.chip) < std::tie(b.a.link, b.a.chip);
  });
  for (const fabric::Cable& cable : cables) {
    const int a = cable.a.chip / kNodeChips;
    const int b = cable.b.chip / kNodeChips;
    if (a != b) {
      cables_[{a, b}].push_back(cable.a);
      cables_[{b, a}].push_back(cable.b);
    }
  }
}

bool Crossings::wired() const {
  const int nodes = chips_ / kNodeChips;
  return chips_ % kNodeChips == 0 && static_cast<int>(cables_.size()) == nodes * (nodes - 1);
}

fabric::LinkEnd Crossings::gate(int node, const Owner& owner) const {
  const auto& ends = cables_.at({node, owner.node});
  return ends[static_cast<std::size_t>(owner.chip) % ends.size()];
}

std::vector<Owner> Crossings::passing(int chip, int nodes) const {
  std::vector<Owner> owners;
  for (int node = 0; node < nodes; ++node) {
    for (int i = 0; node != chip / kNodeChips && i < kNodeChips; ++i) {
      const Owner owner{node, (chip + i) % kNodeChips};
      if (gate(chip / kNodeChips, owner).chip == chip) {
        owners.push_back(owner);
      }
    }
  }
  return owners;
}

}  // namespace lpu::collective
