// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/reach.h"

#include <algorithm>
#include <numeric>

namespace lpu::fabric {

std::vector<int> unreached(const std::vector<int>& chips, const std::vector<Cable>& cables) {
  if (chips.empty()) {
    return {};
  }
  int most = *std::max_element(chips.begin(), chips.end());
  for (const Cable& cable : cables) {
    most = std::max({most, cable.a.chip, cable.b.chip});
  }
  std::vector<int> root(static_cast<std::size_t>(most) + 1);
  std::iota(root.begin(), root.end(), 0);
  const auto find = [&root](int chip) {
    while (root[static_cast<std::size_t>(chip)] != chip) {
      const int above = root[static_cast<std::size_t>(chip)];
      root[static_cast<std::size_t>(chip)] = root[static_cast<std::size_t>(above)];
      chip = above;
    }
    return chip;
  };
  for (const Cable& cable : cables) {
    root[static_cast<std::size_t>(find(cable.a.chip))] = find(cable.b.chip);
  }
  std::vector<int> apart;
  std::copy_if(chips.begin(), chips.end(), std::back_inserter(apart),
               [&](int chip) { return find(chip) != find(chips.front()); });
  return apart;
}

}  // namespace lpu::fabric
