// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "study/accelerator/accelerator.h"
#include "study/runs/run.h"
#include "study/sourced/sourced.h"

namespace lpu::study {

/// What joins GPUs and LPUs, and the request that is looked at.
struct SplitParameters {
  Sourced devices;                   // GPUs
  Sourced output_tokens;             // of a request
  Sourced handoff_bytes_per_second;  // for a cache of keys and values
  Sourced handoff_seconds;
  Sourced crossing_bytes_per_second;  // for a hidden state, within a token
  Sourced crossing_seconds;
};
/// Reads configs/studies/split.toml. Throws isa::InputErrors with every fault.
[[nodiscard]] SplitParameters read_split(const std::string& path);

/// Seconds of the cache of `positions` from GPUs to LPUs.
[[nodiscard]] double handoff_seconds(const SplitParameters& split, const ModelWork& work,
                                     std::int64_t positions);

/// A token with attention on GPUs and the rest on LPUs, seconds.
struct SplitToken {
  double attention{0};  // GPUs: weights of attention and cache read once, a reduction a layer
  double crossings{0};  // two a layer
  double rest{0};       // LPUs: what the run's token takes without attention's operators

  [[nodiscard]] double seconds() const { return attention + crossings + rest; }
};
[[nodiscard]] SplitToken split_token(const SplitParameters& split, const Accelerator& gpu,
                                     const ModelWork& work, int bits, const Run& run);

}  // namespace lpu::study
