// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/step.h"

#include "compiler/schedule/step_builder.h"

namespace lpu::compiler {

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
