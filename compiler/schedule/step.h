// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/placement/placement.h"
#include "compiler/placement/stages.h"
#include "compiler/schedule/scheduler.h"

namespace lpu::compiler {

/// The schedule of one decode step of one stage. Every chip of the group runs the same, but for
/// what cables to other stages bring to one of them (`Placed::chips`).
struct StepSchedule {
  std::vector<Placed> placed;
  std::vector<Phase> phases;
  isa::Cycle end;  // predicted: the last result in the last superlane
  /// f32, of Sharding::vocabulary of each chip, for each token of StepContext::with_head().
  std::vector<std::vector<Place>> logits;
  MemoryMap memory;  // with what the step keeps for itself
};

/// A token that a step works on.
struct Token {
  int user{0};
  int row{0};  // of token ids and tables; its position - first_position
};

/// After which tokens of a step the next one is chosen, with output head and argmax.
enum class Heads { kNone, kLast, kAll };  // kLast: of each user

/// What a step knows of its surroundings.
struct StepContext {
  std::vector<Token> tokens;  // of a user in the order of positions
  Heads heads{Heads::kLast};
  isa::Cycles flight;                                    // of a link inside a group
  std::optional<fabric::PhysicalSpec::Deskew> deskew{};  // stalls in which chips align

  /// The tokens, counted among all of them, after which the next one is chosen.
  [[nodiscard]] std::vector<std::size_t> with_head() const;
};

/// A stage with its part of the model.
struct PlacedStage {
  Stage stage;
  Part part;
  Graph graph;
  Placement placement;
};

/// One schedule a stage. All chips have one time: what a stage does begins in the cycle in which
/// the first vector from the stage before it has arrived.
[[nodiscard]] std::vector<StepSchedule> schedule_step(const isa::ChipSpec& spec,
                                                      const isa::Geometry& geometry,
                                                      std::span<const PlacedStage> stages,
                                                      const StepContext& context);

/// One line an instruction: cycle, queue, count, operation; and its chips, if not all.
[[nodiscard]] std::string dump(const StepSchedule& schedule, const isa::Geometry& geometry);

}  // namespace lpu::compiler
