// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lpu::isa {

/// The n-th random number of one of many independent sequences of a seed: 64 even bits. A function
/// of its arguments alone, so that a draw does not depend on who drew before. SplitMix64.
constexpr std::uint64_t draw(std::uint64_t seed, std::uint64_t sequence, std::uint64_t n) {
  const auto mix = [](std::uint64_t x) {
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  };
  return mix(mix(mix(seed) ^ sequence) ^ n);
}

/// The same in 0 ... below - 1; even to within `below` in 2^64.
constexpr std::int64_t draw_below(std::int64_t below, std::uint64_t random) {
  return static_cast<std::int64_t>(random % static_cast<std::uint64_t>(below));
}

}  // namespace lpu::isa
