// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

namespace lpu::isa {

/// A distance in real time. 64 bits hold two and a half hours.
struct Femtoseconds {
  std::int64_t value{0};
  friend constexpr auto operator<=>(Femtoseconds, Femtoseconds) = default;
};

/// A point in real time, since power came on. What chips with clocks of their own have in common.
struct Instant {
  std::int64_t value{0};
  friend constexpr auto operator<=>(Instant, Instant) = default;
};

constexpr Femtoseconds operator*(Femtoseconds d, std::int64_t n) { return {d.value * n}; }
constexpr Femtoseconds operator-(Femtoseconds a, Femtoseconds b) { return {a.value - b.value}; }
constexpr Femtoseconds operator-(Instant a, Instant b) { return {a.value - b.value}; }
constexpr Instant operator+(Instant t, Femtoseconds d) { return {t.value + d.value}; }

/// A cycle of a clock of so many megahertz, to the femtosecond below.
constexpr Femtoseconds period_of(std::int64_t megahertz) { return {1'000'000'000 / megahertz}; }

}  // namespace lpu::isa
