// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "fabric/topology/cable.h"

namespace lpu::fabric {

/// What of a system does not work, and how many of its nodes stand by. Optional sections:
///
///     [outages]
///     links = ["3.7"]   # the cable at link 7 of chip 3
///     chips = [12]
///     nodes = [4]       # of eight chips each
///     [spare]
///     nodes = { value = 1, source = "P" }
///
/// A cable is out with its link, with either chip, and with either node. Routes and pipeline stages
/// are made of what is left.
struct Outages {
  std::vector<LinkEnd> links;
  std::vector<int> chips;
  std::vector<int> nodes;

  [[nodiscard]] bool empty() const { return links.empty() && chips.empty() && nodes.empty(); }
  [[nodiscard]] bool out(int chip) const;
  [[nodiscard]] bool out(const Cable& cable) const;
};

}  // namespace lpu::fabric
