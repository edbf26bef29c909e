// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

namespace lpu::isa {

/// A distance between two points on one chip's clock.
struct Cycles {
  std::int64_t value{0};
  friend constexpr auto operator<=>(Cycles, Cycles) = default;
};

/// A point on a chip's clock. Never a difference, never an sc_time.
struct Cycle {
  std::int64_t value{0};
  friend constexpr auto operator<=>(Cycle, Cycle) = default;
};

constexpr Cycles operator+(Cycles a, Cycles b) { return {a.value + b.value}; }
constexpr Cycles operator-(Cycles a, Cycles b) { return {a.value - b.value}; }
constexpr Cycles operator-(Cycles a) { return {-a.value}; }
constexpr Cycles operator*(Cycles a, std::int64_t n) { return {a.value * n}; }
constexpr Cycle operator+(Cycle t, Cycles d) { return {t.value + d.value}; }
constexpr Cycle operator-(Cycle t, Cycles d) { return {t.value - d.value}; }
constexpr Cycles operator-(Cycle a, Cycle b) { return {a.value - b.value}; }
constexpr Cycle& operator+=(Cycle& t, Cycles d) { return t = t + d; }

}  // namespace lpu::isa
