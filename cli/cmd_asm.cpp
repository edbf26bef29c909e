// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.h"
#include "fabric/topology/system_spec.h"
#include "isa/asm/assembler.h"
#include "isa/program/program.h"

namespace lpu::cli {
namespace {

struct Options {
  std::string system;
  std::string text;
  std::string out;
};

int assemble(const Options& options) {
  const auto spec = fabric::read_system_spec(options.system);
  isa::write_program(options.out, isa::read_assembly(spec.chip, options.text));
  return kDone;
}

}  // namespace

void add_asm(CLI::App& app, Action& action) {
  auto* verb = app.add_subcommand("asm", "Assemble a text (.lpuasm) to a program file (.lpu)");
  auto options = std::make_shared<Options>();
  verb->add_option("text", options->text, "Assembly text")->required();
  verb->add_option("--system", options->system, "System file (.toml)")->required();
  verb->add_option("--out", options->out, "Program file")->required();
  verb->callback([&action, options] { action = [options] { return assemble(*options); }; });
}

}  // namespace lpu::cli
