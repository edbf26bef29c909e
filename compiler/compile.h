// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/emit/emit.h"
#include "compiler/schedule/step.h"
#include "fabric/schedule/program_set.h"
#include "fabric/topology/system_spec.h"

namespace lpu::compiler {

/// One step: tokens of a prompt, or one that is chosen before.
struct CompiledStep {
  std::string name;
  StepContext context;
  fabric::ProgramSet programs;          // of the chips of the system; idle ones have none
  std::vector<StepSchedule> schedules;  // of the stages, without what programs say
  isa::Cycle end;                       // predicted: the last of theirs
};

struct Request {
  Options options;
  int prompt_tokens{1};  // steps before the last of them make no token
  int together{1};       // so many of them in a step
  int draft{0};          // so many of the last are a draft: one step chooses a token after each,
                         // and after the one before them
};

/// The stages of a model and what stands in their chips for all steps: without values and text of a
/// step. Throws isa::InputError for what does not fit.
[[nodiscard]] std::vector<PlacedStage> place_stages(const fabric::SystemSpec& system,
                                                    const ModelConfig& config,
                                                    const Options& options);

/// A model on a system. A step is scheduled when it is asked for; steps of small models stay, one
/// of a large model takes gigabytes. The last step is there from the beginning.
class Compiled {
 public:
  /// Throws isa::InputError for what does not fit. Tried are the steps with the most values and
  /// text: the last one, and the last of those with the most tokens.
  Compiled(const fabric::SystemSpec& system, const ModelConfig& config, const Request& request);

  [[nodiscard]] const std::vector<PlacedStage>& stages() const { return stages_; }
  [[nodiscard]] std::size_t steps() const { return contexts_.size(); }
  [[nodiscard]] const StepContext& context(std::size_t step) const { return contexts_.at(step); }
  /// Throws isa::InputError for a step whose text finds no place all the same.
  [[nodiscard]] std::shared_ptr<const CompiledStep> step(std::size_t step) const;
  /// With all instructions.
  [[nodiscard]] std::vector<StepSchedule> schedules(std::size_t step) const;
  [[nodiscard]] const CompiledStep& last() const { return *kept_.back(); }

 private:
  [[nodiscard]] CompiledStep made(std::size_t step) const;

  isa::ChipSpec chip_;
  std::size_t chips_;
  std::vector<PlacedStage> stages_;
  std::vector<StepContext> contexts_;
  mutable std::vector<std::shared_ptr<const CompiledStep>> kept_;  // or null
  mutable std::int64_t kept_instructions_{0};
};

/// From a model's shape to programs.
[[nodiscard]] inline Compiled compile(const fabric::SystemSpec& system, const ModelConfig& config,
                                      const Request& request) {
  return {system, config, request};
}

}  // namespace lpu::compiler
