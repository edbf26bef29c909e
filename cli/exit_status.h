// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>

namespace lpu::cli {

/// What the program promises to scripts.
enum ExitStatus : int {
  kDone = 0,
  kCheckFailed = 1,  // a difference, a violation, a wrong value
  kWrongUsage = 2,
  kBadInput = 3,       // a file or a configuration
  kUncorrectable = 4,  // the modelled machine met an error it cannot correct
  kInternal = 70,
};

/// What an exception that ends the program means.
[[nodiscard]] ExitStatus exit_status_of(const std::exception& error);

}  // namespace lpu::cli
