// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "fabric/system/system.h"

namespace lpu::cli {

/// The system of this process, which ends with it: the SystemC kernel takes longer to take hundreds
/// of chips apart than to simulate them.
[[nodiscard]] inline fabric::System& machine(const fabric::System::Config& config) {
  return *std::make_unique<fabric::System>("lpu", config).release();
}

}  // namespace lpu::cli
