// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "fabric/topology/facts.h"
#include "traces/file/whole_file.h"

namespace lpu::cli {
namespace {

struct Options {
  std::string system;
  std::string json;
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

int show(const Options& options) {
  const auto spec = fabric::read_system_spec(options.system);
  const fabric::Topology topology(spec);
  const fabric::TopologyFacts facts = fabric::facts(spec, topology);
  fmt::print("system       {}\nchips        {}\nlinks        {}\ndiameter     {} hops\n", spec.name,
             facts.chips, facts.links, facts.diameter);
  fmt::print("mean         {:.3f} hops\nhop          {} cycles, send to receive\n", facts.mean_hops,
             facts.hop_cycles);
  fmt::print("link         {:.3f} GB/s of payload, each direction\n", facts.link_gbytes_per_second);
  fmt::print("bisection    {:.3f} GB/s of payload, one direction\n",
             facts.bisection_gbytes_per_second);
  fmt::print("injection    {:.3f} GB/s a chip on the wire, {:.3f} of payload\n",
             facts.injection_gbytes_per_second, facts.injection_payload_gbytes_per_second);
  if (!options.json.empty()) {
    write_json(options.json, spec.name, facts);
  }
  return kDone;
}

}  // namespace

void add_fabric(CLI::App& app, Action& action) {
  auto* verb = app.add_subcommand("fabric", "Facts of a system's topology");
  auto options = std::make_shared<Options>();
  verb->add_option("--system", options->system, "System file (.toml)")->required();
  verb->add_option("--json", options->json, "Write the facts to this file");
  verb->callback([&action, options] { action = [options] { return show(*options); }; });
}

}  // namespace lpu::cli
