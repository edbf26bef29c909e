// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/model_request.h"
#include "compiler/placement/image.h"
#include "fabric/schedule/program_set.h"
#include "isa/error/input_error.h"

namespace lpu::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  ModelRequestOptions request;
  std::string out;
  std::string dump;
};

fabric::ProgramSet programs_of(const ModelRequest& r, std::size_t step) {
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
  return programs;
}

/// Moves every `step<K>` from one directory to the other, over what is there.
void move_steps(const fs::path& from, const fs::path& to, std::size_t steps) {
  std::error_code error;
  fs::create_directories(to, error);
  for (std::size_t step = 0; step < steps && !error; ++step) {
    const auto name = fmt::format("step{}", step);
    fs::remove_all(to / name, error);
    if (!error) {
      fs::rename(from / name, to / name, error);
    }
  }
  if (error) {
    throw isa::InputError(to.string(), 0, "cannot be written: " + error.message());
  }
}

/// The programs of step k in `DIR/step<k>`; those of step 0 bring the weights and the prompt. They
/// grow beside DIR and go there when all are whole.
void write_steps(const ModelRequest& r, const std::string& directory) {
  const std::string growing = directory + ".part";
  std::error_code ignored;
  try {
    for (std::size_t step = 0; step < r.compiled.steps.size(); ++step) {
      fabric::write_programs(fmt::format("{}/step{}", growing, step), programs_of(r, step));
    }
    move_steps(growing, directory, r.compiled.steps.size());
  } catch (const isa::InputError& e) {
    fs::remove_all(growing, ignored);
    if (!e.file().starts_with(growing)) {
      throw;
    }
    throw isa::InputError(directory + e.file().substr(growing.size()), 0, e.reason());
  }
  fs::remove_all(growing, ignored);
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
    // A name that ends in a slash is a directory's, too.
    write_steps(request, (fs::path(options.out) / "").parent_path().string());
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
