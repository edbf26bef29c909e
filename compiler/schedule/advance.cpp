// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/advance.h"

#include <algorithm>

namespace lpu::compiler {

std::string_view without_layer(std::string_view name) {
  constexpr std::string_view kLayers = "layers.";
  if (!name.starts_with(kLayers)) {
    return name;
  }
  name.remove_prefix(kLayers.size());
  return name.substr(name.find('.') + 1);
}

std::vector<Phase> in_order(std::span<const StepSchedule> stages) {
  std::vector<Phase> operators;
  std::vector<Phase> back;
  for (const StepSchedule& stage : stages) {
    for (const Phase& phase : stage.phases) {
      (phase.name == "receive_token" ? back : operators).push_back(phase);
    }
  }
  operators.insert(operators.end(), back.begin(), back.end());
  return operators;
}

std::vector<Advance> advances(std::span<const Phase> operators, isa::Cycle end) {
  std::vector<Advance> all;
  isa::Cycle reached{0};
  for (const Phase& phase : operators) {
    const std::string_view name = without_layer(phase.name);
    auto found =
        std::find_if(all.begin(), all.end(), [name](const Advance& a) { return a.name == name; });
    if (found == all.end()) {
      found = all.insert(all.end(), {std::string(name), 0, {0}});
    }
    ++found->times;
    const isa::Cycle after = std::max(reached, phase.last + isa::Cycles{1});
    found->cycles = found->cycles + (after - reached);
    reached = after;
  }
  all.push_back({"the last superlane", 1, end - reached});
  return all;
}

std::vector<Advance> advances(std::span<const StepSchedule> stages) {
  isa::Cycle end{0};
  for (const StepSchedule& stage : stages) {
    end = std::max(end, stage.end);
  }
  return advances(in_order(stages), end);
}

}  // namespace lpu::compiler
