// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "isa/spec/chip_spec.h"

namespace lpu::isa {

/// docs/isa.md.
[[nodiscard]] std::string isa_markdown(const ChipSpec& spec);
/// rtl/common/lpu_isa_pkg.sv.
[[nodiscard]] std::string isa_package(const ChipSpec& spec);

}  // namespace lpu::isa
