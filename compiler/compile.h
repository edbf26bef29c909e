// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "compiler/emit/emit.h"
#include "compiler/graph/graph.h"
#include "compiler/placement/placement.h"
#include "isa/program/program.h"

namespace lpu::compiler {

/// The machine as the compiler sees it.
struct Target {
  isa::ChipSpec spec;
  int chips{1};
  isa::Cycles flight;  // of a link
};

/// One decode step: the program that every chip runs.
struct CompiledStep {
  std::shared_ptr<const isa::Program> program;
  StepSchedule schedule;
};

struct Compiled {
  Graph graph;
  Placement placement;
  std::vector<CompiledStep> steps;
};

struct Request {
  Options options;
  int prompt_tokens{1};  // steps before the last of them make no token
};

/// From a model's shape to the programs of all steps. `progress(done, of)` after each step.
[[nodiscard]] Compiled compile(const Target& target, const ModelConfig& config,
                               const Request& request,
                               const std::function<void(int, int)>& progress = {});

}  // namespace lpu::compiler
