// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "tlm/vxm/alu.h"

namespace lpu::tlm {

using Words = std::vector<std::uint32_t>;

/// The ALU on operands of any number: padded to superlanes, given in vectors of 320.
inline Words run(const isa::Insn& insn, Words a, Words b) {
  const std::size_t count = a.size();
  b.resize(count);
  const std::size_t padded = (count + 15) / 16 * 16;
  a.resize(padded);
  b.resize(padded);
  Words out(padded);
  for (std::size_t i = 0; i < padded; i += 320) {
    const auto lanes = static_cast<int>(std::min<std::size_t>(320, padded - i));
    execute(insn, a.data() + i, b.data() + i, out.data() + i, lanes);
  }
  out.resize(count);
  return out;
}

inline Words run(isa::Op op, isa::Type type, const Words& a, const Words& b = {}) {
  isa::Insn insn;
  insn.op = op;
  insn.type = type;
  return run(insn, a, b);
}

inline Words cast(isa::Type type, isa::Type to, const Words& a) {
  isa::Insn insn;
  insn.op = isa::Op::kCast;
  insn.type = type;
  insn.to = to;
  return run(insn, a, {});
}

/// All pairs of some values.
inline std::pair<Words, Words> pairs(const Words& values) {
  std::pair<Words, Words> result;
  for (const auto x : values) {
    for (const auto y : values) {
      result.first.push_back(x);
      result.second.push_back(y);
    }
  }
  return result;
}

inline std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value); }
inline std::uint32_t bits(std::int64_t value) { return static_cast<std::uint32_t>(value); }
inline float real(std::uint32_t word) { return std::bit_cast<float>(word); }

/// The value of an fp16, by its definition.
inline float half_value(std::uint32_t half) {
  const int exponent = static_cast<int>((half >> 10) & 31);
  const int fraction = static_cast<int>(half & 0x3ff);
  float magnitude = std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  if (exponent == 0) magnitude = std::ldexp(static_cast<float>(fraction), -24);
  if (exponent == 31) {
    magnitude = fraction == 0 ? std::numeric_limits<float>::infinity()
                              : std::numeric_limits<float>::quiet_NaN();
  }
  return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

/// The fp16 nearest to a number, ties to even, by rounding it as a multiple of its last place.
inline std::uint32_t nearest_half(long double value) {
  if (std::isnan(value)) return 0x7e00;
  const std::uint32_t sign = std::signbit(value) ? 0x8000 : 0;
  const long double magnitude = std::fabs(value);
  if (magnitude >= 65536.0L) return sign | 0x7c00;
  const int exponent = magnitude == 0 ? -14 : std::max(std::ilogb(magnitude), -14);
  const auto places =
      static_cast<std::uint32_t>(std::nearbyint(std::ldexp(magnitude, 10 - exponent)));
  return sign | ((static_cast<std::uint32_t>(exponent + 14) << 10) + places);
}

/// Floats where something changes.
inline const Words& corner_floats() {
  static const Words kCorners{
      0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007fffff, 0x00800000, 0x3f800000,
      0xbf800000, 0x3f800001, 0x3fc00000, 0x40490fdb, 0x4b800000, 0x4b7fffff, 0xcb800001,
      0x33800000, 0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00001,
      0x7f800001, 0x4effffff, 0x4f000000, 0xcf000000, 0xcf000001, 0x1fffffff, 0x20000000};
  return kCorners;
}

inline const Words& corner_halves() {
  static const Words kCorners{0x0000, 0x8000, 0x0001, 0x8001, 0x03ff, 0x0400, 0x3c00, 0xbc00,
                              0x3c01, 0x3bff, 0x3e00, 0x4248, 0x6800, 0x6801, 0x7bff, 0xfbff,
                              0x7c00, 0xfc00, 0x7e00, 0xfe01, 0x7c01, 0x1400, 0x0c01, 0x5555};
  return kCorners;
}

}  // namespace lpu::tlm
