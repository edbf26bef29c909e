// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cosim/stimulus.h"

namespace lpu::cosim {

/// A MEM slice: every operation, in both banks and between them, rows read in the first cycle in
/// which that is legal, rows with single wrong bits read, gathered through maps that have one, and
/// written over.
[[nodiscard]] Stimulus mem_stimulus(const isa::ChipSpec& spec, std::string_view unit,
                                    Random& random);

}  // namespace lpu::cosim
