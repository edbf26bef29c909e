// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/collective/timetable.h"
#include "isa/program/program.h"

namespace lpu::collective {

/// The program of one chip. Bursts that stand in each other's way in a queue become single
/// instructions where they overlap. Text goes into the slices that the trains do not touch.
[[nodiscard]] isa::Program program(const isa::ChipSpec& spec, const std::vector<Train>& trains);

}  // namespace lpu::collective
