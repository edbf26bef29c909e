// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "fabric/schedule/program_set.h"
#include "fabric/topology/system_spec.h"
#include "fabric/topology/topology.h"

namespace lpu::fabric {

/// How much skew programs tolerate on a system whose chips have clocks of their own
/// (schedule/skew.h). Throws tlm::ScheduleError for an instruction that works in a stall.
[[nodiscard]] std::optional<isa::Cycles> judge_skew(const SystemSpec& spec,
                                                    const Topology& topology,
                                                    const ProgramSet& programs);

}  // namespace lpu::fabric
