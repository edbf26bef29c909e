// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fabric/topology/faults.h"
#include "fabric/topology/system_spec.h"

namespace lpu::fabric {

/// Of any cable, by rule or by itself.
inline constexpr Range kFlightRange{1, 1'000'000, "cycles"};

/// Reads the list [[cable]] of a graph into `spec`, whose chips, chip file and flight have been
/// read.
void take_cables(const toml::table& table, SystemSpec& spec, Faults& faults);

}  // namespace lpu::fabric
