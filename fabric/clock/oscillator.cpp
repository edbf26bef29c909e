// SPDX-License-Identifier: Apache-2.0
#include "fabric/clock/oscillator.h"

namespace lpu::fabric {
namespace {

__extension__ using Int128 = __int128;

constexpr Int128 kPartsPerBillion = 1'000'000'000;
constexpr Int128 kFemtosecondsPerSecond = 1'000'000'000'000'000;

constexpr Int128 floor_div(Int128 a, Int128 b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

isa::Instant Oscillator::edge(std::int64_t n) const {
  const Int128 t = Int128{config_.nominal.value} * n;
  const Int128 drifted =
      floor_div(t * t * config_.drift_ppb_per_second, 2 * kFemtosecondsPerSecond);
  const Int128 early = floor_div(t * config_.offset_ppb + drifted, kPartsPerBillion);
  return {config_.origin.value + static_cast<std::int64_t>(t - early)};
}

std::int64_t Oscillator::first_edge_at(isa::Instant time) const {
  std::int64_t n = 0;
  // Each round leaves less than a thousandth of the distance.
  for (std::int64_t step = 1; step != 0; n += step) {
    step = (time - edge(n)).value / config_.nominal.value;
  }
  while (n > 0 && edge(n - 1) >= time) {
    --n;
  }
  while (n < 0 || edge(n) < time) {
    ++n;
  }
  return n;
}

}  // namespace lpu::fabric
