// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "compiler/collective/node.h"

namespace lpu::collective {

/// Plans for a machine of several nodes of eight chips, every two nodes with at least one cable;
/// none for other machines and for broadcasts.
///
/// `nodes`: every chip owns a piece of the message. The cables of two nodes share the pieces of the
/// other's chips. The chips of a node add the pieces of another node's chips where the cable is
/// that leads there; the sum of the node crosses it and goes on to the owner, who adds those of all
/// nodes. The way back is the same: owner, chips of its node, cables, chips of the other nodes. A
/// broadcast, from chip 0, is the way back alone; the chips of the first node own the message then.
[[nodiscard]] std::vector<Plan> nodes_plans(const isa::ChipSpec& spec,
                                            const fabric::Topology& topology,
                                            const Message& message);

}  // namespace lpu::collective
