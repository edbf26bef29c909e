// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cosim/stimulus.h"

namespace lpu::cosim {

/// The vector unit: every operation on every type, one ALU or all of them in a cycle, operands from
/// streams, immediates, the last result of any age and other ALUs, in chains that grow as long as
/// they can.
[[nodiscard]] Stimulus vxm_stimulus(const isa::ChipSpec& spec, std::string_view unit,
                                    Random& random);

}  // namespace lpu::cosim
