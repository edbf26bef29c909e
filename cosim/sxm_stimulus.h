// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cosim/stimulus.h"

namespace lpu::cosim {

/// The SXM of a hemisphere: all queues at once, every type and distance, maps with lanes that exist
/// and lanes that do not, operands from MEM with single wrong bits, and results taken as operands
/// in the cycle in which they are driven.
[[nodiscard]] Stimulus sxm_stimulus(const isa::ChipSpec& spec, std::string_view unit,
                                    Random& random);

}  // namespace lpu::cosim
