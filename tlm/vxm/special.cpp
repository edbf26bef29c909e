// SPDX-License-Identifier: Apache-2.0
#include "tlm/vxm/special.h"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "isa/number/half.h"
#include "tlm/vxm/special_tables.h"

namespace lpu::tlm {
namespace {

using isa::kNanF32;
constexpr std::uint32_t kInfinity = 0x7f80'0000;
constexpr std::uint32_t kOne = 0x3f80'0000;
constexpr std::uint32_t kSign = 0x8000'0000;
constexpr int kFraction = 32;  // bits behind the point of all intermediate values

/// A positive finite fp32 as significand * 2^(exponent-23), significand in 2^23..2^24-1.
struct Parts {
  std::int64_t significand;
  int exponent;
};

Parts normalise(std::uint32_t magnitude) {
  const auto field = static_cast<int>(magnitude >> 23);
  const std::int64_t fraction = magnitude & 0x7f'ffff;
  if (field != 0) return {fraction | 0x80'0000, field - 127};
  const int shift = std::countl_zero(static_cast<std::uint32_t>(fraction)) - 8;
  return {fraction << shift, -126 - shift};
}

/// value * 2^(exponent-32) as fp32, to nearest, ties to even, with subnormals. value is at least
/// 2^31, so places are always cut off; the result is less than 2^128 and at least 2^-150.
std::uint32_t pack(std::int64_t value, int exponent) {
  const int top = 63 - std::countl_zero(static_cast<std::uint64_t>(value));
  const int biased = std::max(top + exponent - kFraction + 127, 1);
  // The last kept place weighs 2^(biased-150), that of value 2^(exponent-32).
  const int cut = biased - 150 - (exponent - kFraction);
  // What `normalise` returns is within its comment's bounds, which clang's analyzer cannot see
  // through the shifts; UBSan looks at them in the tests.
  // NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult)
  const std::int64_t half = std::int64_t{1} << (cut - 1);
  const std::int64_t odd = (value >> cut) & 1;
  const std::int64_t kept = (value + half - 1 + odd) >> cut;
  // A significand with its leading one adds that one to the exponent field.
  return static_cast<std::uint32_t>((std::int64_t{biased - 1} << 23) + kept);
}

/// The cubic at u / 2^bits. Every product is cut towards minus infinity.
std::int64_t evaluate(const Cubic& cubic, std::int64_t u, int bits) {
  std::int64_t sum = cubic.c2 + ((cubic.c3 * u) >> bits);
  sum = cubic.c1 + ((sum * u) >> bits);
  return cubic.c0 + ((sum * u) >> bits);
}

template <std::size_t Size>
const Cubic& entry(const std::array<Cubic, Size>& table, std::int64_t index) {
  return table[static_cast<std::size_t>(index)];
}

/// x in 2^-13 <= x < 1/8: x - x^3/3 + 2x^5/15 - 17x^7/315.
std::uint32_t small_tanh(const Parts& x) {
  constexpr std::int64_t kThird = 1'431'655'765;  // 2^32 / 3
  constexpr std::int64_t kFifth = 572'662'306;    // 2^32 * 2/15
  constexpr std::int64_t kSeventh = 231'791'886;  // 2^32 * 17/315
  // NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): as above.
  const std::int64_t square = (x.significand * x.significand) >> (14 - 2 * x.exponent);
  std::int64_t sum = kFifth - ((square * kSeventh) >> kFraction);
  sum = kThird - ((square * sum) >> kFraction);
  sum = (std::int64_t{1} << kFraction) - ((square * sum) >> kFraction);
  return pack(x.significand * sum, x.exponent - 23);
}

}  // namespace

std::uint32_t special_exp2(std::uint32_t x) {
  const std::uint32_t magnitude = x & ~kSign;
  const bool negative = (x & kSign) != 0;
  if (magnitude > kInfinity) return kNanF32;
  if (magnitude >= 0x4316'0000) return negative ? 0 : kInfinity;  // 150
  if (!negative && magnitude >= 0x4300'0000) return kInfinity;    // 128
  if (magnitude < 0x2f80'0000) return kOne;                       // 2^-32

  // x in units of 2^-31, cut towards zero.
  const Parts parts = normalise(magnitude);
  const int shift = parts.exponent + 8;
  // NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): as above.
  const std::int64_t cut = shift >= 0 ? parts.significand << shift : parts.significand >> -shift;
  const std::int64_t fixed = negative ? -cut : cut;
  const auto whole = static_cast<int>(fixed >> 31);
  const std::int64_t fraction = fixed & 0x7fff'ffff;
  return pack(evaluate(entry(kExp2Table, fraction >> 25), fraction & 0x1ff'ffff, 25), whole);
}

std::uint32_t special_rsqrt(std::uint32_t x) {
  const std::uint32_t magnitude = x & ~kSign;
  if (magnitude == 0) return x | kInfinity;
  if (x > kInfinity) return kNanF32;
  if (x == kInfinity) return 0;

  const Parts parts = normalise(magnitude);
  const int odd = parts.exponent & 1;
  const std::int64_t index = odd * 64 + ((parts.significand >> 17) & 63);
  const std::int64_t root = evaluate(entry(kRsqrtTable, index), parts.significand & 0x1'ffff, 17);
  return pack(root, -(parts.exponent - odd) / 2);
}

std::uint32_t special_tanh(std::uint32_t x) {
  const std::uint32_t magnitude = x & ~kSign;
  const std::uint32_t sign = x & kSign;
  if (magnitude > kInfinity) return kNanF32;
  if (magnitude < 0x3900'0000) return x;             // 2^-13
  if (magnitude >= 0x4180'0000) return kOne | sign;  // 16

  const Parts parts = normalise(magnitude);
  if (parts.exponent < -3) return small_tanh(parts) | sign;
  const std::int64_t index = (parts.exponent + 3) * 32 + ((parts.significand >> 18) & 31);
  const std::int64_t value = evaluate(entry(kTanhTable, index), parts.significand & 0x3'ffff, 18);
  return pack(value, 0) | sign;
}

}  // namespace lpu::tlm
