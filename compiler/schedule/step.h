// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/placement/placement.h"
#include "compiler/schedule/scheduler.h"

namespace lpu::compiler {

/// The schedule of one decode step on one chip; every chip of the group runs the same.
struct StepSchedule {
  std::vector<Placed> placed;
  std::vector<Phase> phases;
  isa::Cycle end;             // predicted: the last result in the last superlane
  std::vector<Place> logits;  // one f32 vector a chunk of the vocabulary, if the step makes them
  MemoryMap memory;           // with what the step keeps for itself
};

/// What a step knows of its surroundings.
struct StepContext {
  int step{0};             // row of its token and position - first_position
  bool makes_token{true};  // with output head and argmax; a prompt needs neither but at its end
  isa::Cycles flight;      // of a link
};

[[nodiscard]] StepSchedule schedule_step(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                                         const Graph& graph, const Placement& placement,
                                         const StepContext& context);

/// One line an instruction: cycle, queue, count, operation.
[[nodiscard]] std::string dump(const StepSchedule& schedule, const isa::Geometry& geometry);

}  // namespace lpu::compiler
