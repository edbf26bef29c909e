// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lpu::tlm {

/// Whether a run computes values. Time, checks, statistics and events are the same in both.
enum class Values : std::uint8_t { kFull, kNone };

/// What stands in the place of a unit: the model, the Verilated block, or the model with the
/// block beside it, every output of every cycle compared.
enum class Fidelity : std::uint8_t { kTlm, kRtl, kBoth };

}  // namespace lpu::tlm
