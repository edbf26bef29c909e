// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/schedule/step.h"

namespace lpu::compiler {

/// What an operator must at least wait for.
enum class Limit {
  kInstall,  // weights into their planes: a row a cycle, and the install
  kPorts,    // MEM: a row a slice and cycle
  kStreams,  // outward to the planes
  kAlus,     // 16 operations a cycle
  kLinks,    // flight and pace
  kLatency,  // of the units one after the other
};
[[nodiscard]] std::string_view text_of(Limit limit);

/// The earliest ends of a step's operators, in the order of their work, from stage to stage; the
/// token's way back comes last.
struct StepBound {
  std::vector<Phase> phases;  // `last`: the cycle of an operator's last dispatch, at the earliest
  std::vector<Limit> limits;  // of each
  isa::Cycle end;             // the last result in the last superlane
};

/// What the machine and the placement allow at best for a step that makes a token; the schedule is
/// not looked at. Each operator does its work as docs/compiler.md, section 6, says, as soon as the
/// chunks of its operands are there, in the graph's order. It waits for the unit that has most to
/// do for it; everything else is free, queues need no text, and values need not pass through MEM
/// inside an operator. Before its first operand an operator can have two tiles in each plane.
[[nodiscard]] StepBound bound_of_step(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                                      std::span<const PlacedStage> stages,
                                      const StepContext& context);

/// For each operator, without its layer, what accounts for most of its cycles.
[[nodiscard]] std::map<std::string, Limit> limits_of(const StepBound& bound);

}  // namespace lpu::compiler
