// SPDX-License-Identifier: Apache-2.0
#include "cli/step_summary.h"

#include <algorithm>

#include "compiler/placement/parts.h"
#include "compiler/schedule/advance.h"
#include "compiler/schedule/bound/bound.h"

namespace lpu::cli {

std::vector<traces::OperatorSummary> operators_of(const ModelRequest& request) {
  const isa::Geometry geometry(request.system.chip);
  const compiler::CompiledStep& step = request.compiled.last();
  const compiler::StepBound bound = compiler::bound_of_step(
      request.system.chip, geometry, request.compiled.stages(), step.context);
  const std::vector<compiler::Advance> least = compiler::advances(bound.phases, bound.end);
  const auto limits = compiler::limits_of(bound);
  std::vector<traces::OperatorSummary> operators;
  for (const compiler::Advance& a : compiler::advances(step.schedules)) {
    const auto same = std::find_if(least.begin(), least.end(),
                                   [&](const compiler::Advance& l) { return l.name == a.name; });
    const auto limit = limits.find(a.name);
    operators.push_back(
        {a.name, a.times, a.cycles, same->cycles,
         limit == limits.end() ? "" : std::string(compiler::text_of(limit->second))});
  }
  return operators;
}

std::vector<traces::StageSummary> stages_of(const ModelRequest& request) {
  std::vector<traces::StageSummary> stages;
  for (std::size_t i = 0; i < request.compiled.stages().size(); ++i) {
    const compiler::PlacedStage& placed = request.compiled.stages()[i];
    const compiler::StepSchedule& schedule = request.compiled.last().schedules[i];
    traces::StageSummary stage{compiler::text_of(placed.part),
                               placed.stage.first_chip,
                               placed.stage.chips,
                               schedule.end,
                               isa::Cycle{0},
                               rows_of(request, i)};
    for (const compiler::Phase& phase : schedule.phases) {
      if (phase.name != "receive_token" || i > 0) {
        stage.begin = std::min(stage.begin, phase.first);
        stage.end = std::max(stage.end, phase.last + isa::Cycles{1});
      }
    }
    stages.push_back(std::move(stage));
  }
  return stages;
}

std::map<std::string, std::int64_t> rows_of(const ModelRequest& request, std::size_t stage) {
  const compiler::PlacedStage& placed = request.compiled.stages()[stage];
  const compiler::CompiledStep& step = request.compiled.last();
  const compiler::Fill fill = compiler::fill_of(placed.placement);
  std::size_t text = 0;
  for (int c = 0; c < placed.stage.chips; ++c) {
    const auto& program = step.programs[static_cast<std::size_t>(placed.stage.first_chip + c)];
    text = std::max(text, isa::text_rows(request.system.chip, *program).size());
  }
  return {
      {"weights", fill.weights},
      {"embedding", fill.embedding},
      {"cache", fill.cache},
      {"other", fill.other},
      {"values", step.schedules[stage].memory.used_rows() - placed.placement.memory.used_rows()},
      {"text", static_cast<std::int64_t>(text)}};
}

}  // namespace lpu::cli
