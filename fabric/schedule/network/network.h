// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "fabric/schedule/network/network_schedule.h"
#include "fabric/topology/topology.h"
#include "isa/spec/chip_spec.h"

namespace lpu::fabric {

/// Routes and cycles for a set of messages on any topology.
///
/// Vector after vector, the n-th of each message before the (n+1)-th of any: each takes the way on
/// which it arrives first, beside those that were given theirs before. That is a shortest way as
/// long as one is free soon enough, and a longer one when waiting would take more: how a large
/// message is split among ways follows from its size. Of equally early ways it is the one of fewest
/// cables.
///
/// Every vector is received in the cycle of its arrival, so a receive FIFO of one vector is enough.
/// On the way it is written to MEM and read again; what a hop costs follows from the chip's
/// latencies and positions (270 cycles from send to send by the published chip and link).
///
/// Ways are ordered by message, then as they were scheduled. Throws isa::InputError for a message
/// that names a chip twice or one that is not there, that has no vectors, or between whose chips
/// there is no way; and if a chip's MEM is too small: rows are not used twice.
[[nodiscard]] NetworkSchedule schedule(const isa::ChipSpec& chip, const Topology& topology,
                                       std::span<const Message> messages);

}  // namespace lpu::fabric
