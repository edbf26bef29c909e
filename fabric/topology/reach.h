// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "fabric/topology/cable.h"

namespace lpu::fabric {

/// Those of `chips` to which no way over the cables leads from the first of them.
[[nodiscard]] std::vector<int> unreached(const std::vector<int>& chips,
                                         const std::vector<Cable>& cables);

}  // namespace lpu::fabric
