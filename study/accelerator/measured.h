// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "study/accelerator/accelerator.h"

namespace lpu::study {

/// What somebody has measured of one user's decoding.
struct Measured {
  std::string accelerator;  // name of its file
  Decode step;
  double tokens_per_second{0};  // 0: what was measured is the memory bandwidth used
  double memory_used{0};        // part of the published one
  std::string from;
};

/// Of one model.
struct MeasuredModel {
  std::string model;
  std::vector<Measured> measured;
};

/// Reads configs/accelerators/measured/*.toml. Throws isa::InputErrors with every fault.
[[nodiscard]] MeasuredModel read_measured(const std::string& path);

}  // namespace lpu::study
