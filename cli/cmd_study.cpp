// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/study.h"
#include "fabric/clock/characterise.h"
#include "fabric/system/clocks.h"
#include "fabric/system/unit_choice.h"
#include "isa/error/input_errors.h"
#include "traces/file/whole_file.h"

namespace lpu::cli {
namespace {

constexpr std::int64_t kExchanges = 130'000;  // of which 100,000 and more are counted
constexpr std::int64_t kEpochs = 36'000;      // of 252 cycles: 10 ms

fabric::SystemSpec system_with_clocks(const StudyOptions& options) {
  auto spec = fabric::read_system_spec(options.system);
  if (!spec.physical.clock || !spec.physical.spread) {
    throw isa::InputErrors(
        {isa::InputError(options.system, 0,
                         "its clocks or flights are ideal: [clock] and [link.spread] are needed")});
  }
  return spec;
}

nlohmann::ordered_json json_of(const fabric::LinkCharacter::Latency& latency) {
  return {{"least", latency.least},
          {"mean", latency.mean},
          {"most", latency.most},
          {"deviation", latency.deviation}};
}

/// The cables of chip 0, both ways.
int study_link(const StudyOptions& options) {
  const auto spec = system_with_clocks(options);
  const fabric::Topology topology(spec);
  const auto oscillators = fabric::oscillators_of(spec, options.seed);
  const fabric::FlightTime flight = fabric::flight_time_of(spec);
  nlohmann::ordered_json links = nlohmann::ordered_json::array();
  fmt::print("{:<28}{:>9}{:>7}{:>10}{:>7}{:>11}{:>9}\n", "link", "counted", "least", "mean", "most",
             "deviation", "ppm");
  for (std::size_t i = 0; i < topology.cables().size(); ++i) {
    const fabric::Cable& cable = topology.cables()[i];
    if (cable.a.chip != 0) {
      continue;
    }
    const isa::Cycles longer = cable.flight - spec.flight;
    const auto found = fabric::characterise(
        oscillators.at(0), oscillators.at(static_cast<std::size_t>(cable.b.chip)), kExchanges,
        flight.mean() + longer, [&](bool back, std::int64_t n) {
          return flight
              .of(fabric::draw(options.seed, fabric::Draws::kExchange, 2 * i + (back ? 1 : 0),
                               static_cast<std::uint64_t>(n)),
                  longer)
              .time;
        });
    const auto row = [&](fabric::LinkEnd from, fabric::LinkEnd to,
                         const fabric::LinkCharacter::Latency& latency) {
      fmt::print(
          "{:<28}{:>9}{:>7}{:>10.3f}{:>7}{:>11.3f}{:>9.3f}\n",
          fmt::format("chip{}.link{} to chip{}.link{}", from.chip, from.link, to.chip, to.link),
          found.counted, latency.least, latency.mean, latency.most, latency.deviation, found.ppm);
    };
    row(cable.a, cable.b, found.forth);
    row(cable.b, cable.a, found.back);
    links.push_back({{"chip", cable.b.chip},
                     {"link", cable.b.link},
                     {"counted", found.counted},
                     {"forth", json_of(found.forth)},
                     {"back", json_of(found.back)},
                     {"ppm", found.ppm}});
  }
  write_study(options, {{"system", spec.name}, {"exchanges", kExchanges}, {"links", links}});
  return kDone;
}

/// What a chip's counter is off from the root's, in cycles.
struct Skew {
  double least{0};
  double most{0};
};

int study_clock(const StudyOptions& options) {
  const auto spec = system_with_clocks(options);
  const fabric::Topology topology(spec);
  fabric::Alignment alignment = fabric::alignment_of(spec, topology, options.seed);
  const fabric::FlightTime flight = fabric::flight_time_of(spec);
  const auto period = static_cast<double>(isa::period_of(spec.chip.clock_mhz).value);
  std::vector<Skew> skews(static_cast<std::size_t>(spec.chips));
  const std::int64_t settled = alignment.settled();
  for (std::int64_t k = settled; k < settled + kEpochs; ++k) {
    const isa::Instant root = alignment.epoch(0, k);
    for (const auto& member : alignment.tree().members) {
      Skew& skew = skews[static_cast<std::size_t>(member.chip)];
      const auto late =
          static_cast<double>((alignment.epoch(member.chip, k) - root).value) / period;
      skew.least = std::min(skew.least, late);
      skew.most = std::max(skew.most, late);
    }
    alignment.forget(k);
  }
  const int levels = alignment.tree().levels();
  const std::int64_t start = alignment.start();
  fmt::print("levels       {}\nsettled      {} epochs after power came on\n", levels, settled);
  fmt::print("start        {} epochs, {} a level\n", start, levels == 0 ? 0 : start / levels);
  fmt::print("\n{:<8}{:>6}{:>10}{:>18}{:>16}\n", "chip", "level", "ppm", "earliest, cycles",
             "latest, cycles");
  nlohmann::ordered_json chips = nlohmann::ordered_json::array();
  // A level's counter follows the one above within the jitter.
  const std::int64_t jitter =
      std::max(flight.most() - flight.mean(), flight.mean() - flight.least()).value;
  bool within = true;
  for (const auto& member : alignment.tree().members) {
    const Skew& skew = skews[static_cast<std::size_t>(member.chip)];
    const auto ppm =
        static_cast<double>(alignment.oscillator(member.chip).config().offset_ppb) / 1e3;
    fmt::print("chip{:<4}{:>6}{:>10.3f}{:>18.2f}{:>16.2f}\n", member.chip, member.level, ppm,
               skew.least, skew.most);
    chips.push_back({{"chip", member.chip},
                     {"level", member.level},
                     {"ppm", ppm},
                     {"earliest", skew.least},
                     {"latest", skew.most}});
    const auto bound = static_cast<double>(jitter * member.level);
    within = within && skew.least >= -bound && skew.most <= bound;
  }
  fmt::print("\nresidual skew is {} {} cycles a level, the jitter of a link\n",
             within ? "within" : "NOT within", jitter);
  write_study(options, {{"system", spec.name},
                        {"levels", levels},
                        {"settled_epochs", settled},
                        {"start_epochs", start},
                        {"jitter", jitter},
                        {"chips", chips}});
  return within ? kDone : kCheckFailed;
}

struct Study {
  const char* name;
  bool of_system;
  int (*answer)(const StudyOptions& options);
};
constexpr std::array<Study, 6> kStudies{{{"link", true, study_link},
                                         {"clock", true, study_clock},
                                         {"accelerators", false, study_accelerators},
                                         {"capacity", true, study_capacity},
                                         {"claims", false, study_claims},
                                         {"speculation", true, study_speculation}}};

int answer(const StudyOptions& options) {
  const auto* study = std::find_if(kStudies.begin(), kStudies.end(),
                                   [&](const Study& s) { return s.name == options.name; });
  if (study == kStudies.end()) {
    throw fabric::UsageError(
        "study: '" + options.name +
        "' is none of link, clock, accelerators, capacity, claims, speculation");
  }
  if (study->of_system && options.system.empty()) {
    throw fabric::UsageError("study " + options.name + " needs --system");
  }
  if (!options.report.empty() && options.name != "claims") {
    throw fabric::UsageError("study " + options.name + " has no --report");
  }
  return study->answer(options);
}

}  // namespace

void write_study(const StudyOptions& options, const nlohmann::ordered_json& json) {
  if (!options.json.empty()) {
    traces::WholeFile file(options.json);
    file.write(json.dump(2) + '\n');
    file.commit();
  }
}

void add_study(CLI::App& app, Action& action) {
  auto* verb = app.add_subcommand("study", "A question about the whole system, answered by runs");
  auto options = std::make_shared<StudyOptions>();
  verb->add_option(
          "name", options->name,
          "link: how long flights take; clock: how well the counters of chips agree; "
          "accelerators: decoding on GPUs and TPUs, at best; capacity: what fits, by bytes and as "
          "placed; "
          "claims: what is said of such machines, and what runs show; "
          "speculation: a small model drafts, a large one checks")
      ->required();
  verb->add_option("--system", options->system, "System file (.toml)");
  verb->add_option("--model", options->model, "Directory with a config.json");
  verb->add_option("--accelerators", options->accelerators, "Directory of accelerator files")
      ->capture_default_str();
  verb->add_option("--context", options->context, "Positions in each user's cache")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 24))
      ->capture_default_str();
  verb->add_option("--users", options->users, "Users of one step")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 20))
      ->capture_default_str();
  verb->add_option("--seed", options->seed, "Of clocks and flights")->capture_default_str();
  verb->add_option("--claims", options->claims, "File of claims")->capture_default_str();
  verb->add_option("--draft-system", options->draft_system, "System of the small model (.toml)");
  verb->add_option("--draft-model", options->draft_model, "Small model that drafts");
  verb->add_option("--matmul", options->matmul, "Of both models of speculation")
      ->check(CLI::IsMember({"w8a8", "w8a16", "fp16"}))
      ->capture_default_str();
  verb->add_option("--acceptance", options->acceptance, "Of a drafted token, 0 to 1: 0.6,0.8")
      ->delimiter(',')
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  verb->add_option("--report", options->report, "Write a report of the claims (.html)");
  verb->add_option("--json", options->json, "Write the table to this file");
  verb->callback([&action, options] { action = [options] { return answer(*options); }; });
}

}  // namespace lpu::cli
