// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "study/claims/evidence.h"

namespace lpu::study {

/// Opens a section of the page; `note` stands beside its title.
[[nodiscard]] std::string heading(std::string_view title, const std::string& note);

/// What doubling the tensor parallel group does to a layer: table, drawing and words of each model.
[[nodiscard]] std::string groups_section(const Evidence& evidence);

}  // namespace lpu::study
