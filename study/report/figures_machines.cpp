// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "study/chip/ceilings.h"
#include "study/claims/quantities.h"
#include "study/report/bars.h"
#include "study/report/figures.h"
#include "study/report/plot.h"

namespace lpu::study {
namespace {

constexpr double kTera = 1e12;

/// A bandwidth of weights that ends at the arithmetic.
Series roof(const std::string& name, std::string_view fill, Mark mark, double weights,
            double operations) {
  Series series{name, fill, mark, {}};
  const double ridge = operations / weights;
  for (const double x : {0.5, ridge, 4000.0}) {
    series.points.push_back({x, std::min(x * weights, operations) / kTera});
  }
  return series;
}

void add_points(Series& series, const std::vector<SpeedPoint>& speeds, double kilowatts) {
  for (const SpeedPoint& p : speeds) {
    series.points.push_back({p.rate_a_user, p.rate / kilowatts});
    series.labels.push_back(fmt::format("{}", p.users));
  }
}

/// Operations a chip does while its stage works, in TOPS; the users of the step share every weight.
Point point_of_run(const Tried& tried, const Run& run) {
  const double clock = 1e6 * static_cast<double>(tried.chip.clock_mhz);
  const double operations = 2.0 * static_cast<double>(run.users * tried.work.parameters_a_token);
  const double chip_seconds =
      static_cast<double>(run.stages.front().chips) * pipeline_of(run).work_cycles / clock;
  return {2.0 * static_cast<double>(run.users), operations / chip_seconds / kTera};
}

double value_of(const Quantities& all, const std::string& name) {
  return all.at(name).value.value_or(0.0);
}

}  // namespace

Figure roofline(const Evidence& e) {
  const Tried& large = e.of_large();
  const Run& run = *large.token;
  const ChipCeilings c = ceilings_of(large.chip);
  const double operations = 2.0 * static_cast<double>(large.work.parameters_a_token);
  Plot plot({"operations a weight that is read (8 bits): twice the tokens that share it", true, {}},
            {"TOPS of a chip or device", true, {}});
  plot.add(roof("chip: SRAM ports, int8", colour::kSky, Mark::kDashed, c.ports, c.operations_8));
  plot.add(roof("chip: streams or int8 install", colour::kBlue, Mark::kLine, c.install_8,
                c.operations_8));
  plot.add(
      roof("chip: fp16 install, fp16", colour::kGreen, Mark::kLine, c.install_16, c.operations_16));
  plot.add(roof(fmt::format("{}: memory, 8 bits", e.gpu.name), colour::kRed, Mark::kLine,
                e.gpu.memory_bytes_per_second, e.gpu.operations_per_second_8));
  if (run.ran()) {
    Series runs{"runs, a chip while its stage works: users in the step",
                colour::kInk,
                Mark::kPoints,
                {point_of_run(large, run)},
                {"1"}};
    if (large.together != nullptr && large.together->ran()) {
      runs.points.push_back(point_of_run(large, *large.together));
      runs.labels.push_back(std::to_string(large.together->users));
    }
    plot.add(std::move(runs));
  }
  for (const Measured& m : e.measured.measured) {
    if (m.accelerator == e.file.accelerator && m.step.devices == 1 && m.tokens_per_second > 0.0) {
      plot.add({fmt::format("{}, measured", e.gpu.name),
                colour::kPurple,
                Mark::kPoints,
                {{2.0, operations * m.tokens_per_second / kTera}}});
    }
  }
  return {"Roofline",
          fmt::format("Decoding {}. Ceilings are of one chip or device, each from its "
                      "own file; they are different cuts and not to be mixed. w8a16 multiplies in "
                      "fp16: its roof is the fp16 one.",
                      large.model_name),
          plot.svg(), false};
}

Figure frontier(const Evidence& e) {
  const Tried& large = e.of_large();
  const double devices = e.split.devices.value;
  Series lpu{
      fmt::format("{} chips, pipeline", large.chips), colour::kBlue, Mark::kLineAndPoints, {}};
  Series gpu{fmt::format("{:.0f} {}, batch, ceiling", devices, e.gpu.name),
             colour::kRed,
             Mark::kLineAndPoints,
             {}};
  add_points(lpu, large_speeds(e), e.economics.lpu.kilowatts(static_cast<double>(large.chips)));
  add_points(gpu, gpu_speeds(e), e.economics.gpu.kilowatts(devices));
  Series together{"users in a step, run", colour::kInk, Mark::kPoints, {}};
  if (large.together != nullptr && large.together->ran()) {
    const double rate = large.together->tokens_per_second;
    const auto users = static_cast<double>(large.together->users);
    const double kilowatts = e.economics.lpu.kilowatts(static_cast<double>(large.chips));
    together.points.push_back({rate, users * rate / kilowatts});
    together.labels.push_back(std::to_string(large.together->users));
  }
  Plot plot({"tokens/s of each user", true, {}}, {"tokens/s a kW of provisioned power", true, {}});
  plot.add(std::move(lpu));
  plot.add(std::move(together));
  plot.add(std::move(gpu));
  return {
      "What speed costs",
      fmt::format("{}, {} positions each; the numbers are users. LPUs: derived from the run, but "
                  "for the black point; GPUs: ceilings, 8-bit weights. {:.0f} W a chip ({}), "
                  "{:.0f} W a device ({}).",
                  large.model_name, large.token->context, e.economics.lpu.provisioned_watts.value,
                  e.economics.lpu.provisioned_watts.source, e.economics.gpu.provisioned_watts.value,
                  e.economics.gpu.provisioned_watts.source),
      plot.svg(), false};
}

Figure request(const Evidence& e, const Quantities& all) {
  const double output = e.split.output_tokens.value;
  BarChart chart{"ms of a request", {}, true};
  const auto add = [&](const std::string& name, const std::string& prefill,
                       const std::string& handoff, const std::string& token) {
    if (!all.at(prefill).value || !all.at(token).value) {
      return;
    }
    Bar bar{name, {{"prefill", colour::kOrange, value_of(all, prefill), 0.0}}, ""};
    if (!handoff.empty()) {
      bar.segments.push_back(
          {"hand-off of the cache", colour::kPurple, value_of(all, handoff), 0.0});
    }
    bar.segments.push_back({"decoding", colour::kBlue, output * value_of(all, token), 0.0});
    double ms = 0.0;
    for (const Segment& s : bar.segments) {
      ms += s.size;
    }
    bar.value = fmt::format("{:.0f} ms", ms);
    chart.bars.push_back(std::move(bar));
  };
  add("GPUs", "gpu.prefill", "", "gpu.token");
  add("LPUs", "large.prefill", "", "large.token");
  add(fmt::format("LPUs, {} in a step", e.file.positions_together), "large.prefill_together", "",
      "large.token");
  add("LPUs, in flight", "large.prefill_in_flight", "", "large.token");
  add("prefill on GPUs", "gpu.prefill", "split.handoff", "large.token");
  return {
      "A request on one machine, on the other and on both",
      fmt::format("{} positions in, {:.0f} tokens out, one user. GPUs: ceilings of {:.0f} {}. "
                  "LPUs fill the cache position after position, as runs show; in a step: derived "
                  "from a run of the first {} together; in flight: derived, as many "
                  "of these steps in the pipeline as it has room for.",
                  e.of_large().token->context, output, e.split.devices.value, e.gpu.name,
                  e.file.positions_together),
      svg_of(chart), false};
}

Figure token(const Evidence& e, const Quantities& all) {
  const Tried& large = e.of_large();
  BarChart chart{"ms of a token, one user", {}, true};
  const auto add = [&](const std::string& name, std::vector<Segment> segments, double ms) {
    chart.bars.push_back({name, std::move(segments), fmt::format("{:.3g} ms", ms)});
  };
  const double gpus = value_of(all, "gpu.token");
  add("GPUs at best", {{"GPUs", colour::kRed, gpus, 0.0}}, gpus);
  if (const auto measured = all.at("measured.8_devices").value) {
    add("8 GPUs, measured, 16 bits", {{"GPUs", colour::kRed, 1e3 / *measured, 0.0}},
        1e3 / *measured);
  }
  if (large.token->ran()) {
    const SplitToken mixed = split_token(e.split, e.gpu, large.work, 8, *large.token);
    add("LPUs", {{"LPUs", colour::kBlue, value_of(all, "large.token"), 0.0}},
        value_of(all, "large.token"));
    add("attention on GPUs",
        {{"GPUs", colour::kRed, 1e3 * mixed.attention, 0.0},
         {"crossings", colour::kPurple, 1e3 * mixed.crossings, 0.0},
         {"LPUs", colour::kBlue, 1e3 * mixed.rest, 0.0}},
        1e3 * mixed.seconds());
  }
  return {"A token on one machine, on the other and on both",
          fmt::format("{}, {} positions. Two crossings a layer of {:.0f} us and {:.0f} GB/s "
                      "({}); a stage works for one user while attention is elsewhere.",
                      large.model_name, large.token->context, 1e6 * e.split.crossing_seconds.value,
                      e.split.crossing_bytes_per_second.value / 1e9, e.split.crossing_seconds.from),
          svg_of(chart), false};
}

}  // namespace lpu::study
