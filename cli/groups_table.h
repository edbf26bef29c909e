// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "study/claims/evidence.h"

namespace lpu::cli {

/// What doubling the tensor parallel group does to a layer, for people and as JSON.
void print_groups(const study::Evidence& evidence);
[[nodiscard]] nlohmann::ordered_json groups_json(const study::Evidence& evidence);

}  // namespace lpu::cli
