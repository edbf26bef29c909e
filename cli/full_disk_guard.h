// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace lpu::cli {

/// The FST library maps temporary files into memory. When their disk fills up there is no return
/// value to say so, only the signal SIGBUS. While a guard lives, that signal removes `leftovers`,
/// says that `path` cannot be written, and ends the program with kBadInput.
class FullDiskGuard {
 public:
  /// One at a time.
  FullDiskGuard(const std::string& path, const std::vector<std::string>& leftovers);
  ~FullDiskGuard();
  FullDiskGuard(const FullDiskGuard&) = delete;
  FullDiskGuard& operator=(const FullDiskGuard&) = delete;
};

}  // namespace lpu::cli
