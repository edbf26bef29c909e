// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "isa/insn/insn.h"

namespace lpu::cosim {

/// Choices of a stimulus: the same seed gives the same ones on every host. Values lean towards the
/// corners of their type.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// 0 … bound - 1.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  [[nodiscard]] bool percent(std::uint64_t share) { return below(100) < share; }
  template <class T>
  [[nodiscard]] const T& one_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

  /// The bits of one value. Of floats, a quarter are corners (zeros, subnormals, the smallest and
  /// the largest normal, one, infinities, NaN), a quarter have exponents close to one's, so that
  /// sums cancel and round; of integers, a quarter are limits and their neighbours.
  [[nodiscard]] std::uint32_t value(isa::Type type);
  /// A value of every lane, as `bytes_of(type)` vectors, low bytes first. Some have one value in
  /// all lanes, some nothing but corners.
  [[nodiscard]] std::vector<std::vector<std::uint8_t>> vectors(isa::Type type, std::size_t lanes);

 private:
  [[nodiscard]] std::uint32_t corner(isa::Type type);
  [[nodiscard]] std::uint32_t similar(isa::Type type);

  std::mt19937_64 engine_;
};

}  // namespace lpu::cosim
