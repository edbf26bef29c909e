// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "fabric/topology/system_spec.h"
#include "isa/asm/disassembler.h"
#include "isa/program/program.h"

namespace lpu::cli {
namespace {

struct Options {
  std::string system;
  std::string program;
};

int disassemble(const Options& options) {
  const auto spec = fabric::read_system_spec(options.system);
  fmt::print("{}", isa::disassemble(spec.chip, isa::read_program(options.program)));
  return kDone;
}

}  // namespace

void add_disasm(CLI::App& app, Action& action) {
  auto* verb = app.add_subcommand("disasm", "Print a program file (.lpu) as assembly text");
  auto options = std::make_shared<Options>();
  verb->add_option("program", options->program, "Program file")->required();
  verb->add_option("--system", options->system, "System file (.toml)")->required();
  verb->callback([&action, options] { action = [options] { return disassemble(*options); }; });
}

}  // namespace lpu::cli
