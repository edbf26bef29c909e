// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "compiler/schedule/step.h"
#include "isa/program/program.h"

namespace lpu::compiler {

/// Rows of the text slices that are taken; grows from step to step, so that the text of all steps
/// can be in MEM at once.
struct TextSpace {
  std::vector<int> next_row;  // of home::kTextSlices slices
};

/// Turns a schedule into queues: NOPs between instructions, Repeats for bursts, and an Ifetch in a
/// gap before a queue runs dry. Throws isa::InputError when the text slices are full, or when a
/// queue has no gap for the Ifetch that it needs.
[[nodiscard]] isa::Program emit(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                                const StepSchedule& schedule, TextSpace& text);

}  // namespace lpu::compiler
