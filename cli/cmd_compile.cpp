// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/model_request.h"
#include "compiler/placement/image.h"
#include "fabric/schedule/program_set.h"

namespace lpu::cli {
namespace {

struct Options {
  ModelRequestOptions request;
  std::string out;
  std::string dump;
};

/// The programs of step k in `DIR/step<k>`; those of step 0 bring the weights and the prompt.
void write_steps(const ModelRequest& r, const std::string& directory) {
  for (std::size_t step = 0; step < r.compiled.steps.size(); ++step) {
    fabric::ProgramSet programs;
    for (int chip = 0; chip < r.system.chips; ++chip) {
      auto program = std::make_shared<isa::Program>(*r.compiled.steps[step].program);
      if (step == 0 && r.model.has_weights()) {
        program->data = compiler::memory_image(r.system.chip, r.compiled.placement, r.model, chip);
        const auto tokens = compiler::token_image(r.system.chip, r.compiled.placement, r.prompt);
        program->data.insert(program->data.end(), tokens.begin(), tokens.end());
      }
      programs.push_back(std::move(program));
    }
    fabric::write_programs(fmt::format("{}/step{}", directory, step), programs);
  }
}

void dump(const ModelRequest& r, const std::string& level) {
  if (level == "graph") {
    fmt::print("{}", compiler::dump(r.compiled.graph));
  } else if (level == "placement") {
    fmt::print("{}", compiler::dump(r.compiled.placement, r.system.chip));
  } else if (level == "schedule") {
    const isa::Geometry geometry(r.system.chip);
    for (const auto& step : r.compiled.steps) {
      fmt::print("{}\n{}", step.program->name, compiler::dump(step.schedule, geometry));
    }
  }
}

int execute(const Options& options) {
  const ModelRequest request = compile_request(options.request);
  dump(request, options.dump);
  if (!options.out.empty()) {
    write_steps(request, options.out);
  }
  if (options.dump.empty()) {
    for (const auto& step : request.compiled.steps) {
      fmt::print("{:<8} {:>8} cycles {:>8} instructions a chip\n", step.program->name,
                 step.schedule.end.value, step.program->instructions());
    }
  }
  return kDone;
}

}  // namespace

void add_compile(CLI::App& app, Action& action) {
  auto* verb = app.add_subcommand("compile", "Compile a model for a system");
  auto options = std::make_shared<Options>();
  add_model_request_options(*verb, options->request);
  verb->add_option("--out", options->out, "Write step<K>/chip<N>.lpu into this directory");
  verb->add_option("--dump", options->dump, "Print a level as text")
      ->check(CLI::IsMember({"graph", "placement", "schedule"}));
  verb->callback([&action, options] { action = [options] { return execute(*options); }; });
}

}  // namespace lpu::cli
