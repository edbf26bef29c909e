// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "cli/exit_status.h"
#include "fabric/ranks/ranks.h"

namespace lpu::cli {

/// What the chosen verb does, once the command line has been read. Returns the exit status; what
/// it throws becomes one in main.cpp (exit_status.h).
using Action = std::function<int()>;

/// The processes of this run: what mpirun has started, or this one alone.
[[nodiscard]] fabric::Ranks& ranks();

// One function a verb: adds its options to `app`, and sets `action` when the verb is chosen.
void add_asm(CLI::App& app, Action& action);
void add_check(CLI::App& app, Action& action);
void add_collective(CLI::App& app, Action& action);
void add_compile(CLI::App& app, Action& action);
void add_config(CLI::App& app, Action& action);
void add_cosim(CLI::App& app, Action& action);
void add_disasm(CLI::App& app, Action& action);
void add_exec(CLI::App& app, Action& action);
void add_fabric(CLI::App& app, Action& action);
void add_run(CLI::App& app, Action& action);
void add_study(CLI::App& app, Action& action);

}  // namespace lpu::cli
