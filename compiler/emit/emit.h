// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "compiler/schedule/step.h"
#include "fabric/schedule/program_set.h"

namespace lpu::compiler {

/// Turns the schedule of a group's `chips` chips into queues: NOPs between instructions, Repeats
/// for bursts, and an Ifetch in a gap before a queue runs dry. Text stands above what the step
/// keeps in MEM, in the same rows for every step: it comes with the load of its step. Chips that do
/// the same share a program. Throws isa::InputError when the text does not fit, or when a queue has
/// no gap for the Ifetch that it needs.
[[nodiscard]] fabric::ProgramSet emit(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                                      const StepSchedule& schedule, int chips,
                                      const std::string& name);

/// A slice whose rows from `first_row` on are free for program text.
struct TextSlice {
  int slice{0};
  int first_row{0};
};

/// The program of one chip from instructions by queue, those of a queue in the order of their
/// cycles. Throws as `emit` does.
[[nodiscard]] isa::Program write_queues(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                                        const std::vector<std::vector<Placed>>& queues,
                                        const std::vector<TextSlice>& text);

}  // namespace lpu::compiler
