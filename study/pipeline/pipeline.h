// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "study/runs/run.h"

namespace lpu::study {

/// Several users in a pipeline of stages: derived from a run of one user, not simulated. A stage
/// works for one user at a time and takes for each what it takes for one; users are handed on
/// without waiting but at the slowest stage. At most as many users are in flight as stages.
struct Pipeline {
  std::int64_t stages{0};
  double token_cycles{0};    // of one user, from token to token
  double slowest_cycles{0};  // of the stage that works longest
  double work_cycles{0};     // of all stages together
  double mxm_busy{0};        // of the issue cycles of all chips, one user

  /// Tokens a cycle, of all users.
  [[nodiscard]] double throughput(std::int64_t users) const;
  /// Part of the stages that is at work.
  [[nodiscard]] double occupancy(std::int64_t users) const;
  /// Part of the issue cycles of the matrix planes in which something is dispatched.
  [[nodiscard]] double mxm_duty(std::int64_t users) const;
  /// Fewest users with which the slowest stage never waits.
  [[nodiscard]] std::int64_t full() const;
};

/// Of a run that ran.
[[nodiscard]] Pipeline pipeline_of(const Run& run);

}  // namespace lpu::study
