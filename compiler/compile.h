// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
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
  std::vector<StepSchedule> schedules;  // of the stages
  isa::Cycle end;                       // predicted: the last of theirs
};

struct Compiled {
  std::vector<PlacedStage> stages;
  std::vector<CompiledStep> steps;
};

struct Request {
  Options options;
  int prompt_tokens{1};  // steps before the last of them make no token
  int together{1};       // so many of them in a step
};

/// From a model's shape to the programs of all steps. `progress(done, of)` after each step.
[[nodiscard]] Compiled compile(const fabric::SystemSpec& system, const ModelConfig& config,
                               const Request& request,
                               const std::function<void(int, int)>& progress = {});

}  // namespace lpu::compiler
