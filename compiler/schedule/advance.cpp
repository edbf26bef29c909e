// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/advance.h"

#include <algorithm>
#include <string_view>

namespace lpu::compiler {
namespace {

std::string_view without_layer(std::string_view name) {
  constexpr std::string_view kLayers = "layers.";
  if (!name.starts_with(kLayers)) {
    return name;
  }
  name.remove_prefix(kLayers.size());
  return name.substr(name.find('.') + 1);
}

class Sum {
 public:
  void add(std::string_view name, isa::Cycle end) {
    auto found = std::find_if(all_.begin(), all_.end(),
                              [&](const Advance& a) { return a.name == without_layer(name); });
    if (found == all_.end()) {
      found = all_.insert(all_.end(), {std::string(without_layer(name)), 0, {0}});
    }
    ++found->times;
    found->cycles = found->cycles + (std::max(end_, end) - end_);
    end_ = std::max(end_, end);
  }
  std::vector<Advance> finish(isa::Cycle end) {
    all_.push_back({"the last superlane", 1, end - end_});
    return std::move(all_);
  }

 private:
  std::vector<Advance> all_;
  isa::Cycle end_{0};
};

}  // namespace

std::vector<Advance> advances(std::span<const StepSchedule> stages) {
  Sum sum;
  isa::Cycle end{0};
  const Phase* back = nullptr;  // the token's way back into the first stage
  for (const StepSchedule& stage : stages) {
    for (const Phase& phase : stage.phases) {
      if (phase.name == "receive_token") {
        back = &phase;
      } else {
        sum.add(phase.name, phase.last + isa::Cycles{1});
      }
    }
    end = std::max(end, stage.end);
  }
  if (back != nullptr) {
    sum.add(back->name, back->last + isa::Cycles{1});
  }
  return sum.finish(end);
}

}  // namespace lpu::compiler
