// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "study/runs/run_book.h"

namespace lpu::cli {

/// Runs this program as a process of its own, for studies of several systems: SystemC has one
/// elaboration a process. What it writes is in a directory that goes with this object.
class Launcher {
 public:
  /// Throws isa::InputError if the directory for temporary files cannot be written.
  Launcher();
  ~Launcher();
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  /// Calls `lpu` with these arguments and --json, waits for its end, and says on a terminal what it
  /// is waiting for. Throws std::runtime_error if there is no process or a signal ends it.
  [[nodiscard]] study::Launched operator()(const std::vector<std::string>& arguments);

 private:
  std::filesystem::path directory_;
  int launched_{0};
};

}  // namespace lpu::cli
