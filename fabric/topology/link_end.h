// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "fabric/topology/cable.h"

namespace lpu::fabric {

/// "3.7" is link 7 of chip 3; nothing for any other text.
[[nodiscard]] std::optional<LinkEnd> parse_link_end(std::string_view text);

}  // namespace lpu::fabric
