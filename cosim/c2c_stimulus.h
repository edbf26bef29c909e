// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cosim/stimulus.h"

namespace lpu::cosim {

/// Cycles that the bench's links take.
inline constexpr std::int64_t kBenchFlight = 217;

/// A link, on a bench where link n leads to link n XOR 1: both ends send, some vectors at the pace,
/// and receive what came, in the cycle of the arrival or later.
[[nodiscard]] Stimulus c2c_stimulus(const isa::ChipSpec& spec, std::string_view unit,
                                    Random& random);

}  // namespace lpu::cosim
