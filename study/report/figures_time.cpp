// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "study/report/bars.h"
#include "study/report/figures.h"
#include "study/report/plot.h"

namespace lpu::study {
namespace {

constexpr std::string_view kAbove = "#c3ccd5";

/// A token's time by kind of work.
Bar bar_of(const Tried& tried, const Run& run) {
  const double per_ms = 1e3 * static_cast<double>(tried.chip.clock_mhz);
  Bar bar{fmt::format("{}, {}, {}", run.model, context_name(run.context), run.matmul),
          {},
          fmt::format("{:.3g} ms", static_cast<double>(run.cycles) / per_ms)};
  for (const OperatorKind kind : kOperatorKinds) {
    bar.segments.push_back({std::string(text_of(kind)), colour_of(kind),
                            static_cast<double>(cycles_of(run, kind)) / per_ms, 0.0});
  }
  return bar;
}

}  // namespace

std::string_view colour_of(OperatorKind kind) {
  switch (kind) {
    case OperatorKind::kMatrix:
      return colour::kBlue;
    case OperatorKind::kAttention:
      return colour::kOrange;
    case OperatorKind::kAllReduce:
      return colour::kRed;
    case OperatorKind::kNorm:
      return colour::kGreen;
    case OperatorKind::kHandOver:
      return colour::kPurple;
    case OperatorKind::kOther:
      return colour::kGrey;
  }
  return colour::kGrey;
}

Figure waterfall(const Tried& tried) {
  const Run& run = *tried.token;
  Figure figure{fmt::format("A layer of {}", tried.model_name), run.refusal, "", false};
  if (!run.ran()) {
    return figure;
  }
  const double per_us = static_cast<double>(tried.config.num_hidden_layers) *
                        static_cast<double>(tried.chip.clock_mhz);
  BarChart chart{"us of a layer, mean of all layers, one user", {}, true};
  double at = 0.0;
  double bounds = 0.0;
  for (const Run::Operator& o : run.operators) {
    if (!in_layers(o.name)) {
      continue;
    }
    const double us = static_cast<double>(o.cycles) / per_us;
    const double bound = static_cast<double>(o.bound) / per_us;
    const OperatorKind kind = kind_of(o.name);
    chart.bars.push_back({o.name,
                          {{std::string(text_of(kind)), colour_of(kind), std::min(us, bound), at},
                           {"above the bound", kAbove, std::max(us - bound, 0.0), 0.0}},
                          fmt::format("{:.2f} ({:.2f} {})", us, bound, o.limit)});
    at += us;
    bounds += bound;
  }
  figure.svg = svg_of(chart);
  figure.note = fmt::format(
      "{}, {}, {} positions in the cache: {:.1f} us, hand-overs spread over all layers. By how "
      "much each operator moves the end of "
      "the "
      "token; what runs in the shadow of another costs nothing. In brackets its lower bound and "
      "what "
      "it waits for: {:.1f} us together.",
      tried.system_name, run.matmul, run.context, at, bounds);
  return figure;
}

Figure time_by_kind(const Evidence& e) {
  BarChart chart{"ms of a token, one user", {}, true};
  for (const Tried* tried : {&e.of_large(), &e.of_small()}) {
    std::vector<const Run*> runs = tried->sweep;
    runs.insert(runs.end(), tried->others.begin(), tried->others.end());
    for (const Run* run : runs) {
      if (run->ran()) {
        chart.bars.push_back(bar_of(*tried, *run));
      }
    }
  }
  return {
      "Where the time of a token goes",
      "Model, positions in its cache and matmul; every one of the sweep that runs. The segments "
      "add up to the simulated cycles.",
      svg_of(chart), false};
}

Figure rate_by_context(const Evidence& e) {
  Axis contexts{"positions in the cache", true, {}};
  Series gpu{
      fmt::format("8 {}, ceiling, 8-bit weights", e.gpu.name), colour::kGrey, Mark::kDashed, {}};
  std::vector<Series> all;
  for (const auto& [tried, fill] :
       {std::pair{&e.of_large(), colour::kBlue}, std::pair{&e.of_small(), colour::kGreen}}) {
    Series series{fmt::format("{} on {}", tried->model_name, tried->system_name),
                  fill,
                  Mark::kLineAndPoints,
                  {}};
    for (const Run* run : tried->sweep) {
      if (run->ran() && run->context > 0) {
        series.points.push_back({static_cast<double>(run->context), run->tokens_per_second});
        series.labels.push_back(fmt::format("{:.0f}", run->tokens_per_second));
      }
    }
    all.push_back(std::move(series));
  }
  for (const Run* run : e.of_large().sweep) {
    if (run->context > 0) {
      const auto context = static_cast<double>(run->context);
      contexts.ticks.emplace_back(context, context_name(run->context));
      const StepTime step = step_time(e.gpu, e.of_large().work, {8, 8, 1, run->context});
      gpu.points.push_back({context, 1.0 / step.seconds()});
    }
  }
  Plot plot(std::move(contexts), {"tokens/s of one user", true, {}});
  for (Series& series : all) {
    plot.add(std::move(series));
  }
  plot.add(std::move(gpu));
  return {"Speed and context",
          fmt::format("Points are runs; a context without a point was refused. The GPUs' curve is "
                      "the ceiling for {}.",
                      e.of_large().model_name),
          plot.svg(), false};
}

}  // namespace lpu::study
