// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "compiler/collective/plan.h"
#include "compiler/schedule/scheduler.h"
#include "fabric/topology/system_spec.h"
#include "fabric/topology/topology.h"

namespace lpu::collective {

/// An instruction with its burst, `steps` times, once every `period` cycles.
struct Train {
  compiler::Placed first;
  int steps{1};
  std::int64_t period{0};
};

/// What each chip does in which cycle.
struct Timetable {
  std::vector<std::vector<Train>> chips;
  isa::Cycle end;  // the last result in the last superlane
};

/// Gives a plan its cycles. Every unit works in the rhythm of the links: a step every
/// width * c2c_pace cycles, in which a link sends a vector every c2c_pace cycles and then receives
/// those of a step in successive cycles, because both stand in one queue. A phase begins as soon as
/// what it reads is there, not before its links are free, and at the same place of the rhythm as
/// the phases that it overlaps.
///
/// Nothing if the pace leaves no room between two sends for the receives of a step, and if two
/// transfers of a phase want the same slice in the same cycle.
[[nodiscard]] std::optional<Timetable> timetable(const fabric::SystemSpec& spec,
                                                 const fabric::Topology& topology,
                                                 const Plan& plan);

}  // namespace lpu::collective
