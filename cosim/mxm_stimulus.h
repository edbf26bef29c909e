// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cosim/stimulus.h"

namespace lpu::cosim {

/// An MXM plane: int8 or fp16 weights in some groups, loads while the array computes, installs in
/// the cycle of an abc, activations back to back, accumulators set, added to, and driven or not.
[[nodiscard]] Stimulus mxm_stimulus(const isa::ChipSpec& spec, std::string_view unit,
                                    Random& random);

}  // namespace lpu::cosim
