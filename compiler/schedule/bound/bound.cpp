// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/bound/bound.h"

#include <algorithm>
#include <deque>

#include "compiler/schedule/advance.h"
#include "compiler/schedule/bound/model.h"

namespace lpu::compiler {
namespace {

/// The stages one after the other, and the token back to the first.
class StepBounder {
 public:
  StepBounder(const isa::ChipSpec& spec, const isa::Geometry& geometry,
              std::span<const PlacedStage> stages, const StepContext& context)
      : spec_(spec), stages_(stages), next_(stages.size(), 0) {
    for (const PlacedStage& stage : stages) {
      models_.emplace_back(spec, geometry, stage, context);
    }
  }

  StepBound run() {
    Sent sent;
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      sent = run(i, std::move(sent));
    }
    run(0, std::move(sent));  // the token that the last stage chose
    bound_.end = isa::Cycle{end_ + spec_.mem_write_latency + spec_.superlanes};
    return std::move(bound_);
  }

 private:
  using Time = Paths::Time;
  using Sent = std::deque<Ready>;

  /// A stage goes on to its end, or to what nobody has sent yet. Returns what it sent.
  Sent run(std::size_t stage, Sent arrivals) {
    const auto& operators = stages_[stage].graph.operators;
    Sent sent;
    for (; next_[stage] < operators.size(); ++next_[stage]) {
      const Operator& o = operators[next_[stage]];
      if (o.kind == OpKind::kReceive) {
        if (arrivals.empty()) {
          break;
        }
        note(o, models_[stage].receive(o, arrivals.front()), spec_.mem_write_latency);
        arrivals.pop_front();
      } else if (o.kind == OpKind::kSend) {
        const auto& to = stages_[(stage + 1) % stages_.size()].stage;
        const StageModel::Sent left = models_[stage].send(o, to.in);
        sent.push_back(left.arrivals);
        note(o, left.result, 0);
      } else {
        note(o, models_[stage].run(o), spec_.mem_write_latency);
      }
    }
    return sent;
  }

  /// `latency`: of an operator's last dispatch.
  void note(const Operator& o, const StageModel::Result& result, Time latency) {
    const isa::Cycle last{result.ready.last - latency};
    bound_.phases.push_back({o.name, last, last});
    bound_.limits.push_back(result.limit);
    end_ = std::max(end_, last.value);
  }

  const isa::ChipSpec& spec_;
  std::span<const PlacedStage> stages_;
  std::deque<StageModel> models_;
  std::vector<std::size_t> next_;  // operator
  StepBound bound_;
  Time end_{0};
};

}  // namespace

std::string_view text_of(Limit limit) {
  switch (limit) {
    case Limit::kInstall:
      return "install";
    case Limit::kPorts:
      return "ports";
    case Limit::kStreams:
      return "streams";
    case Limit::kAlus:
      return "ALUs";
    case Limit::kLinks:
      return "links";
    case Limit::kLatency:
      return "latency";
  }
  return {};
}

StepBound bound_of_step(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                        std::span<const PlacedStage> stages, const StepContext& context) {
  return StepBounder(spec, geometry, stages, context).run();
}

std::map<std::string, Limit> limits_of(const StepBound& bound) {
  std::map<std::string, std::map<Limit, std::int64_t>> cycles;
  isa::Cycle end{0};
  for (std::size_t i = 0; i < bound.phases.size(); ++i) {
    const isa::Cycle last = std::max(end, bound.phases[i].last);
    cycles[std::string(without_layer(bound.phases[i].name))][bound.limits[i]] += (last - end).value;
    end = last;
  }
  std::map<std::string, Limit> largest;
  for (const auto& [name, by_limit] : cycles) {
    largest[name] = std::max_element(by_limit.begin(), by_limit.end(), [](auto& a, auto& b) {
                      return a.second < b.second;
                    })->first;
  }
  return largest;
}

}  // namespace lpu::compiler
