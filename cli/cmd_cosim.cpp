// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include "cli/command.h"
#include "cosim/lockstep.h"
#include "fabric/system/unit_choice.h"
#include "fabric/topology/system_spec.h"
#include "traces/file/whole_file.h"

namespace lpu::cli {
namespace {

struct Options {
  std::string unit;
  std::string system;
  std::string program;
  std::int64_t vectors{1000};
  std::uint64_t seed{1};
};

/// A block's name stands for one of its units.
struct Block {
  std::string_view name;
  std::string_view unit;
};
constexpr std::array<Block, 6> kBlocks{{{"mem_slice", "mem_e.slice1"},
                                        {"vxm", "vxm"},
                                        {"mxm_plane", "mxm_e.plane0"},
                                        {"sxm", "sxm_e"},
                                        {"c2c_link", "c2c_e.link8"},
                                        {"icu_queue", "icu_vxm.alu0"}}};

std::string unit_of(const std::string& name) {
  const auto* block =
      std::find_if(kBlocks.begin(), kBlocks.end(), [&](const Block& b) { return b.name == name; });
  return block == kBlocks.end() ? name : std::string(block->unit);
}

int compare(const Options& options) {
  const isa::ChipSpec chip = options.system.empty() ? isa::published_chip()
                                                    : fabric::read_system_spec(options.system).chip;
  cosim::LockstepOptions lockstep;
  lockstep.vectors = options.vectors;
  lockstep.seed = options.seed;
  cosim::LockstepResult result;
  try {
    result = cosim::lockstep(chip, unit_of(options.unit), lockstep);
  } catch (const std::invalid_argument& e) {
    throw fabric::UsageError(fmt::format("cosim '{}': {}", options.unit, e.what()));
  }
  fmt::print("unit              {}, {} lanes\nseed              {}\n", unit_of(options.unit),
             chip.lanes(), options.seed);
  fmt::print("programs          {}\nvectors           {}\ncycles            {}\n", result.programs,
             result.vectors, result.cycles);
  fmt::print("compared_outputs  {}\ndifferences       {}\n", result.compared_outputs,
             result.differences);
  if (result.failure.empty()) {
    return kDone;
  }
  fmt::print(stderr, "lpu: {}\n", result.failure);
  if (!options.program.empty()) {
    traces::WholeFile file(options.program);
    file.write(result.failing_program);
    file.commit();
  }
  return kCheckFailed;
}

}  // namespace

void add_cosim(CLI::App& app, Action& action) {
  auto* verb =
      app.add_subcommand("cosim", "A unit's model and RTL in lockstep on random legal programs");
  auto options = std::make_shared<Options>();
  std::string blocks;
  for (const Block& block : kBlocks) {
    blocks += fmt::format("{}, ", block.name);
  }
  verb->add_option("unit", options->unit, blocks + "or a unit of the chip (mem_e.slice3)")
      ->required();
  verb->add_option("--system", options->system,
                   "System file (.toml) whose chip it is; without: the published chip");
  verb->add_option("--vectors", options->vectors, "At least so many vectors go through the unit")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40))
      ->capture_default_str();
  verb->add_option("--seed", options->seed, "Which programs")->capture_default_str();
  verb->add_option("--program", options->program,
                   "Write the program that failed to this file (.lpuasm)");
  verb->callback([&action, options] { action = [options] { return compare(*options); }; });
}

}  // namespace lpu::cli
