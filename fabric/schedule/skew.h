// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "fabric/schedule/link_schedule.h"
#include "fabric/topology/system_spec.h"
#include "isa/program/program.h"

namespace lpu::fabric {

/// By how many cycles the clock of a receiver may be ahead of the sender's, for every vector of the
/// schedule to have arrived when it is received, even if its flight takes longest: the least of
/// receive - send - c2c_send_latency - flight. Nothing if there is no transfer.
[[nodiscard]] std::optional<isa::Cycles> tolerated_skew(const SystemSpec& spec,
                                                        const LinkSchedule& schedule);

/// An instruction of a chip that works in a stall.
struct Unquiet {
  int chip{0};
  isa::Issue issue;
  isa::Cycle stall_begins;
  isa::Cycle stall_ends;
};

/// The first one that breaks the rule of RUNTIME_DESKEW (`[clock.deskew]`): in the last `stall`
/// cycles of each interval nothing is dispatched, and what was dispatched before has had its effect
/// and has left the streams, since streams move on while a chip stalls. Vectors on links may be
/// under way.
[[nodiscard]] std::optional<Unquiet> first_unquiet(const isa::ChipSpec& chip,
                                                   const PhysicalSpec::Deskew& deskew,
                                                   std::span<const std::vector<isa::Issue>> issues);

}  // namespace lpu::fabric
