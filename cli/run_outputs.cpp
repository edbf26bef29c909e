// SPDX-License-Identifier: Apache-2.0
#include "cli/run_outputs.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <tuple>

#include "cli/command.h"
#include "isa/spec/geometry.h"

namespace lpu::cli {
namespace {

std::int64_t peak_rss_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

double fraction(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Busy fraction by what `name_of` says a queue belongs to; queues without a name are left out.
template <typename NameOf>
std::map<std::string, double> busy_by(const fabric::SystemSpec& spec,
                                      const fabric::RunResult& result, NameOf name_of) {
  const isa::Geometry geometry(spec.chip);
  const std::int64_t cycles = (result.end - result.start).value;
  std::map<std::string, std::int64_t> busy;
  std::map<std::string, std::int64_t> whole;
  for (int q = 0; q < geometry.queues(); ++q) {
    const std::string name = name_of(geometry, q);
    for (const tlm::Statistics& chip : result.statistics.chips) {
      busy[name] += chip.queues[static_cast<std::size_t>(q)].busy_cycles;
      whole[name] += cycles;
    }
  }
  std::map<std::string, double> fractions;
  for (const auto& [name, cycles_busy] : busy) {
    if (!name.empty()) {
      fractions[name] = fraction(cycles_busy, whole[name]);
    }
  }
  return fractions;
}

std::string kind_of_unit(const isa::Geometry& geometry, int queue) {
  switch (geometry.info(queue).unit) {
    case isa::Unit::kMem:
      return "mem";
    case isa::Unit::kVxm:
      return "vxm";
    case isa::Unit::kMxm:
      return "mxm";
    case isa::Unit::kSxm:
      return "sxm";
    default:
      return "";
  }
}

std::string name_of_queue(const isa::Geometry& geometry, int queue) { return geometry.name(queue); }

std::vector<traces::LinkTraffic> traffic_of(const std::vector<fabric::LinkStatistics>& links) {
  std::vector<traces::LinkTraffic> traffic;
  for (const fabric::LinkStatistics& l : links) {
    if (l.vectors > 0) {
      traffic.push_back({l.from.chip, l.from.link, l.to.chip, l.to.link, l.vectors});
    }
  }
  return traffic;
}

}  // namespace

void add_run_output_options(CLI::App& verb, RunOutputOptions& options) {
  verb.add_option("--values", options.values, "full: compute every bit; none: time only")
      ->check(CLI::IsMember({"full", "none"}))
      ->capture_default_str();
  verb.add_option("--unit", options.units,
                  "PATTERN=tlm|rtl|both: what stands in the place of these units")
      ->allow_extra_args(false);
  auto* wave = verb.add_option("--wave", options.wave, "Write a waveform (.vcd or .fst)");
  verb.add_option("--wave-scope", options.wave_scope, "PATTERN: only these units")
      ->needs(wave)
      ->capture_default_str();
  verb.add_option("--wave-window", options.wave_window, "FIRST:LAST: only these cycles")
      ->needs(wave);
  verb.add_option("--trace", options.trace, "Write a trace for Perfetto (.json)");
  verb.add_option("--report", options.report, "Write a report (.html)");
  verb.add_option("--json", options.json, "Write the summary of the run to this file");
  verb.add_option("--fabric-seed", options.fabric_seed,
                  "Of clocks, flights and errors on links that the system file lets vary")
      ->capture_default_str();
}

RunOutputs::RunOutputs(const RunOutputOptions& options, const fabric::SystemSpec& spec)
    : options_(options), spec_(spec), began_(std::chrono::steady_clock::now()) {
  if (ranks().size() > 1 && !options.wave.empty() && !options.units.empty()) {
    throw fabric::UsageError("--wave with --unit: signals of RTL are recorded in one process only");
  }
  if (!ranks().first()) {
    return;
  }
  const isa::Geometry geometry(spec.chip);
  if (!options.wave.empty()) {
    traces::WaveFile::Config wave;
    wave.path = options.wave;
    wave.scope = options.wave_scope;
    wave.clock_mhz = spec.chip.clock_mhz;
    if (!options.wave_window.empty()) {
      std::tie(wave.first, wave.last) = parse_wave_window(options.wave_window);
    }
    wave_ = std::make_unique<WaveRecord>(wave, geometry, spec.chips);
    tee_.add(*wave_);
  }
  if (!options.trace.empty()) {
    trace_ = std::make_unique<traces::PerfettoFile>(options.trace, geometry, spec.chips,
                                                    spec.chip.clock_mhz);
    tee_.add(*trace_);
  }
  if (!options.report.empty()) {
    report_ = std::make_unique<traces::ReportSink>(geometry, spec.chips);
    tee_.add(*report_);
  }
}

fabric::System::Config RunOutputs::system_config() const {
  fabric::System::Config config;
  config.spec = spec_;
  config.values = values();
  config.ranks = &ranks();
  config.seed = options_.fabric_seed;
  for (const std::string& text : options_.units) {
    config.units.push_back(fabric::parse_unit_choice(text));
  }
  if (!options_.wave.empty()) {
    // RTL is looked at when a window ends: it must be in the cycle that is written.
    config.window = isa::Cycles{1};
  }
  return config;
}

void RunOutputs::attach(fabric::System& system) {
  if (wave_) {
    wave_->open(system);
  }
}

tlm::Values RunOutputs::values() const {
  return options_.values == "none" ? tlm::Values::kNone : tlm::Values::kFull;
}

fabric::RunOptions RunOutputs::run_options() {
  fabric::RunOptions run;
  run.values = values();
  if (!options_.trace.empty() || !options_.wave.empty() || !options_.report.empty()) {
    run.sink = &tee_;
  }
  if (wave_) {
    run.on_window = [this](fabric::System& system, isa::Cycle end) { wave_->advance(system, end); };
  }
  return run;
}

void RunOutputs::close_records() {
  if (wave_) {
    wave_->close();
  }
  if (trace_) {
    trace_->close();
  }
}

void RunOutputs::write(traces::RunSummary& summary,
                       const std::vector<fabric::LinkStatistics>& links,
                       const std::vector<traces::Phase>& phases) const {
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began_;
  summary.values = options_.values;
  summary.wall_seconds = wall.count();
  summary.peak_rss_bytes = peak_rss_bytes();
  if (report_) {
    write_report(summary, links, phases);
  }
  if (ranks().first() && !options_.json.empty()) {
    traces::write_summary(options_.json, summary);
  }
}

void RunOutputs::write_report(const traces::RunSummary& s,
                              const std::vector<fabric::LinkStatistics>& links,
                              const std::vector<traces::Phase>& phases) const {
  traces::ReportData data;
  data.title = s.model.empty() ? s.system : s.model + " on " + s.system;
  const auto fact = [&data](const char* name, std::string value) {
    if (!value.empty()) {
      data.facts.emplace_back(name, std::move(value));
    }
  };
  fact("system", fmt::format("{}, {} chips", s.system, s.chips));
  fact("model", s.model);
  fact("matmul", s.matmul);
  fact("values", s.values);
  fact("answer", s.text);
  if (!s.cycles_per_token.empty()) {
    fact("modelled machine", fmt::format("{:.1f} tokens/s", s.simulated_tokens_per_second));
  }
  fact("cycles", fmt::format("{} predicted, {} simulated", s.predicted_cycles.value,
                             s.simulated_cycles.value));
  fact("vector operations", std::to_string(s.vector_ops));
  for (const auto& [name, value] : link_lines(s)) {
    fact(name, value);
  }
  if (s.cosim.compared_outputs > 0) {
    fact("RTL", fmt::format("{} outputs compared, {} differences", s.cosim.compared_outputs,
                            s.cosim.differences));
  }
  data.phases = phases;
  for (const auto& link : links) {
    data.links.push_back({fabric::link_name(link.from, link.to), link.vectors,
                          fraction(link.vectors * spec_.chip.c2c_pace, s.simulated_cycles.value)});
  }
  data.cycles_per_token = s.cycles_per_token;
  data.cycles = s.simulated_cycles;
  data.clock_mhz = spec_.chip.clock_mhz;
  traces::write_report(options_.report, data, *report_);
}

std::vector<std::pair<const char*, std::string>> link_lines(const traces::RunSummary& summary) {
  std::vector<std::pair<const char*, std::string>> lines;
  if (const auto& met = summary.links) {
    if (met->tolerated_skew) {
      lines.emplace_back("tolerated skew", fmt::format("{} cycles", met->tolerated_skew->value));
      lines.emplace_back("skew", fmt::format("{} to {} cycles", met->least_skew, met->most_skew));
    }
    lines.emplace_back("damaged vectors",
                       fmt::format("{} corrected, {} undetected", met->corrected_vectors,
                                   met->undetected_vectors));
  }
  return lines;
}

int verdict(const traces::RunSummary& summary) {
  if (summary.cosim.differences == 0 && summary.predicted_cycles == summary.simulated_cycles) {
    return kDone;
  }
  fmt::print(stderr,
             "lpu: {}: predicted {} cycles, simulated {}, {} differences between model and RTL\n",
             "lpu/system/prediction-differs", summary.predicted_cycles.value,
             summary.simulated_cycles.value, summary.cosim.differences);
  return kCheckFailed;
}

traces::RunSummary summarise(const fabric::SystemSpec& spec, const fabric::RunResult& result) {
  traces::RunSummary summary;
  const std::int64_t cycles = (result.end - result.start).value;
  const auto directions = static_cast<std::int64_t>(result.statistics.links.size());
  summary.system = spec.name;
  summary.chips = spec.chips;
  summary.simulated_cycles = {cycles};
  summary.vector_ops = result.statistics.vector_ops;
  summary.units = busy_by(spec, result, kind_of_unit);
  summary.queues = busy_by(spec, result, name_of_queue);
  summary.traffic = traffic_of(result.statistics.links);
  summary.links_busy =
      fraction(result.statistics.link_vectors * spec.chip.c2c_pace, directions * cycles);
  if (spec.physical.clock || spec.physical.errors) {
    const fabric::SystemStatistics& met = result.statistics;
    summary.links = {met.least_skew, met.most_skew, met.tolerated_skew, met.corrected_vectors,
                     met.undetected_vectors};
  }
  summary.cosim = {result.statistics.compared_outputs, result.statistics.differences};
  return summary;
}

}  // namespace lpu::cli
