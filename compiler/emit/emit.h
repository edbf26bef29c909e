// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/schedule/step.h"
#include "isa/program/program.h"

namespace lpu::compiler {

/// Turns a schedule into queues: NOPs between instructions, Repeats for bursts, and an Ifetch in a
/// gap before a queue runs dry. Text stands above what the step keeps in MEM, in the same rows for
/// every step: it comes with the load of its step. Throws isa::InputError when it does not fit, or
/// when a queue has no gap for the Ifetch that it needs.
[[nodiscard]] isa::Program emit(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                                const StepSchedule& schedule);

}  // namespace lpu::compiler
