// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "fabric/schedule/program_set.h"
#include "fabric/system/system.h"
#include "traces/event/event.h"

namespace lpu::fabric {

struct RunOptions {
  tlm::Values values{tlm::Values::kFull};
  std::vector<UnitChoice> units;
  isa::Cycles window{0};  // these two as System::Config has them
  std::uint64_t seed{1};
  /// Gets the events of all chips in the order of traces::earlier.
  traces::Sink* sink{nullptr};
  /// After the events before `end` have reached the sink. The system is there to be looked at.
  std::function<void(System& system, isa::Cycle end)> on_window;
};

struct RunResult {
  isa::Cycle start;
  isa::Cycle end;
  SystemStatistics statistics;
};

/// Loads and runs `programs` once on a system, from its next start, its events in order. Also
/// when the run ends with an error, every event before it has reached the sink, unless the error is
/// the sink's own (isa::InputError).
RunResult run(System& system, const ProgramSet& programs, const RunOptions& options);

/// Builds the system, which then is the only one of this process, and runs `programs` from cycle 0.
RunResult run(const SystemSpec& spec, const ProgramSet& programs, const RunOptions& options = {});

}  // namespace lpu::fabric
