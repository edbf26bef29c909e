// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "fabric/schedule/link_schedule.h"
#include "fabric/schedule/program_set.h"
#include "isa/check/check.h"

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

std::size_t check_links(const fabric::SystemSpec& spec, const fabric::ProgramSet& programs,
                        bool print) {
  const fabric::Topology topology(spec);
  const auto schedule = fabric::derive(spec.chip, topology, fabric::issues_of(spec.chip, programs));
  if (print) {
    fmt::print("{}", fabric::dump(spec.chip, schedule));
  }
  const auto violations = fabric::check(spec, schedule);
  for (const auto& violation : violations) {
    fmt::print("{}: {}\n", name_of(violation.rule), violation.what);
  }
  return violations.size();
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
