// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "fabric/schedule/link_schedule.h"
#include "fabric/schedule/program_set.h"
#include "fabric/schedule/skew.h"
#include "isa/check/check.h"
#include "isa/spec/geometry.h"

namespace lpu::cli {
namespace {

struct Options {
  std::string system;
  std::string program;
  bool links{false};
};

/// Prints what is wrong with each chip's program; programs that several chips share, once.
std::size_t check_chips(const isa::ChipSpec& chip, const fabric::ProgramSet& programs) {
  std::size_t violations = 0;
  const isa::Program* last = nullptr;
  for (std::size_t c = 0; c < programs.size(); ++c) {
    if (programs[c] == nullptr || programs[c].get() == last) {
      continue;
    }
    last = programs[c].get();
    const auto result = isa::check(chip, *last);
    for (const auto& violation : result.violations) {
      fmt::print("chip{}: {}: {}\n", c, name_of(violation.rule), isa::text_of(violation));
    }
    violations += result.violations.size();
    if (result.violations.empty()) {
      fmt::print("chip{}: legal, ends in cycle {}\n", c, result.end.value);
    }
  }
  return violations;
}

/// Where chips have clocks of their own: by how much those may differ, and that chips are quiet
/// when they align.
std::size_t check_clocks(const fabric::SystemSpec& spec, const fabric::LinkSchedule& schedule,
                         std::span<const std::vector<isa::Issue>> issues) {
  if (!spec.physical.clock) {
    return 0;
  }
  if (const auto tolerated = fabric::tolerated_skew(spec, schedule)) {
    fmt::print("tolerates {} cycles of skew\n", tolerated->value);
  }
  const auto& deskew = spec.physical.clock->deskew;
  const auto unquiet = deskew ? fabric::first_unquiet(spec.chip, *deskew, issues) : std::nullopt;
  if (unquiet) {
    fmt::print("not-quiet: chip{}.{} works in cycle {}, in the stall of cycles {} to {}\n",
               unquiet->chip, isa::Geometry(spec.chip).name(unquiet->issue.queue),
               unquiet->issue.at.value, unquiet->stall_begins.value, unquiet->stall_ends.value - 1);
  }
  return unquiet ? 1 : 0;
}

std::size_t check_links(const fabric::SystemSpec& spec, const fabric::ProgramSet& programs,
                        bool print) {
  const fabric::Topology topology(spec);
  const auto issues = fabric::issues_of(spec.chip, programs);
  const auto schedule = fabric::derive(spec.chip, topology, issues);
  if (print) {
    fmt::print("{}", fabric::dump(spec.chip, schedule));
  }
  const auto violations = fabric::check(spec, schedule);
  for (const auto& violation : violations) {
    fmt::print("{}: {}\n", name_of(violation.rule), violation.what);
  }
  return violations.size() + check_clocks(spec, schedule, issues);
}

int check(const Options& options) {
  const auto spec = fabric::read_system_spec(options.system);
  const auto programs = fabric::read_programs(spec.chip, spec.chips, options.program);
  const std::size_t violations =
      check_chips(spec.chip, programs) + check_links(spec, programs, options.links);
  fmt::print("{} violations\n", violations);
  return violations == 0 ? kDone : kCheckFailed;
}

}  // namespace

void add_check(CLI::App& app, Action& action) {
  auto* verb = app.add_subcommand("check", "Say whether programs are legal: every violation");
  auto options = std::make_shared<Options>();
  verb->add_option("program", options->program,
                   "A program (.lpuasm, .lpu) for every chip, or a directory of chip<N> files")
      ->required();
  verb->add_option("--system", options->system, "System file (.toml)")->required();
  verb->add_flag("--links", options->links, "Print which vector crosses which link, and when");
  verb->callback([&action, options] { action = [options] { return check(*options); }; });
}

}  // namespace lpu::cli
