// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "isa/spec/time.h"

namespace lpu::fabric {

/// Where a chip's clock comes from: edges in real time, a little faster or slower than the nominal
/// ones and slowly changing. Integers only, so edge and time turn into each other exactly.
///
/// After the nominal time t, edge n = t / nominal is t x (offset + drift x t / 2) early: what a
/// frequency gives that is off by `offset_ppb` and changes by `drift_ppb_per_second`. Exact for the
/// first 100 s, for offsets within 1,000,000 ppb and drifts within 10,000 ppb/s.
class Oscillator {
 public:
  struct Config {
    isa::Femtoseconds nominal{1'111'111};
    std::int64_t offset_ppb{0};  // above zero: fast
    std::int64_t drift_ppb_per_second{0};
    isa::Instant origin;  // of edge 0
  };

  explicit Oscillator(const Config& config) : config_(config) {}

  [[nodiscard]] const Config& config() const { return config_; }
  /// n from 0 on. Strictly rising.
  [[nodiscard]] isa::Instant edge(std::int64_t n) const;
  /// The first edge at `time` or later; 0 for a time before the origin.
  [[nodiscard]] std::int64_t first_edge_at(isa::Instant time) const;

 private:
  Config config_;
};

}  // namespace lpu::fabric
