// SPDX-License-Identifier: Apache-2.0
#include "compiler/compile.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/placement/parts.h"
#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

/// What does not fit is said of the stage in which it does not, with the sizes of all of them.
Placement place_stage(const isa::ChipSpec& chip, const ModelConfig& config, const Graph& graph,
                      const Stage& stage, const Part& part, const Cut& all,
                      const Options& options) {
  try {
    return place(chip, config, graph, stage.chips, options);
  } catch (const isa::InputError& e) {
    if (stage.in.empty()) {
      throw;
    }
    throw isa::InputError(
        fmt::format("chips {}..{}, {}", stage.first_chip, stage.first_chip + stage.chips - 1,
                    text_of(part)),
        0,
        fmt::format("{} (the model takes {} rows of the slices for weights, {} stages have {}; "
                    "{} rows are of parts that find no room)",
                    e.what(), all.rows, all.parts.size(), all.room, all.lacking));
  }
}

std::vector<StepContext> contexts_of(const fabric::SystemSpec& system, const Request& request) {
  const auto deskew = system.physical.clock ? system.physical.clock->deskew : std::nullopt;
  const int rows = request.options.rows;
  const int prompt = request.prompt_tokens;
  const int before_draft = request.draft > 0 ? prompt - request.draft - 1 : prompt;
  std::vector<StepContext> contexts;
  for (int row = 0; row < rows;) {
    const int end = row < before_draft ? std::min(row + request.together, before_draft)
                    : row < prompt     ? prompt
                                       : row + 1;
    StepContext context{{}, Heads::kNone, system.flight, deskew};
    if (end >= prompt) {
      context.heads = row < prompt && request.draft > 0 ? Heads::kAll : Heads::kLast;
    }
    for (; row < std::min(end, rows); ++row) {
      for (int user = 0; user < request.options.users; ++user) {
        context.tokens.push_back({user, row});
      }
    }
    contexts.push_back(std::move(context));
  }
  return contexts;
}

/// The last of those with the most tokens.
std::size_t fullest(const std::vector<StepContext>& contexts) {
  const auto most = std::max_element(
      contexts.rbegin(), contexts.rend(),
      [](const StepContext& a, const StepContext& b) { return a.tokens.size() < b.tokens.size(); });
  return static_cast<std::size_t>(contexts.rend() - most) - 1;
}

}  // namespace

std::vector<PlacedStage> place_stages(const fabric::SystemSpec& system, const ModelConfig& config,
                                      const Options& options) {
  const fabric::Topology topology(system);
  const Cut all = cut(system.chip, config, chips_of_stage(topology), options,
                      most_stages(topology, system.spare_nodes));
  std::vector<PlacedStage> placed;
  for (Stage& stage : divide(topology, static_cast<int>(all.parts.size()))) {
    const Part& part = all.parts[placed.size()];
    Graph graph = build_graph(config, part);
    Placement placement = place_stage(system.chip, config, graph, stage, part, all, options);
    placed.push_back({std::move(stage), part, std::move(graph), std::move(placement)});
  }
  return placed;
}

Compiled::Compiled(const fabric::SystemSpec& system, const ModelConfig& config,
                   const Request& request)
    : chip_(system.chip),
      chips_(static_cast<std::size_t>(system.chips)),
      stages_(place_stages(system, config, request.options)),
      contexts_(contexts_of(system, request)),
      kept_(contexts_.size()) {
  kept_.back() = std::make_shared<const CompiledStep>(made(steps() - 1));
  static_cast<void>(step(fullest(contexts_)));
}

std::shared_ptr<const CompiledStep> Compiled::step(std::size_t step) const {
  constexpr std::int64_t kMostKept = 4'000'000;  // instructions
  if (kept_.at(step) != nullptr) {
    return kept_[step];
  }
  auto now = std::make_shared<const CompiledStep>(made(step));
  std::int64_t instructions = 0;
  for (const auto& program : now->programs) {
    instructions += program == nullptr ? 0 : program->instructions();
  }
  if (kept_instructions_ + instructions <= kMostKept) {
    kept_instructions_ += instructions;
    kept_[step] = now;
  }
  return now;
}

std::vector<StepSchedule> Compiled::schedules(std::size_t step) const {
  return schedule_step(chip_, isa::Geometry(chip_), stages_, context(step));
}

CompiledStep Compiled::made(std::size_t step) const {
  const isa::Geometry geometry(chip_);
  CompiledStep made;
  made.name = fmt::format("step{}", step);
  made.context = context(step);
  made.programs.resize(chips_);
  made.schedules = schedules(step);
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const Stage& stage = stages_[i].stage;
    const auto group = emit(chip_, geometry, made.schedules[i], stage.chips, made.name);
    std::copy(group.begin(), group.end(), made.programs.begin() + stage.first_chip);
    made.schedules[i].placed = {};
    made.end = std::max(made.end, made.schedules[i].end);
  }
  return made;
}

}  // namespace lpu::compiler
