// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "fabric/schedule/program_set.h"
#include "fabric/topology/topology.h"
#include "isa/spec/chip_spec.h"

namespace lpu::fabric {

/// Chips between which vectors may go in these programs, directly or by way of others: those whose
/// cables have an instruction at one end or the other. Every chip is in one cluster; clusters in
/// the order of their first chips, the chips of each in the order of their numbers.
[[nodiscard]] std::vector<std::vector<int>> clusters_of(const isa::ChipSpec& chip,
                                                        const Topology& topology,
                                                        const ProgramSet& programs);

}  // namespace lpu::fabric
