// SPDX-License-Identifier: Apache-2.0
#include "cli/difference_wave.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "cli/command.h"

namespace lpu::cli {
namespace {

constexpr const char* kFile = "rtl-difference.fst";
constexpr std::int64_t kBefore = 100;
constexpr std::int64_t kAfter = 10;

/// Quietly: what it prints has been printed. Its status is the one that there was before.
void run_again(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execv("/proc/self/exe", argv.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
}

}  // namespace

void leave_difference_wave(const std::vector<std::string>& arguments,
                           const tlm::ScheduleError& error) {
  const bool simulates = arguments.size() > 1 && (arguments[1] == "run" || arguments[1] == "exec");
  const bool has_wave = std::any_of(arguments.begin(), arguments.end(), [](const std::string& a) {
    return a == "--wave" || a.starts_with("--wave=");
  });
  // A run of several ranks is not repeated: the second one would be one of them, too.
  if (!simulates || has_wave || ranks().size() > 1 || !error.id().starts_with("lpu/rtl/")) {
    return;
  }
  const std::int64_t first = std::max<std::int64_t>(error.where().at.value - kBefore, 0);
  const std::int64_t last = error.where().at.value + kAfter;
  const std::string unit = fmt::format("chip{}.{}", error.where().chip, error.where().unit);
  // The model's signals of a queue are those of its unit: icu_vxm.alu0 with vxm.alu0.
  const std::string& name = error.where().unit;
  const std::string scope = fmt::format("chip{}.*{}", error.where().chip,
                                        name.starts_with("icu_") ? name.substr(4) : name);
  std::vector<std::string> again = arguments;
  for (const std::string& more :
       {std::string("--wave"), std::string(kFile), std::string("--wave-scope"), scope,
        std::string("--wave-window"), fmt::format("{}:{}", first, last)}) {
    again.push_back(more);
  }
  std::filesystem::remove(kFile);
  run_again(again);
  if (std::filesystem::exists(kFile)) {
    fmt::print(stderr, "lpu: waveform of {}, cycles {} to {}: {}\n", unit, first, last, kFile);
  }
}

}  // namespace lpu::cli
