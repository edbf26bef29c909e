// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>

#include "cli/command.h"
#include "cli/model_request.h"
#include "cli/step_summary.h"
#include "compiler/placement/image.h"
#include "compiler/placement/parts.h"
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

/// The programs of a step; those of step 0 bring the weights, and to the first stage the prompt.
fabric::ProgramSet programs_of(const ModelRequest& r, const compiler::CompiledStep& step) {
  fabric::ProgramSet programs = step.programs;
  const bool first = step.context.tokens.front().row == 0;
  if (!first || !r.model.has_weights()) {
    return programs;
  }
  for (const compiler::PlacedStage& placed : r.compiled.stages()) {
    for (int c = 0; c < placed.stage.chips; ++c) {
      auto& program = programs[static_cast<std::size_t>(placed.stage.first_chip + c)];
      auto loaded = std::make_shared<isa::Program>(*program);
      loaded->data = compiler::memory_image(r.system.chip, placed.placement, r.model, c);
      if (placed.placement.embedding) {
        const auto tokens = compiler::token_image(r.system.chip, placed.placement, r.prompt);
        loaded->data.insert(loaded->data.end(), tokens.begin(), tokens.end());
      }
      program = std::move(loaded);
    }
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

using EachStep = std::function<void(const compiler::CompiledStep&)>;

/// One after the other, because one alone may take gigabytes.
void for_all_steps(const ModelRequest& r, const EachStep& each) {
  for (std::size_t k = 0; k < r.compiled.steps(); ++k) {
    each(*r.compiled.step(k));
    show_progress("compiled steps", static_cast<int>(k) + 1, static_cast<int>(r.compiled.steps()));
  }
}

/// The programs of step k in `DIR/step<k>`; those of step 0 bring the weights and the prompt. They
/// grow beside DIR and go there when all are whole.
void write_steps(const ModelRequest& r, const std::string& directory, const EachStep& each) {
  const std::string growing = directory + ".part";
  std::error_code ignored;
  try {
    for_all_steps(r, [&](const compiler::CompiledStep& step) {
      fabric::write_programs(fmt::format("{}/{}", growing, step.name), programs_of(r, step));
      each(step);
    });
    move_steps(growing, directory, r.compiled.steps());
  } catch (const isa::InputError& e) {
    fs::remove_all(growing, ignored);
    if (!e.file().starts_with(growing)) {
      throw;
    }
    throw isa::InputError(directory + e.file().substr(growing.size()), 0, e.reason());
  }
  fs::remove_all(growing, ignored);
}

/// A line over what is printed of each stage, if there is more than one.
void print_head(const ModelRequest& r, std::size_t stage) {
  if (r.compiled.stages().size() > 1) {
    const compiler::Stage& s = r.compiled.stages()[stage].stage;
    fmt::print("stage {} : chips {}..{}, {}\n", stage, s.first_chip, s.first_chip + s.chips - 1,
               compiler::text_of(r.compiled.stages()[stage].part));
  }
}

/// Rows that the last step takes beside what stands there for all steps.
void print_fill_of_step(const ModelRequest& r, std::size_t stage) {
  const auto rows = rows_of(r, stage);
  fmt::print("fill of {} : values {}, text {} rows\n", r.compiled.last().name, rows.at("values"),
             rows.at("text"));
}

void dump(const ModelRequest& r, const std::string& level) {
  const isa::Geometry geometry(r.system.chip);
  const std::size_t stages = r.compiled.stages().size();
  for (std::size_t i = 0; i < stages && level != "schedule"; ++i) {
    print_head(r, i);
    const compiler::PlacedStage& stage = r.compiled.stages()[i];
    if (level == "graph") {
      fmt::print("{}", compiler::dump(stage.graph));
    } else {
      fmt::print("{}", compiler::dump(stage.placement, r.system.chip));
      print_fill_of_step(r, i);
    }
  }
  for (std::size_t k = 0; k < r.compiled.steps() && level == "schedule"; ++k) {
    fmt::print("step{}\n", k);
    const auto schedules = r.compiled.schedules(k);
    for (std::size_t i = 0; i < stages; ++i) {
      print_head(r, i);
      fmt::print("{}", compiler::dump(schedules[i], geometry));
    }
  }
}

/// Instructions of the chip that has the most.
std::int64_t instructions(const compiler::CompiledStep& step) {
  std::int64_t most = 0;
  for (const auto& program : step.programs) {
    most = std::max(most, program == nullptr ? 0 : program->instructions());
  }
  return most;
}

double ratio(isa::Cycles a, isa::Cycles b) {
  return static_cast<double>(a.value) / static_cast<double>(b.value);
}

/// Where the time of the last step goes, beside the least that it could be.
void print_advances(const ModelRequest& r) {
  const compiler::CompiledStep& step = r.compiled.last();
  const auto row = [&](const traces::OperatorSummary& o, const std::string& times) {
    fmt::print("{:<24} {:>6} {:>10} {:>6.1f}% {:>10} {:>8}  {}\n", o.name, times, o.cycles.value,
               100.0 * ratio(o.cycles, step.end - isa::Cycle{0}), o.bound.value,
               o.bound.value > 0 ? fmt::format("{:.2f}", ratio(o.cycles, o.bound)) : "", o.limit);
  };
  fmt::print("\n{:<24} {:>6} {:>10} {:>7} {:>10} {:>8}  {}\n", fmt::format("in {}", step.name),
             "times", "cycles", "share", "bound", "x bound", "of");
  traces::OperatorSummary token{"token", 0, {0}, {0}, ""};
  for (const traces::OperatorSummary& o : operators_of(r)) {
    row(o, std::to_string(o.times));
    token.cycles = token.cycles + o.cycles;
    token.bound = token.bound + o.bound;
  }
  row(token, "");
}

int execute(const Options& options) {
  const ModelRequest request = compile_request(options.request);
  if (!options.dump.empty()) {
    dump(request, options.dump);
  }
  std::string lines;
  const auto line = [&lines](const compiler::CompiledStep& step) {
    lines += fmt::format("{:<8} {:>8} cycles {:>8} instructions a chip\n", step.name,
                         step.end.value, instructions(step));
  };
  if (!options.out.empty()) {
    // A name that ends in a slash is a directory's, too.
    write_steps(request, (fs::path(options.out) / "").parent_path().string(), line);
  } else if (options.dump.empty()) {
    for_all_steps(request, line);
  }
  if (options.dump.empty()) {
    fmt::print("{}", lines);
    if (options.out.empty()) {
      print_advances(request);
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
