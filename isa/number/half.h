// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <span>

namespace lpu::isa {

inline constexpr std::uint32_t kNanF32 = 0x7fc0'0000;
inline constexpr std::uint16_t kNanF16 = 0x7e00;

/// fp16 to fp32, exact. Every NaN becomes the canonical one.
/// Written without branches, so that a loop over lanes is turned into vector code.
[[gnu::always_inline]] constexpr std::uint32_t f16_to_f32_bits(std::uint32_t half) {
  const std::uint32_t magnitude = half & 0x7fff;
  const std::uint32_t sign = (half & 0x8000) << 16;
  const std::uint32_t normal = (magnitude << 13) + (112u << 23);
  const auto subnormal =
      std::bit_cast<std::uint32_t>(static_cast<float>(static_cast<int>(magnitude)) * 0x1p-24f);
  const std::uint32_t finite = (magnitude < 0x0400 ? subnormal : normal) | sign;
  const std::uint32_t special = magnitude > 0x7c00 ? kNanF32 : (0x7f80'0000 | sign);
  return magnitude < 0x7c00 ? finite : special;
}

/// fp32 to fp16, to nearest, ties to even; too large becomes infinity. Every NaN becomes the
/// canonical one.
[[gnu::always_inline]] constexpr std::uint32_t f32_to_f16_bits(std::uint32_t bits) {
  const std::uint32_t magnitude = bits & 0x7fff'ffff;
  const std::uint32_t sign = (bits >> 16) & 0x8000;
  const std::uint32_t normal = (magnitude - (112u << 23) + 0x0fff + ((magnitude >> 13) & 1)) >> 13;
  // One half has its last place where the last place of a subnormal fp16 is: the addition rounds.
  const std::uint32_t small = magnitude < 0x3880'0000 ? magnitude : 0;
  const std::uint32_t subnormal =
      std::bit_cast<std::uint32_t>(std::bit_cast<float>(small) + 0.5f) - 0x3f00'0000;
  const std::uint32_t finite = magnitude < 0x3880'0000 ? subnormal : normal;
  const std::uint32_t bounded = magnitude < 0x4780'0000 ? finite : 0x7c00;
  return magnitude > 0x7f80'0000 ? kNanF16 : (bounded | sign);
}

constexpr float f16_to_f32(std::uint16_t half) {
  return std::bit_cast<float>(f16_to_f32_bits(half));
}
constexpr std::uint16_t f32_to_f16(float value) {
  return static_cast<std::uint16_t>(f32_to_f16_bits(std::bit_cast<std::uint32_t>(value)));
}

/// The same for arrays. `out` has the size of `in`.
void f16_to_f32(std::span<const std::uint16_t> in, std::span<float> out);
void f32_to_f16(std::span<const float> in, std::span<std::uint16_t> out);

}  // namespace lpu::isa
