// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lpu::tlm::mxm {

/// The inner loops of a plane, private to it. Every loop exists twice, for any host and for hosts
/// with AVX2; the results are equal to the bit, since all of it is integer arithmetic.

/// Two activations, ready for the rows 2*pair and 2*pair+1.
struct ActivationPair {
  std::int32_t pair;
  std::int16_t even;
  std::int16_t odd;
};

/// A fixed-point activation of one row: with one limb, limb[0] is the value; with two, it is
/// limb[0] + limb[1] * 2^20 with limb[0] in 0..2^20-1.
struct FixedActivation {
  std::int32_t row;
  std::int32_t limb[2];
};
inline constexpr int kLimbBits = 20;
inline constexpr std::int64_t kLimbMask = (std::int64_t{1} << kLimbBits) - 1;

/// Place values in use: a finite fp16 that is not zero is (0..2047) * 2^(place-24), place 0..29.
struct Places {
  std::int32_t low{30};   // smallest in use
  std::int32_t high{-1};  // largest in use
  [[nodiscard]] bool none() const { return high < 0; }
  /// Bits of the magnitudes in units of the smallest place.
  [[nodiscard]] int bits() const { return none() ? 0 : high - low + 11; }
};

struct Kernels {
  /// Two byte rows to pairs of 16-bit weights side by side.
  void (*pair_up)(const std::uint8_t* even, const std::uint8_t* odd, std::int16_t* out, int lanes);
  /// out[n] = sum over the pairs, modulo 2^32. weights: [pair][lanes][2].
  void (*sum_i8)(const std::int16_t* weights, const ActivationPair* pairs, int count, int lanes,
                 std::uint32_t* out);
  /// Widens `places` by one fp16 row; true when the row has an infinity or a NaN.
  bool (*find_places)(const std::uint8_t* lo, const std::uint8_t* hi, int lanes, Places* places);
  /// One fp16 row to fixed point in units of `place`; infinities and NaN become zero. With
  /// `high` nullptr one limb, else two.
  void (*to_fixed)(const std::uint8_t* lo, const std::uint8_t* hi, int lanes, int place,
                   std::int32_t* low, std::int32_t* high);
  /// sums[j][n] = sum over the activations of the products of limbs that stand for 2^(20j);
  /// j < weight limbs + activation limbs - 1. weights[i]: limb i, [row][lanes].
  void (*sum_fixed)(const std::int32_t* const* weights, int weight_limbs,
                    const FixedActivation* activations, int activation_limbs, int count, int lanes,
                    std::int64_t* const* sums);
};

[[nodiscard]] const Kernels& portable_kernels();
/// The fastest this host can run.
[[nodiscard]] const Kernels& kernels();

}  // namespace lpu::tlm::mxm
