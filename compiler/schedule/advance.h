// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/schedule/step.h"

namespace lpu::compiler {

/// By how many cycles operators move the end of a step.
struct Advance {
  std::string name;  // of the operator, without its layer
  int times{0};
  isa::Cycles cycles;
};

/// `layers.7.q`: `q`.
[[nodiscard]] std::string_view without_layer(std::string_view name);

/// Where the time of a step goes: operators in the order of their work, from stage to stage, those
/// of all layers together. What runs in the shadow of an operator before it costs nothing. The
/// cycles of all, with the last superlane behind the last result, are those of the step.
[[nodiscard]] std::vector<Advance> advances(std::span<const StepSchedule> stages);
/// The same for operators in this order, of a step that ends in cycle `end`.
[[nodiscard]] std::vector<Advance> advances(std::span<const Phase> operators, isa::Cycle end);
/// The operators of all stages, in the order of their work; the token's way back comes last.
[[nodiscard]] std::vector<Phase> in_order(std::span<const StepSchedule> stages);

}  // namespace lpu::compiler
