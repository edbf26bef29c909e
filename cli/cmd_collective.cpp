// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/collective_run.h"
#include "cli/command.h"
#include "cli/machine.h"
#include "cli/run_outputs.h"
#include "traces/file/whole_file.h"

namespace lpu::cli {
namespace {

using collective::Kind;

struct Options {
  std::string system;
  Kind kind{Kind::kAllReduce};
  isa::Type type{isa::Type::kF16};
  std::string bytes;
  std::uint64_t seed{1};
  RunOutputOptions outputs;
};

const std::map<std::string, Kind> kKinds{{"allreduce", Kind::kAllReduce},
                                         {"reduce-scatter", Kind::kReduceScatter},
                                         {"all-gather", Kind::kAllGather},
                                         {"broadcast", Kind::kBroadcast}};
const std::map<std::string, isa::Type> kTypes{
    {"int8", isa::Type::kI8}, {"fp16", isa::Type::kF16}, {"fp32", isa::Type::kF32}};

template <typename Value>
std::string name_of(const std::map<std::string, Value>& names, Value value) {
  for (const auto& [name, v] : names) {
    if (v == value) {
      return name;
    }
  }
  return {};
}

/// `N`, or `FIRST:LAST`: FIRST, twice as many, and so on up to LAST.
std::vector<std::int64_t> sizes_of(const std::string& text) {
  const auto number = [&text](std::string_view part) {
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), n);
    if (error != std::errc{} || end != part.data() + part.size() || n < 1) {
      throw fabric::UsageError(fmt::format("--bytes {}: N or FIRST:LAST, from 1 on", text));
    }
    return n;
  };
  const std::size_t colon = text.find(':');
  const std::int64_t first = number(std::string_view(text).substr(0, colon));
  const std::int64_t last =
      colon == std::string::npos ? first : number(std::string_view(text).substr(colon + 1));
  if (first > last || last > std::int64_t{1} << 40) {
    throw fabric::UsageError(
        fmt::format("--bytes {}: FIRST is not above LAST, nor LAST above 2^40", text));
  }
  std::vector<std::int64_t> sizes;
  for (std::int64_t n = first; n <= last; n *= 2) {
    sizes.push_back(n);
  }
  return sizes;
}

nlohmann::ordered_json json_of(const Options& options, const CollectiveResult& result) {
  nlohmann::ordered_json json;
  json["operation"] = name_of(kKinds, options.kind);
  json["type"] = name_of(kTypes, options.type);
  json["algorithm"] = result.algorithm;
  json["bytes"] = result.bytes;
  json["chips"] = result.chips;
  json["cycles"] = result.cycles.value;
  json["predicted_cycles"] = result.predicted.value;
  json["checked_cycles"] = result.checked.value;
  json["seconds"] = result.seconds;
  json["bus_gbytes_per_second"] = result.bus_gbytes_per_second;
  json["instructions"] = result.instructions;
  json["values"] = options.outputs.values;
  json["wrong_vectors"] = result.wrong_vectors;
  return json;
}

void write_json(const Options& options, const std::vector<CollectiveResult>& results) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const CollectiveResult& result : results) {
    json.push_back(json_of(options, result));
  }
  traces::WholeFile file(options.outputs.json);
  file.write((results.size() == 1 ? json.front() : json).dump(2) + '\n');
  file.commit();
}

bool judge(const CollectiveResult& r) {
  if (!r.right()) {
    fmt::print(
        stderr,
        "lpu: {}: {} bytes: predicted {} cycles, checked {}, simulated {}, {} violations, {} "
        "wrong vectors\n",
        "lpu/collective/differs", r.bytes, r.predicted.value, r.checked.value, r.cycles.value,
        r.violations, r.wrong_vectors);
  }
  return r.right();
}

int execute(const Options& options) {
  const std::vector<std::int64_t> sizes = sizes_of(options.bytes);
  const auto spec = fabric::read_system_spec(options.system);
  RunOutputOptions records = options.outputs;
  records.json.clear();  // has other keys than the summary of a run
  RunOutputs outputs(records, spec);
  fabric::System& system = machine(outputs.system_config());
  outputs.attach(system);
  const auto run = outputs.run_options();

  fmt::print("{} of {} on {}, {} chips, values {}\n", name_of(kKinds, options.kind),
             name_of(kTypes, options.type), spec.name, spec.chips, options.outputs.values);
  fmt::print("{:>12} {:>14} {:>10} {:>12} {:>12} {:>13}\n", "bytes", "algorithm", "cycles",
             "microseconds", "bus GB/s", "instructions");
  std::vector<CollectiveResult> results;
  outputs.recorded([&] {
    for (const std::int64_t bytes : sizes) {
      const CollectiveResult& r = results.emplace_back(
          run_collective({options.kind, options.type, bytes}, options.seed, system, run));
      fmt::print("{:>12} {:>14} {:>10} {:>12.3f} {:>12.3f} {:>13}\n", r.bytes, r.algorithm,
                 r.cycles.value, 1e6 * r.seconds, r.bus_gbytes_per_second, r.instructions);
    }
    return 0;
  });
  fabric::RunResult ran;
  ran.end = system.next_start() - spec.flight;
  ran.statistics = system.statistics();
  traces::RunSummary summary = summarise(spec, ran);
  summary.predicted_cycles = summary.simulated_cycles;  // judged for each size below
  outputs.write(summary, ran.statistics.links, {});
  if (ranks().first() && !options.outputs.json.empty()) {
    write_json(options, results);
  }
  const bool right = std::all_of(results.begin(), results.end(), judge);
  return right ? verdict(summary) : kCheckFailed;
}

}  // namespace

void add_collective(CLI::App& app, Action& action) {
  auto* verb = app.add_subcommand("collective", "Schedule and simulate a collective operation");
  auto options = std::make_shared<Options>();
  verb->add_option("kind", options->kind, "allreduce, reduce-scatter, all-gather or broadcast")
      ->required()
      ->transform(CLI::Transformer(kKinds));
  verb->add_option("--system", options->system, "System file (.toml)")->required();
  verb->add_option("--bytes", options->bytes,
                   "N: size of the message; FIRST:LAST: all sizes from FIRST on, doubling")
      ->required();
  verb->add_option("--type", options->type, "int8, fp16 or fp32")
      ->transform(CLI::Transformer(kTypes))
      ->default_str("fp16");
  verb->add_option("--seed", options->seed, "Which values")->capture_default_str();
  add_run_output_options(*verb, options->outputs);
  verb->callback([&action, options] { action = [options] { return execute(*options); }; });
}

}  // namespace lpu::cli
