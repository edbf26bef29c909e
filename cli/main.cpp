// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "cli/command.h"
#include "cli/difference_wave.h"

namespace lpu::cli {
namespace {

std::unique_ptr<fabric::Ranks> ranks_of_this_process;

/// Verbs that simulate divide their chips among the ranks; what others do, the first rank does.
bool has_work(const CLI::App& app) {
  return ranks().first() || app.got_subcommand("run") || app.got_subcommand("exec") ||
         app.got_subcommand("collective");
}

/// All ranks come to the same result; one says it.
void keep_quiet_unless_first() {
  if (!ranks().first() && (std::freopen("/dev/null", "w", stdout) == nullptr ||
                           std::freopen("/dev/null", "w", stderr) == nullptr)) {
    std::abort();
  }
}

int perform(const Action& action, const std::vector<std::string>& arguments) {
  try {
    return action();
  } catch (const tlm::ScheduleError& e) {
    std::fprintf(stderr, "lpu: %s\n", e.what());
    leave_difference_wave(arguments, e);
    return exit_status_of(e);
  } catch (const std::exception& e) {
    const ExitStatus status = exit_status_of(e);
    std::fprintf(stderr, "lpu: %s%s\n", status == kInternal ? "internal error: " : "", e.what());
    return status;
  }
}

int run(int argc, char** argv) {
  CLI::App app{"Isochron: a model of the LPU and its fabric", "lpu"};
  app.require_subcommand(1);
  Action action;
  add_run(app, action);
  add_compile(app, action);
  add_config(app, action);
  add_fabric(app, action);
  add_asm(app, action);
  add_disasm(app, action);
  add_check(app, action);
  add_exec(app, action);
  add_collective(app, action);
  add_cosim(app, action);
  add_study(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kDone : kWrongUsage;
  }
  try {
    ranks_of_this_process = fabric::ranks_of_this_run();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "lpu: %s\n", e.what());
    return kWrongUsage;
  }
  keep_quiet_unless_first();
  const int status = has_work(app) ? perform(action, {argv, argv + argc}) : kDone;
  ranks_of_this_process.reset();
  // A result that did not reach its reader is no result.
  if (std::fflush(stdout) != 0) {
    std::perror("lpu: standard output");
    return kBadInput;
  }
  return status;
}

}  // namespace
}  // namespace lpu::cli

namespace lpu::cli {
fabric::Ranks& ranks() { return *ranks_of_this_process; }
}  // namespace lpu::cli

int sc_main(int argc, char** argv) { return lpu::cli::run(argc, argv); }

// The library's own main would print a banner first.
int main(int argc, char** argv) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}
