// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lpu::fabric {

/// The hardware aligned counter: 0 to 251 and again, an epoch. A child hears its parent's counter
/// and the cycles that it was under way, and moves its own towards the sum, by one every
/// `kInterval` cycles at most. Counterpart of rtl/c2c/lpu_hac.sv, cycle by cycle.
///
/// `count()` is the same counter without its end, as if it were wide enough: epoch k begins when it
/// reaches 252 k. The software aligned counter needs no state here: it is never moved, so it is the
/// number of the clock's edge, and edge - count is the accumulated drift.
class Hac {
 public:
  static constexpr int kPeriod = 252;    // P
  static constexpr int kInterval = 252;  // P: at a bounded rate. C: one cycle an epoch

  /// `count`: where it starts, 0 as after a reset or a multiple of the period.
  explicit Hac(std::int64_t count = 0) : count_(count) {}

  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] int value() const { return static_cast<int>(count_ % kPeriod); }

  /// In this cycle the parent's counter is heard; it moves the own from the next one on.
  /// `latency` of any size.
  void hear(int parent, std::int64_t latency);
  /// The next cycle.
  void clock();
  /// The same as `cycles` times clock(), in a time that does not grow with them.
  void advance(std::int64_t cycles);

 private:
  std::int64_t count_;
  std::int64_t gain_{0};   // to be gained, 0 to 251; half a period or more is nearer to lose
  std::int64_t heard_{0};  // what gain_ is to become
  bool hears_{false};
  int wait_{0};
};

}  // namespace lpu::fabric
