// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/run_outputs.h"
#include "compiler/collective/collective.h"
#include "compiler/collective/expected.h"
#include "compiler/collective/layout.h"
#include "fabric/schedule/link_schedule.h"
#include "fabric/system/run.h"
#include "isa/check/check.h"
#include "isa/program/timeline.h"
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

/// One operation, run.
struct Result {
  std::int64_t bytes{0};
  int chips{0};
  std::string algorithm;
  std::int64_t instructions{0};  // of the longest program
  isa::Cycles cycles;
  isa::Cycles predicted;
  isa::Cycles checked;
  double seconds{0.0};
  double bus_gbytes_per_second{0.0};
  std::int64_t violations{0};
  std::int64_t wrong_vectors{0};

  [[nodiscard]] bool right() const {
    return cycles == predicted && cycles == checked && violations == 0 && wrong_vectors == 0;
  }
};

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
  std::vector<std::int64_t> sizes;
  for (std::int64_t n = first; n <= last; n *= 2) {
    sizes.push_back(n);
  }
  if (sizes.empty() || sizes.back() > std::int64_t{1} << 40) {
    throw fabric::UsageError(fmt::format("--bytes {}: FIRST is not above LAST, nor LAST 2^40", text));
  }
  return sizes;
}

/// As nccl-tests defines it: what the links of the slowest algorithm would have to carry, so that
/// the figure can be held against their bandwidth.
double bus_factor(Kind kind, int chips) {
  const double others = static_cast<double>(chips - 1) / chips;
  switch (kind) {
    case Kind::kAllReduce:
      return 2.0 * others;
    case Kind::kBroadcast:
      return 1.0;
    default:
      return others;
  }
}

/// The programs judged without the compiler and without the model.
void check(const fabric::SystemSpec& spec, const fabric::ProgramSet& programs, Result& result) {
  const auto complain = [&result](const std::string& what) {
    constexpr int kShown = 20;
    if (result.violations++ < kShown) {
      fmt::print(stderr, "lpu: {}\n", what);
    }
  };
  std::vector<std::vector<isa::Issue>> on_links;
  for (std::size_t c = 0; c < programs.size(); ++c) {
    const isa::CheckResult checked = isa::check(spec.chip, *programs[c]);
    for (const isa::Violation& v : checked.violations) {
      complain(fmt::format("chip{}: {}: {}", c, name_of(v.rule), isa::text_of(v)));
    }
    result.checked = std::max(result.checked, checked.end - isa::Cycle{0});
    auto& kept = on_links.emplace_back();
    for (const isa::Issue& issue : isa::resolve(spec.chip, *programs[c]).issues) {
      if (issue.insn.op == isa::Op::kSend || issue.insn.op == isa::Op::kReceive) {
        kept.push_back(issue);
      }
    }
  }
  const fabric::Topology topology(spec.topology, spec.chips);
  for (const auto& v : fabric::check(spec, fabric::derive(spec.chip, topology, on_links))) {
    complain(fmt::format("{}: {}", name_of(v.rule), v.what));
  }
}

/// Calls `visit(slice, row, vector)` for the vectors of one step of a piece.
template <typename Visit>
void each_vector(const collective::Layout& layout, const collective::Piece& piece, int step,
                 int width, Visit visit) {
  for (int v = 0; v < width; ++v) {
    visit(layout.slice(piece.region.group, v), piece.region.row + step - piece.first,
          static_cast<std::size_t>(v));
  }
}

void place_inputs(const collective::Plan& plan, const collective::Expected& expected,
                  fabric::System& system) {
  const collective::Layout layout(system.spec().chip);
  for (const collective::Piece& piece : plan.inputs) {
    for (int step = piece.first; step < piece.first + piece.region.rows; ++step) {
      const auto vectors = expected.input(piece.chip, step);
      each_vector(layout, piece, step, plan.width, [&](int slice, int row, std::size_t v) {
        system.chip(piece.chip).write_vector(slice, row, vectors[v]);
      });
    }
  }
}

std::int64_t wrong_outputs(const collective::Plan& plan, const collective::Expected& expected,
                           fabric::System& system) {
  const collective::Layout layout(system.spec().chip);
  std::map<int, std::vector<const collective::Piece*>> by_first;
  for (const collective::Piece& piece : plan.outputs) {
    by_first[piece.first].push_back(&piece);
  }
  std::int64_t wrong = 0;
  for (const auto& [first, pieces] : by_first) {
    for (int step = first; step < first + pieces.front()->region.rows; ++step) {
      const auto vectors = expected.output(step);
      for (const collective::Piece* piece : pieces) {
        each_vector(layout, *piece, step, plan.width, [&](int slice, int row, std::size_t v) {
          const auto found = system.chip(piece->chip).read_vector(slice, row);
          wrong += std::equal(found.begin(), found.end(), vectors[v].begin()) ? 0 : 1;
        });
      }
    }
  }
  return wrong;
}

Result perform(const Options& options, std::int64_t bytes, fabric::System& system,
               const fabric::RunOptions& run) {
  const fabric::SystemSpec& spec = system.spec();
  const auto operation = collective::compile(spec, {options.kind, options.type, bytes});
  Result result;
  result.bytes = bytes;
  result.chips = spec.chips;
  result.algorithm = operation.plan.algorithm;
  result.predicted = operation.end - isa::Cycle{0};
  for (const auto& program : operation.programs) {
    result.instructions = std::max(result.instructions, program->instructions());
  }
  check(spec, operation.programs, result);

  const collective::Expected expected(spec.chip, options.kind, operation.plan, spec.chips,
                                      options.seed);
  if (run.values == tlm::Values::kFull) {
    place_inputs(operation.plan, expected, system);
  }
  const auto ran = fabric::run(system, operation.programs, run);
  if (run.values == tlm::Values::kFull) {
    result.wrong_vectors = wrong_outputs(operation.plan, expected, system);
  }
  result.cycles = ran.end - ran.start;
  result.seconds = static_cast<double>(result.cycles.value) / (1e6 * static_cast<double>(spec.chip.clock_mhz));
  result.bus_gbytes_per_second = static_cast<double>(bytes) * bus_factor(options.kind, spec.chips) /
                                 (1e9 * result.seconds);
  return result;
}

nlohmann::ordered_json json_of(const Options& options, const Result& result) {
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

void write_json(const Options& options, const std::vector<Result>& results) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const Result& result : results) {
    json.push_back(json_of(options, result));
  }
  traces::WholeFile file(options.outputs.json);
  file.write((results.size() == 1 ? json.front() : json).dump(2) + '\n');
  file.commit();
}

int execute(const Options& options) {
  const std::vector<std::int64_t> sizes = sizes_of(options.bytes);
  const auto spec = fabric::read_system_spec(options.system);
  RunOutputOptions records = options.outputs;
  records.json.clear();  // not the summary of a run
  RunOutputs outputs(records, spec);
  fabric::System system("lpu", outputs.system_config());
  outputs.attach(system);
  const auto run = outputs.run_options();

  fmt::print("{} of {} on {}, {} chips, values {}\n", name_of(kKinds, options.kind),
             name_of(kTypes, options.type), spec.name, spec.chips, options.outputs.values);
  fmt::print("{:>12} {:>14} {:>10} {:>12} {:>12} {:>13}\n", "bytes", "algorithm", "cycles",
             "microseconds", "bus GB/s", "instructions");
  std::vector<Result> results;
  outputs.recorded([&] {
    for (const std::int64_t bytes : sizes) {
      const Result r = results.emplace_back(perform(options, bytes, system, run));
      fmt::print("{:>12} {:>14} {:>10} {:>12.3f} {:>12.3f} {:>13}\n", r.bytes, r.algorithm,
                 r.cycles.value, 1e6 * r.seconds, r.bus_gbytes_per_second, r.instructions);
    }
    return 0;
  });
  fabric::RunResult ran;
  ran.end = system.next_start() - spec.flight;
  ran.statistics = system.statistics();
  traces::RunSummary summary = summarise(spec, ran);
  summary.predicted_cycles = summary.simulated_cycles;
  outputs.write(summary, system, {});
  if (!options.outputs.json.empty()) {
    write_json(options, results);
  }
  int status = kDone;
  for (const Result& r : results) {
    if (!r.right()) {
      fmt::print(stderr,
                 "lpu: lpu/system/prediction-differs: {} bytes: predicted {} cycles, checked {}, simulated {}, "
                 "{} violations, {} wrong vectors\n",
                 r.bytes, r.predicted.value, r.checked.value, r.cycles.value, r.violations,
                 r.wrong_vectors);
      status = kCheckFailed;
    }
  }
  return status == kDone ? verdict(summary) : status;
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
