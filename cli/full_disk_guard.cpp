// SPDX-License-Identifier: Apache-2.0
#include "cli/full_disk_guard.h"

#include <unistd.h>

#include <csignal>

#include "cli/exit_status.h"

namespace lpu::cli {
namespace {

/// Made before the signal can come: its handler may not take memory.
struct Prepared {
  std::string message;
  std::vector<std::string> leftovers;
};
Prepared& prepared() {
  static Prepared instance;
  return instance;
}

void on_bus_error(int /*signal*/) {
  for (const std::string& file : prepared().leftovers) {
    unlink(file.c_str());
  }
  const std::string& message = prepared().message;
  const auto written = write(STDERR_FILENO, message.data(), message.size());
  static_cast<void>(written);  // there is nobody left to tell
  _exit(kBadInput);
}

}  // namespace

FullDiskGuard::FullDiskGuard(const std::string& path, const std::vector<std::string>& leftovers) {
  prepared() = {
      "lpu: " + path + ": cannot be written: no room for the temporary files of a waveform\n",
      leftovers};
  std::signal(SIGBUS, on_bus_error);
}

FullDiskGuard::~FullDiskGuard() { std::signal(SIGBUS, SIG_DFL); }

}  // namespace lpu::cli
