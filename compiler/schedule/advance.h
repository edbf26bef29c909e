// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "compiler/schedule/step.h"

namespace lpu::compiler {

/// By how many cycles operators move the end of a step.
struct Advance {
  std::string name;  // of the operator, without its layer
  int times{0};
  isa::Cycles cycles;
};

/// Where the time of a step goes: operators in the order of their work, from stage to stage, those
/// of all layers together. What runs in the shadow of an operator before it costs nothing. The
/// cycles of all, with the last superlane behind the last result, are those of the step.
[[nodiscard]] std::vector<Advance> advances(std::span<const StepSchedule> stages);

}  // namespace lpu::compiler
