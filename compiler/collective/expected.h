// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/collective/plan.h"
#include "isa/spec/chip_spec.h"

namespace lpu::collective {

/// What goes into a collective operation and what has to come out of it, to the bit: from the
/// definition of the operation, without the plan's phases and without the model's arithmetic.
///
/// Inputs are finite and pseudo-random by seed, chip and element. Sums go over the chips in the
/// order of their numbers, in i32 or f32, at most Reduction::kMostOperands in one go, and are
/// rounded once to the type of the message: to nearest even, i8 to its range. A longer sum goes on
/// from there.
class Expected {
 public:
  using Vectors = std::vector<std::vector<std::uint8_t>>;

  Expected(const isa::ChipSpec& spec, Kind kind, const Plan& plan, int chips, std::uint64_t seed);

  /// The vectors of one step of the message, as `chip` has them at first.
  [[nodiscard]] Vectors input(int chip, int step) const;
  /// As every chip has them in the end.
  [[nodiscard]] Vectors output(int step) const;

 private:
  [[nodiscard]] std::uint32_t element(int chip, std::int64_t index) const;
  [[nodiscard]] std::uint32_t sum(std::int64_t index) const;
  [[nodiscard]] std::uint32_t sum(const std::vector<std::uint32_t>& operands) const;
  [[nodiscard]] int owner(int step) const;
  template <typename Value>
  [[nodiscard]] Vectors vectors(int step, Value value) const;

  Kind kind_;
  isa::Type type_;
  int lanes_;
  int width_;
  int chips_;
  std::uint64_t seed_;
  std::vector<Piece> inputs_;
};

}  // namespace lpu::collective
