// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cosim/stimulus.h"
#include "isa/spec/chip_spec.h"
#include "rtl/common/unit_rtl.h"

namespace lpu::cosim {

/// What a unit's model and its RTL did on the same stimulus.
struct LockstepResult {
  std::int64_t programs{0};
  std::int64_t vectors{0};  // that the unit took, computed or drove
  std::int64_t cycles{0};
  std::int64_t compared_outputs{0};
  std::int64_t differences{0};
  std::string failure;          // what ended the run; empty: nothing
  std::string failing_program;  // as assembly, faults as comments; empty: none failed
};

struct LockstepOptions {
  std::int64_t vectors{1000};  // stop after at least so many
  std::uint64_t seed{1};
  /// Another block than the one of this project: an architect's own, or a mutant.
  std::function<std::shared_ptr<rtl::UnitRtl>()> block;
  /// Sees each program before it runs.
  std::function<void(const Stimulus&)> on_program;
};

/// The unit (`vxm`, `mem_e.slice3`, …) of a chip in `both` on random legal programs. The same seed
/// gives the same programs; program n of a seed does not depend on the ones before it. Throws
/// std::invalid_argument for a unit that has no stimulus or no RTL, std::logic_error if the
/// stimulus is not legal.
[[nodiscard]] LockstepResult lockstep(const isa::ChipSpec& spec, const std::string& unit,
                                      const LockstepOptions& options);

/// The stimulus for a unit, by its name; nullptr: none.
[[nodiscard]] MakeStimulus stimulus_of(std::string_view unit);

}  // namespace lpu::cosim
