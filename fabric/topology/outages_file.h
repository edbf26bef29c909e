// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fabric/topology/faults.h"
#include "fabric/topology/system_spec.h"

namespace lpu::fabric {

/// Reads [outages] and [spare] into `spec`. What does not exist cannot be out: a fault.
void take_outages(const toml::table& table, SystemSpec& spec, Faults& faults);
/// Of a spec without faults so far: the chips that are left must reach each other.
void need_ways_around(const toml::table& table, const SystemSpec& spec, Faults& faults);

/// Both sections as TOML; nothing if there is nothing to say.
[[nodiscard]] std::string print_outages(const SystemSpec& spec);

}  // namespace lpu::fabric
