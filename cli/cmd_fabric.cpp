// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/network_run.h"
#include "fabric/topology/drawing.h"
#include "fabric/topology/facts.h"
#include "traces/file/whole_file.h"

namespace lpu::cli {
namespace {

struct Options {
  std::string system;
  std::string json;
  std::string report;
  std::vector<std::string> messages;
};

void write_json(const std::string& path, const std::string& system,
                const fabric::TopologyFacts& facts) {
  nlohmann::ordered_json json;
  json["system"] = system;
  json["chips"] = facts.chips;
  json["links"] = facts.links;
  json["diameter"] = facts.diameter;
  json["mean_hops"] = facts.mean_hops;
  json["bisection_gbytes_per_second"] = facts.bisection_gbytes_per_second;
  json["injection_gbytes_per_second"] = facts.injection_gbytes_per_second;
  traces::WholeFile file(path);
  file.write(json.dump(2) + '\n');
  file.commit();
}

std::string text_of(const fabric::SystemSpec& spec, const fabric::TopologyFacts& facts) {
  return fmt::format(
      "system       {}\nchips        {}\nlinks        {}\ndiameter     {} hops\n"
      "mean         {:.3f} hops\nhop          {} cycles, send to receive\n"
      "link         {:.3f} GB/s of payload, each direction\n"
      "bisection    {:.3f} GB/s of payload, one direction{}\n"
      "injection    {:.3f} GB/s a chip on the wire, {:.3f} of payload\n",
      spec.name, facts.chips, facts.links, facts.diameter, facts.mean_hops, facts.hop_cycles,
      facts.link_gbytes_per_second, facts.bisection_gbytes_per_second,
      facts.chips > fabric::kNodeChips ? ", least over cuts between whole nodes in a row" : "",
      facts.injection_gbytes_per_second, facts.injection_payload_gbytes_per_second);
}

void write_report(const std::string& path, const fabric::SystemSpec& spec,
                  const fabric::Topology& topology, const std::string& text) {
  traces::WholeFile file(path);
  file.write(
      fmt::format("<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{0}</title>\n"
                  "<style>body{{font-family:sans-serif;margin:2em;display:flex;flex-wrap:wrap;"
                  "gap:3em}}svg{{width:min(90vh,100%);flex:none}}</style>\n"
                  "<div><h1>{0}</h1><pre>{1}</pre><p>Blue: inside a node. Orange: between nodes."
                  "<br>A line is all cables between its ends, the wider the more.<br>"
                  "Names and numbers show under the pointer.</p></div>\n{2}</html>\n",
                  spec.name, text, fabric::draw(spec, topology)));
  file.commit();
}

int deliver(const fabric::SystemSpec& spec, const std::vector<std::string>& texts) {
  std::vector<fabric::Message> messages;
  messages.reserve(texts.size());
  for (const std::string& text : texts) {
    messages.push_back(parse_message(text));
  }
  const NetworkResult result = run_messages(spec, messages);
  for (const std::string& violation : result.violations) {
    fmt::print(stderr, "{}\n", violation);
  }
  for (const Delivered& d : result.messages) {
    fmt::print(
        "message      {} -> {}, {} vectors over {} to {} links each: {} cycles, {:.1f} ns\n",
        d.message.from, d.message.to, d.message.vectors, d.fewest_hops, d.most_hops, d.cycles.value,
        1000.0 * static_cast<double>(d.cycles.value) / static_cast<double>(spec.chip.clock_mhz));
  }
  if (!result.as_scheduled) {
    fmt::print(stderr, "the run is not the schedule\n");
  }
  return result.as_scheduled ? kDone : kCheckFailed;
}

int show(const Options& options) {
  const auto spec = fabric::read_system_spec(options.system);
  const fabric::Topology topology(spec);
  const fabric::TopologyFacts facts = fabric::facts(spec, topology);
  const std::string text = text_of(spec, facts);
  fmt::print("{}", text);
  if (!options.json.empty()) {
    write_json(options.json, spec.name, facts);
  }
  if (!options.report.empty()) {
    write_report(options.report, spec, topology, text);
  }
  return options.messages.empty() ? kDone : deliver(spec, options.messages);
}

}  // namespace

void add_fabric(CLI::App& app, Action& action) {
  auto* verb = app.add_subcommand("fabric", "Facts of a system's topology");
  auto options = std::make_shared<Options>();
  verb->add_option("--system", options->system, "System file (.toml)")->required();
  verb->add_option("--json", options->json, "Write the facts to this file");
  verb->add_option("--report", options->report, "Draw the wiring into this file (.html)");
  verb->add_option("--message", options->messages,
                   "Schedule and run FROM:TO:VECTORS[:READY] (repeatable)");
  verb->callback([&action, options] { action = [options] { return show(*options); }; });
}

}  // namespace lpu::cli
