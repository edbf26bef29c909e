// SPDX-License-Identifier: Apache-2.0
#include "cli/collective_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/collective/expected.h"
#include "compiler/collective/layout.h"
#include "fabric/schedule/link_schedule.h"
#include "isa/check/check.h"
#include "isa/program/timeline.h"

namespace lpu::cli {
namespace {

using collective::Kind;

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
void check(const fabric::SystemSpec& spec, const fabric::ProgramSet& programs,
           CollectiveResult& result) {
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
  const fabric::Topology topology(spec);
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
    if (!system.here(piece.chip)) {
      continue;
    }
    for (int step = piece.first; step < piece.first + piece.region.rows; ++step) {
      const auto vectors = expected.input(piece.chip, step);
      each_vector(layout, piece, step, plan.width, [&](int slice, int row, std::size_t v) {
        system.write_vector(piece.chip, slice, row, vectors[v]);
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
          const auto found = system.read_vector(piece->chip, slice, row);
          wrong += std::equal(found.begin(), found.end(), vectors[v].begin()) ? 0 : 1;
        });
      }
    }
  }
  return wrong;
}

}  // namespace

CollectiveResult run_collective(const collective::Request& request, std::uint64_t seed,
                                fabric::System& system, const fabric::RunOptions& run) {
  const fabric::SystemSpec& spec = system.spec();
  const auto operation = collective::compile(spec, request);
  CollectiveResult result;
  result.bytes = request.bytes;
  result.chips = spec.chips;
  result.algorithm = operation.plan.algorithm;
  result.predicted = operation.end - isa::Cycle{0};
  for (const auto& program : operation.programs) {
    result.instructions = std::max(result.instructions, program->instructions());
  }
  check(spec, operation.programs, result);

  const collective::Expected expected(spec.chip, request.kind, operation.plan, spec.chips, seed);
  if (run.values == tlm::Values::kFull) {
    place_inputs(operation.plan, expected, system);
  }
  const auto ran = fabric::run(system, operation.programs, run);
  if (run.values == tlm::Values::kFull) {
    result.wrong_vectors = wrong_outputs(operation.plan, expected, system);
  }
  result.cycles = ran.end - ran.start;
  result.seconds =
      static_cast<double>(result.cycles.value) / (1e6 * static_cast<double>(spec.chip.clock_mhz));
  result.bus_gbytes_per_second = static_cast<double>(request.bytes) *
                                 bus_factor(request.kind, spec.chips) / (1e9 * result.seconds);
  return result;
}

}  // namespace lpu::cli
