// SPDX-License-Identifier: Apache-2.0
#include "compiler/compile.h"

#include <fmt/format.h>

namespace lpu::compiler {

Compiled compile(const Target& target, const ModelConfig& config, const Request& request,
                 const std::function<void(int, int)>& progress) {
  const isa::Geometry geometry(target.spec);
  Graph graph = build_graph(config);
  Placement placement = place(target.spec, config, graph, target.chips, request.options);
  Compiled compiled{std::move(graph), std::move(placement), {}};
  for (int step = 0; step < request.options.steps; ++step) {
    const StepContext context{step, step + 1 >= request.prompt_tokens, target.flight};
    StepSchedule schedule =
        schedule_step(target.spec, geometry, compiled.graph, compiled.placement, context);
    isa::Program program = emit(target.spec, geometry, schedule);
    program.name = fmt::format("step{}", step);
    compiled.steps.push_back(
        {std::make_shared<const isa::Program>(std::move(program)), std::move(schedule)});
    if (progress) {
      progress(step + 1, request.options.steps);
    }
  }
  return compiled;
}

}  // namespace lpu::compiler
