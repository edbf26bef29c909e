// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/collective/access.h"
#include "isa/spec/chip_spec.h"

namespace lpu::collective {

/// The receives of a step find room between its last send and the next step's first.
[[nodiscard]] bool has_room(const isa::ChipSpec& chip, int width);

/// Global links send a cycle after each other, because their vectors may come from one slice.
[[nodiscard]] Time shift_of(const isa::ChipSpec& chip, int link);

/// From the first send of a step to its first receive: the receives follow each other, take nothing
/// before it has arrived, and fall between the sends of two steps, which at the receiver's end of
/// the cable are `ahead` cycles ahead of the sender's.
[[nodiscard]] Time lag_of(const isa::ChipSpec& chip, int width, isa::Cycles flight, Time ahead);

}  // namespace lpu::collective
