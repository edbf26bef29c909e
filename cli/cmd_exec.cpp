// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/machine.h"
#include "cli/run_outputs.h"
#include "fabric/system/run.h"
#include "isa/program/timeline.h"

namespace lpu::cli {
namespace {

struct Options {
  std::string system;
  std::string program;
  RunOutputOptions outputs;
};

/// The end as it follows from the programs alone.
isa::Cycles predicted(const isa::ChipSpec& chip, const fabric::ProgramSet& programs) {
  isa::Cycles end;
  const isa::Program* last = nullptr;
  for (const auto& program : programs) {
    if (program != nullptr && program.get() != last) {
      end = std::max(end, isa::resolve(chip, *program).end - isa::Cycle{0});
    }
    last = program.get();
  }
  return end;
}

int execute(const Options& options) {
  const auto spec = fabric::read_system_spec(options.system);
  const auto programs = fabric::read_programs(spec.chip, spec.chips, options.program);
  RunOutputs outputs(options.outputs, spec);
  fabric::System& system = machine(outputs.system_config());
  outputs.attach(system);
  const auto run = outputs.run_options();
  const auto result = outputs.recorded([&] { return fabric::run(system, programs, run); });

  traces::RunSummary summary = summarise(spec, result);
  summary.predicted_cycles = predicted(spec.chip, programs);
  outputs.write(summary, result.statistics.links, {});
  fmt::print("system            {}\nchips             {}\nsimulated_cycles  {}\n", summary.system,
             summary.chips, summary.simulated_cycles.value);
  fmt::print("predicted_cycles  {}\nvector_ops        {}\nlink_vectors      {}\n",
             summary.predicted_cycles.value, summary.vector_ops, result.statistics.link_vectors);
  for (const auto& [name, value] : link_lines(summary)) {
    fmt::print("{:<17} {}\n", name, value);
  }
  return verdict(summary);
}

}  // namespace

void add_exec(CLI::App& app, Action& action) {
  auto* verb = app.add_subcommand("exec", "Simulate programs");
  auto options = std::make_shared<Options>();
  verb->add_option("--system", options->system, "System file (.toml)")->required();
  verb->add_option("--program", options->program,
                   "A program (.lpuasm, .lpu) for every chip, or a directory of chip<N> files")
      ->required();
  add_run_output_options(*verb, options->outputs);
  verb->callback([&action, options] { action = [options] { return execute(*options); }; });
}

}  // namespace lpu::cli
