// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/cosim_plane.h"
#include "fabric/system/unit_choice.h"
#include "fabric/topology/system_spec.h"

namespace lpu::cli {
namespace {

struct Options {
  std::string unit;
  std::string system;
  std::int64_t vectors{1000};
  std::uint64_t seed{1};
};

/// Without a system: the published plane, as far as a plane sees a chip.
isa::ChipSpec chip_of(const Options& options) {
  if (!options.system.empty()) {
    return fabric::read_system_spec(options.system).chip;
  }
  isa::ChipSpec chip;
  chip.superlanes = 20;
  chip.mxm_result_latency = 47;
  chip.mxm_install_latency = 1;
  chip.mxm_accumulators = 16;
  return chip;
}

int compare(const Options& options) {
  if (options.unit != "mxm_plane") {
    throw fabric::UsageError(
        fmt::format("cosim '{}': no RTL of this unit yet; there is mxm_plane", options.unit));
  }
  const isa::ChipSpec chip = chip_of(options);
  const CosimResult result = cosim_plane(chip, options.vectors, options.seed);
  fmt::print("unit              {}, {} lanes\nseed              {}\n", options.unit, chip.lanes(),
             options.seed);
  fmt::print("vectors           {}\ncycles            {}\n", result.vectors, result.cycles);
  fmt::print("compared_outputs  {}\ndifferences       {}\n", result.compared_outputs,
             result.differences);
  if (result.failure.empty()) {
    return kDone;
  }
  fmt::print(stderr, "lpu: {}: {}\n", options.unit, result.failure);
  return kCheckFailed;
}

}  // namespace

void add_cosim(CLI::App& app, Action& action) {
  auto* verb =
      app.add_subcommand("cosim", "A unit's model and RTL in lockstep on random legal stimulus");
  auto options = std::make_shared<Options>();
  verb->add_option("unit", options->unit, "mxm_plane")->required();
  verb->add_option("--system", options->system, "System file (.toml) whose chip it is");
  verb->add_option("--vectors", options->vectors, "Activation vectors to multiply")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40))
      ->capture_default_str();
  verb->add_option("--seed", options->seed, "Which stimulus")->capture_default_str();
  verb->callback([&action, options] { action = [options] { return compare(*options); }; });
}

}  // namespace lpu::cli
