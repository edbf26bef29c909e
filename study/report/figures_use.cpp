// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <utility>

#include "study/pipeline/pipeline.h"
#include "study/report/bars.h"
#include "study/report/figures.h"
#include "study/report/plot.h"

namespace lpu::study {

Figure fill_by_stage(const Tried& tried) {
  const Run& run = *tried.token;
  Figure figure{fmt::format("What stands in the chips of {}", tried.model_name), run.refusal, "",
                true};
  if (!run.ran()) {
    return figure;
  }
  constexpr std::array<std::pair<const char*, std::string_view>, 6> kRows{
      {{"weights", colour::kBlue},
       {"embedding", colour::kSky},
       {"cache", colour::kOrange},
       {"values", colour::kGreen},
       {"text", colour::kPurple},
       {"other", colour::kGrey}}};
  const double rows =
      static_cast<double>(tried.chip.mem_bytes()) / static_cast<double>(tried.chip.vector_bytes());
  ColumnChart chart{"stage", "% of a chip's rows", 100.0, {}};
  for (const Run::Stage& stage : run.stages) {
    Bar bar{stage.part, {}, ""};
    for (const auto& [name, fill] : kRows) {
      const auto found = stage.rows.find(name);
      const double taken = found == stage.rows.end() ? 0.0 : static_cast<double>(found->second);
      bar.segments.push_back({name, fill, 100.0 * taken / rows, 0.0});
    }
    chart.bars.push_back(std::move(bar));
  }
  figure.svg = svg_of(chart);
  figure.note = fmt::format(
      "{}, {} stages of {} chips, {} positions of one user in the cache, of {:.0f} rows of {} "
      "bytes. Text and values are those of this token.",
      tried.system_name, run.stages.size(), run.stages.front().chips, run.context, rows,
      tried.chip.vector_bytes());
  return figure;
}

Figure use_by_users(const Tried& tried) {
  const Run& run = *tried.token;
  Figure figure{"Use of the machine and number of users", run.refusal, "", false};
  if (!run.ran()) {
    return figure;
  }
  const Pipeline pipeline = pipeline_of(run);
  Series stages{"stages at work", colour::kBlue, Mark::kLine, {}};
  Series planes{"matrix planes' queues dispatching", colour::kRed, Mark::kLine, {}};
  for (std::int64_t users = 1; users <= pipeline.stages; ++users) {
    const auto x = static_cast<double>(users);
    stages.points.push_back({x, 100.0 * pipeline.occupancy(users)});
    planes.points.push_back({x, 100.0 * pipeline.mxm_duty(users)});
  }
  Plot plot({"users in flight", false, {}}, {"% of the time", false, {}});
  plot.add(std::move(stages));
  plot.add(std::move(planes));
  figure.svg = plot.svg();
  figure.note = fmt::format(
      "{} on {}, {} positions each. Derived from the stages' cycles in the run of one user: a "
      "stage "
      "works for one user at a time, the slowest sets the throughput, full with {} users.",
      tried.model_name, tried.system_name, run.context, pipeline.full());
  if (const auto placed = tried.placed.find(run.context); placed != tried.placed.end()) {
    figure.note += fmt::format(" The compiler places the caches of {}.", placed->second);
  }
  return figure;
}

Figure users_by_context(const Evidence& e) {
  const Tried& large = e.of_large();
  const double machine = static_cast<double>(large.chip.mem_bytes() * large.chips);
  Series lpu{
      fmt::format("{} chips, by bytes", large.chips), colour::kBlue, Mark::kLineAndPoints, {}};
  Series gpu{fmt::format("8 {}, by bytes", e.gpu.name), colour::kRed, Mark::kLineAndPoints, {}};
  Axis contexts{"positions in each user's cache", true, {}};
  for (const std::int64_t context : e.file.contexts) {
    if (context == 0) {
      continue;
    }
    const auto x = static_cast<double>(context);
    contexts.ticks.emplace_back(x, context_name(context));
    for (const auto& [series, bytes] :
         {std::pair{&lpu, machine}, std::pair{&gpu, 8 * e.gpu.memory_bytes}}) {
      const auto users = static_cast<double>(users_that_fit(bytes, large.work, 8, context));
      if (users > 0) {
        series->points.push_back({x, users});
        series->labels.push_back(fmt::format("{:.0f}", users));
      }
    }
  }
  Series placed{fmt::format("{} chips, as the compiler places", large.chips),
                colour::kOrange,
                Mark::kLineAndPoints,
                {}};
  for (const auto& [context, users] : large.placed) {
    if (users > 0) {
      placed.points.push_back({static_cast<double>(context), static_cast<double>(users)});
      placed.labels.push_back(std::to_string(users));
    }
  }
  Plot plot(std::move(contexts), {"users whose caches fit", true, {}});
  plot.add(std::move(lpu));
  plot.add(std::move(placed));
  plot.add(std::move(gpu));
  return {"Users that fit",
          fmt::format("{}, by bytes: 8-bit weights once, keys and values in 16 bits; and what the "
                      "compiler places on the chips, without values and text of a step "
                      "(lpu study capacity).",
                      large.model_name),
          plot.svg(), false};
}

}  // namespace lpu::study
