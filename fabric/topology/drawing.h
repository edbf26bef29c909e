// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "fabric/topology/system_spec.h"
#include "fabric/topology/topology.h"

namespace lpu::fabric {

/// A system's wiring as an SVG element. Up to 33 nodes: every chip a dot, the chips of a node in a
/// circle, every cable a line. More: every rack a dot, a line for all cables between two of them;
/// of more than 33 nodes without racks every node.
[[nodiscard]] std::string draw(const SystemSpec& spec, const Topology& topology);

}  // namespace lpu::fabric
