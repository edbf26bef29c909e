// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "isa/spec/chip_spec.h"

namespace lpu::study {

/// What one chip cannot exceed, by its geometry and clock. The four bandwidths are cuts through
/// different places of one machine; a comparison says which one it means.
struct ChipCeilings {
  double memory_bytes{0};
  double ports{0};            // bytes/s: every slice reads and writes a vector a cycle
  double streams{0};          // bytes/s: every stream carries a vector a cycle
  double install_8{0};        // int8 weights/s into the planes, loads hidden behind each other
  double install_exposed{0};  // the same if the planes wait for each load
  double install_16{0};       // fp16 weights/s: a weight takes two bytes of two planes
  double operations_8{0};     // operations/s; a multiplication and an addition are two
  double operations_16{0};

  /// Of weights and operations as a way to multiply has them: int8 with w8a8, or else fp16.
  [[nodiscard]] double install(std::string_view matmul) const {
    return matmul == "w8a8" ? install_8 : install_16;
  }
  [[nodiscard]] double operations(std::string_view matmul) const {
    return matmul == "w8a8" ? operations_8 : operations_16;
  }
};

[[nodiscard]] ChipCeilings ceilings_of(const isa::ChipSpec& chip);

}  // namespace lpu::study
