// SPDX-License-Identifier: Apache-2.0
// Figures of a model's runs, and what follows for several users.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "study/claims/quantities.h"
#include "study/pipeline/pipeline.h"
#include "study/runs/operators.h"

namespace lpu::study {
namespace {

std::string where(const Tried& tried, const Run& run) {
  return fmt::format("{} on {}, {}, {} positions in the cache", run.model, tried.system_name,
                     run.matmul, run.context);
}

/// Adds names with one prefix: figures of a run, or that there is none and why.
class OfRun {
 public:
  OfRun(const Tried& tried, std::string prefix, const Run& run, Quantities& all)
      : tried_(tried), prefix_(std::move(prefix)), run_(run), all_(all) {}

  /// `value` is called only if the run ran.
  template <typename Value>
  void add(const std::string& name, const char* unit, const char* how, Value value) {
    Quantity q{std::nullopt, unit, fmt::format("refused: {}", run_.refusal), run_.command};
    if (run_.ran()) {
      q.value = value();
      q.how = fmt::format("{}{}{}", where(tried_, run_), *how == '\0' ? "" : ": ", how);
    }
    all_[prefix_ + name] = std::move(q);
  }

 private:
  const Tried& tried_;
  std::string prefix_;
  const Run& run_;
  Quantities& all_;
};

/// Cycles of a layer, the mean of all, with the way to the next one.
double layer_cycles(const Tried& tried, const Run& run) {
  std::int64_t cycles = 0;
  for (const OperatorKind kind : kOperatorKinds) {
    cycles += layer_cycles_of(run, kind);
  }
  return static_cast<double>(cycles) / static_cast<double>(tried.config.num_hidden_layers);
}

/// Several users, and several positions of a prompt, in a step, beside what one token's run says
/// of as many one after the other.
void add_together(const ClaimsFile& file, const Tried& tried, const std::string& prefix,
                  const Pipeline& pipeline, Quantities& all) {
  const double clock = 1e6 * static_cast<double>(tried.chip.clock_mhz);
  const auto positions = static_cast<double>(file.positions_together);
  const Run& several = tried.together == nullptr ? *tried.token : *tried.together;
  const auto users = static_cast<double>(several.users);
  const std::string in_step = fmt::format("{} users in a step, all of them", several.users);
  OfRun together(tried, prefix, several, all);
  together.add("rate_together", "tokens/s", in_step.c_str(),
               [&] { return users * several.tokens_per_second; });
  OfRun token(tried, prefix, *tried.token, all);
  const std::string in_flight =
      fmt::format("{} users in flight, derived from the cycles of the stages", several.users);
  token.add("rate_in_flight", "tokens/s", in_flight.c_str(),
            [&] { return clock * pipeline.throughput(several.users); });

  const std::string prompt_of =
      fmt::format("{} positions of a prompt in a step", file.positions_together);
  OfRun prompt(tried, prefix, tried.prompt == nullptr ? *tried.token : *tried.prompt, all);
  prompt.add("prompt_together", "ms", prompt_of.c_str(),
             [&] { return 1e3 * static_cast<double>(tried.prompt->cycles) / clock; });
  const Run& first = *tried.sweep.front();
  const std::string alone = fmt::format("{} times, derived", file.positions_together);
  OfRun begin(tried, prefix, first, all);
  begin.add("prompt_one_by_one", "ms", alone.c_str(),
            [&] { return 1e3 * positions / first.tokens_per_second; });
}

}  // namespace

void add_runs(const ClaimsFile& file, const Tried& tried, const std::string& prefix,
              Quantities& all) {
  const Run& run = *tried.token;
  OfRun token(tried, prefix, run, all);
  const auto percent = [&](OperatorKind kind) {
    return 100.0 * static_cast<double>(cycles_of(run, kind)) / static_cast<double>(run.cycles);
  };
  token.add("rate", "tokens/s", "one user", [&] { return run.tokens_per_second; });
  token.add("context", "positions", "of the token that is looked at",
            [&] { return static_cast<double>(run.context); });
  token.add("chips", "chips", "", [&] { return static_cast<double>(tried.chips); });
  token.add("layer", "us", "a layer, of the token's time",
            [&] { return layer_cycles(tried, run) / static_cast<double>(tried.chip.clock_mhz); });
  token.add("unpredicted", "cycles", "simulated less predicted",
            [&] { return static_cast<double>(run.cycles - run.predicted_cycles); });
  token.add("above_bound", "x", "token / sum of its operators' lower bounds", [&] {
    std::int64_t bound = 0;
    for (const Run::Operator& o : run.operators) {
      bound += o.bound;
    }
    return static_cast<double>(run.cycles) / static_cast<double>(bound);
  });
  token.add("matrices", "%", "of the token's time", [&] { return percent(OperatorKind::kMatrix); });
  token.add("attention", "%", "of the token's time",
            [&] { return percent(OperatorKind::kAttention); });
  token.add("all_reduce", "%", "of the token's time",
            [&] { return percent(OperatorKind::kAllReduce); });

  const Pipeline pipeline = run.ran() ? pipeline_of(run) : Pipeline{};
  const char* derived = "derived from the cycles of the stages";
  token.add("stages", "stages", "", [&] { return static_cast<double>(pipeline.stages); });
  token.add("full", "users", derived, [&] { return static_cast<double>(pipeline.full()); });
  token.add("occupancy_one", "%", derived, [&] { return 100.0 * pipeline.occupancy(1); });
  token.add("occupancy_full", "%", derived,
            [&] { return 100.0 * pipeline.occupancy(pipeline.full()); });
  token.add("mxm_duty_one", "%", "issue cycles of all planes",
            [&] { return 100.0 * pipeline.mxm_duty(1); });
  token.add("mxm_duty_full", "%", derived,
            [&] { return 100.0 * pipeline.mxm_duty(pipeline.full()); });
  token.add("rate_full", "tokens/s", derived, [&] {
    return pipeline.throughput(pipeline.full()) * 1e6 * static_cast<double>(tried.chip.clock_mhz);
  });

  for (std::size_t i = 0; i < file.other_matmuls.size(); ++i) {
    const bool there = i < tried.others.size();
    OfRun other(tried, prefix, there ? *tried.others[i] : run, all);
    other.add("rate_" + file.other_matmuls[i], "tokens/s", "one user",
              [&] { return tried.others[i]->tokens_per_second; });
  }

  add_together(file, tried, prefix, pipeline, all);

  std::vector<const Run*> ran;
  std::copy_if(tried.sweep.begin(), tried.sweep.end(), std::back_inserter(ran),
               [](const Run* r) { return r->ran(); });
  OfRun longest(tried, prefix, ran.empty() ? run : *ran.back(), all);
  longest.add("longest", "positions", "the largest context of the sweep that runs",
              [&] { return static_cast<double>(ran.back()->context); });
  longest.add("slowdown", "%", "of the rate at the beginning of the sweep", [&] {
    return 100.0 * ran.back()->tokens_per_second / ran.front()->tokens_per_second;
  });
}

}  // namespace lpu::study
