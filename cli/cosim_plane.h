// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "isa/spec/chip_spec.h"

namespace lpu::cli {

/// What a comparison in lockstep found.
struct CosimResult {
  std::int64_t vectors{0};  // activation vectors multiplied
  std::int64_t cycles{0};
  std::int64_t compared_outputs{0};
  std::int64_t differences{0};
  std::string failure;  // the first difference or failed assertion; empty: none
};

/// Runs the model and the Verilated RTL of an MXM plane beside each other on random legal
/// instructions and values until `vectors` activation vectors were multiplied and their results
/// collected, or until the first failure. The same seed gives the same run. Throws
/// fabric::UsageError if this build has no RTL for the chip.
[[nodiscard]] CosimResult cosim_plane(const isa::ChipSpec& chip, std::int64_t vectors,
                                      std::uint64_t seed);

}  // namespace lpu::cli
