// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cosim/stimulus.h"

namespace lpu::cosim {

/// A queue of the VXM (`icu_vxm.alu3`): waits and repeats of every length, text that is used in the
/// cycle of its arrival, fetches 40 cycles apart, syncs that are released by another queue, in the
/// same cycle or later.
[[nodiscard]] Stimulus icu_stimulus(const isa::ChipSpec& spec, std::string_view unit,
                                    Random& random);

}  // namespace lpu::cosim
