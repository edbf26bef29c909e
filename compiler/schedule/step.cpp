// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/step.h"

#include <map>

#include "compiler/schedule/step_builder.h"

namespace lpu::compiler {

std::vector<std::size_t> StepContext::with_head() const {
  std::map<std::pair<int, int>, std::size_t> chosen;  // by user, and row if it has them all
  for (std::size_t token = 0; token < tokens.size() && heads != Heads::kNone; ++token) {
    chosen[{tokens[token].user, heads == Heads::kAll ? tokens[token].row : 0}] = token;
  }
  std::vector<std::size_t> with;
  with.reserve(chosen.size());
  for (const auto& [of, token] : chosen) {
    with.push_back(token);
  }
  return with;
}

std::vector<StepSchedule> schedule_step(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                                        std::span<const PlacedStage> stages,
                                        const StepContext& context) {
  const auto builder = [&](std::size_t stage, isa::Cycle start) {
    const std::size_t next = (stage + 1) % stages.size();
    return StepBuilder(spec, geometry, stages[stage], stages[next].stage.in, context, start);
  };
  std::vector<StepSchedule> schedules;
  StepBuilder first = builder(0, {0});
  Arrivals arrivals = first.run({});
  for (std::size_t i = 1; i < stages.size(); ++i) {
    StepBuilder stage = builder(i, arrivals.front().front());
    arrivals = stage.run(std::move(arrivals));
    schedules.push_back(stage.finish());
  }
  first.run(std::move(arrivals));  // the token that the last stage chose
  schedules.insert(schedules.begin(), first.finish());
  return schedules;
}

}  // namespace lpu::compiler
