// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fabric/schedule/network/network_schedule.h"
#include "fabric/schedule/program_set.h"
#include "fabric/topology/topology.h"

namespace lpu::compiler {

/// The programs that carry out a network schedule: read and send, receive and write. Chips that no
/// way touches have none. The vectors themselves are not part of a program: they stand at the
/// first place of their way before the start, and at the last one after the end. Program text goes
/// above the rows that the schedule uses. Throws isa::InputError if it does not fit, and for a
/// chip with fewer streams than links need.
[[nodiscard]] fabric::ProgramSet network_programs(const isa::ChipSpec& spec,
                                                  const fabric::Topology& topology,
                                                  const fabric::NetworkSchedule& schedule);

}  // namespace lpu::compiler
