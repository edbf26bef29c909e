// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/spec/cycle.h"
#include "isa/spec/time.h"

namespace lpu::tlm {

/// When the cycles of a chip are, in kernel time. A point in time between two cycles counts as the
/// later one.
class Clock {
 public:
  Clock() = default;
  virtual ~Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  /// The beginning of a cycle from 0 on. Strictly rising.
  [[nodiscard]] virtual isa::Instant time_of(isa::Cycle at) const = 0;
  /// The first cycle that begins at `time` or later.
  [[nodiscard]] virtual isa::Cycle cycle_at(isa::Instant time) const = 0;
};

/// A clock that neither drifts nor stops.
class EvenClock final : public Clock {
 public:
  explicit EvenClock(isa::Femtoseconds period, isa::Instant origin = {})
      : period_(period), origin_(origin) {}

  [[nodiscard]] isa::Instant time_of(isa::Cycle at) const override {
    return origin_ + period_ * at.value;
  }
  [[nodiscard]] isa::Cycle cycle_at(isa::Instant time) const override {
    const std::int64_t since = (time - origin_).value;
    return {since <= 0 ? 0 : (since + period_.value - 1) / period_.value};
  }

 private:
  isa::Femtoseconds period_;
  isa::Instant origin_;  // of cycle 0
};

}  // namespace lpu::tlm
