// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "study/accelerator/accelerator.h"
#include "study/pipeline/pipeline.h"

namespace lpu::study {

/// What so many users get.
struct SpeedPoint {
  std::int64_t users{1};
  double rate_a_user{0};  // tokens/s
  double rate{0};         // of all of them
};

/// From one user to `most`, each time twice as many: users in a pipeline, derived from a run.
[[nodiscard]] std::vector<SpeedPoint> speeds_of(const Pipeline& pipeline, double clock_hz,
                                                std::int64_t most);

/// The same for a batch on GPUs, by their ceilings. `step.users` is not looked at.
[[nodiscard]] std::vector<SpeedPoint> speeds_of(const Accelerator& a, const ModelWork& work,
                                                Decode step, std::int64_t most);

}  // namespace lpu::study
