// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "fabric/topology/system_spec.h"

namespace lpu::cli {

void add_config(CLI::App& app, Action& action) {
  auto* verb = app.add_subcommand("config", "Print the complete configuration with its sources");
  auto system = std::make_shared<std::string>();
  verb->add_option("--system", *system, "System file (.toml)")->required();
  verb->callback([&action, system] {
    action = [system] {
      fmt::print("{}", fabric::print_system_spec(fabric::read_system_spec(*system)));
      return kDone;
    };
  });
}

}  // namespace lpu::cli
