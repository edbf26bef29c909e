// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "fabric/topology/cable.h"
#include "fabric/topology/system_spec.h"

namespace lpu::fabric {

/// The cables of a spec that are not out, in the order of their first ends.
[[nodiscard]] std::vector<Cable> wire(const SystemSpec& spec);

}  // namespace lpu::fabric
