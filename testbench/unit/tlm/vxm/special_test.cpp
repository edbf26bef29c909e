// SPDX-License-Identifier: Apache-2.0
// The errors this test bounds are the ones docs/numbers.md states.
#include "tlm/vxm/special.h"

#include <gtest/gtest.h>

#include "testbench/unit/tlm/vxm/alu_support.h"

namespace lpu::tlm {
namespace {

using isa::Op;
using isa::Type;

constexpr std::uint32_t kNan = 0x7fc00000;
constexpr std::uint32_t kInfinity = 0x7f800000;
constexpr std::uint32_t kOne = 0x3f800000;

/// Distance to the exact value in units of its last fp32 place. The largest finite distance that
/// makes sense at the ends (infinity against a finite value) is a failure of its own.
long double error_in_places(std::uint32_t got, long double exact) {
  const int exponent = exact == 0 ? -126 : std::max(std::ilogb(exact), -126);
  return std::fabs(static_cast<long double>(real(got)) - exact) / std::ldexp(1.0L, exponent - 23);
}

struct Worst {
  long double error{0};
  std::uint32_t input{0};
};

/// Over every 1021st float, 4.2 million, of those where the exact result is an fp32 in range.
template <class F, class E>
Worst worst_error(F function, E exact) {
  Worst worst;
  for (std::uint64_t i = 0; i < 0x1'0000'0000; i += 1021) {
    const auto x = static_cast<std::uint32_t>(i);
    const long double value = exact(static_cast<long double>(real(x)));
    if (!std::isfinite(value) || value >= 0x1p128L) continue;
    const long double error = error_in_places(function(x), value);
    if (error > worst.error) worst = {error, x};
  }
  return worst;
}

template <class E>
void check_every_half(Op op, long double limit, E exact) {
  Words in(0x10000);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = bits(std::int64_t(i));
  const Words out = run(op, Type::kF16, in);
  for (std::size_t i = 0; i < in.size(); ++i) {
    const long double value = exact(static_cast<long double>(half_value(in[i])));
    const std::uint32_t nearest = nearest_half(value);
    if (!std::isfinite(half_value(nearest))) {
      ASSERT_EQ(out[i], nearest) << std::hex << in[i];
      continue;
    }
    const int exponent = value == 0 ? -14 : std::max(std::ilogb(value), -14);
    const long double error =
        std::fabs(half_value(out[i]) - value) / std::ldexp(1.0L, exponent - 10);
    ASSERT_LE(error, limit) << std::hex << in[i];
  }
}

long double exact_exp2(long double x) { return std::exp2(x); }
long double exact_rsqrt(long double x) { return 1 / std::sqrt(x); }
long double exact_tanh(long double x) { return std::tanh(x); }

TEST(SpecialTest, Exp2ErrorBound) {
  const Worst worst = worst_error(special_exp2, exact_exp2);
  RecordProperty("worst", std::to_string(worst.error));
  EXPECT_LE(worst.error, 0.52L) << std::hex << worst.input;
}

TEST(SpecialTest, RsqrtErrorBound) {
  const Worst worst = worst_error(special_rsqrt, exact_rsqrt);
  RecordProperty("worst", std::to_string(worst.error));
  EXPECT_LE(worst.error, 0.52L) << std::hex << worst.input;
}

TEST(SpecialTest, TanhErrorBound) {
  const Worst worst = worst_error(special_tanh, exact_tanh);
  RecordProperty("worst", std::to_string(worst.error));
  EXPECT_LE(worst.error, 0.70L) << std::hex << worst.input;
}

TEST(SpecialTest, EveryHalf) {
  check_every_half(Op::kExp2, 0.5001L, exact_exp2);
  check_every_half(Op::kRsqrt, 0.5001L, exact_rsqrt);
  check_every_half(Op::kTanh, 0.5001L, exact_tanh);
}

TEST(SpecialTest, Exp2OfIntegersIsExact) {
  for (int i = -149; i < 128; ++i) {
    EXPECT_EQ(special_exp2(bits(static_cast<float>(i))), bits(std::ldexp(1.0f, i))) << i;
  }
}

TEST(SpecialTest, Exp2AtItsEnds) {
  EXPECT_EQ(special_exp2(bits(128.0f)), kInfinity);
  EXPECT_LT(special_exp2(bits(128.0f) - 1), kInfinity);
  EXPECT_EQ(special_exp2(bits(-150.0f)), 0u);
  EXPECT_EQ(special_exp2(bits(-150.0f) - 1), 1u);
  EXPECT_EQ(special_exp2(bits(-1e9f)), 0u);
  EXPECT_EQ(special_exp2(kInfinity), kInfinity);
  EXPECT_EQ(special_exp2(kInfinity | 0x80000000), 0u);
  EXPECT_EQ(special_exp2(0), kOne);
  EXPECT_EQ(special_exp2(0x80000001), kOne);
  EXPECT_EQ(special_exp2(0xffc12345), kNan);
}

TEST(SpecialTest, RsqrtOfPowersOfFourIsExact) {
  for (int i = -74; i < 64; ++i) {
    EXPECT_EQ(special_rsqrt(bits(std::ldexp(1.0f, 2 * i))), bits(std::ldexp(1.0f, -i))) << i;
  }
}

TEST(SpecialTest, RsqrtAtItsEnds) {
  EXPECT_EQ(special_rsqrt(0), kInfinity);
  EXPECT_EQ(special_rsqrt(0x80000000), kInfinity | 0x80000000);
  EXPECT_EQ(special_rsqrt(kInfinity), 0u);
  EXPECT_EQ(special_rsqrt(0x80000001), kNan);
  EXPECT_EQ(special_rsqrt(bits(-4.0f)), kNan);
  EXPECT_EQ(special_rsqrt(kInfinity | 0x80000000), kNan);
  EXPECT_EQ(special_rsqrt(0x7f812345), kNan);
}

TEST(SpecialTest, TanhIsOddAndEndsAtOne) {
  for (std::uint32_t x = 0; x <= kInfinity; x += 99991) {
    ASSERT_EQ(special_tanh(x | 0x80000000), special_tanh(x) | 0x80000000) << std::hex << x;
    ASSERT_LE(special_tanh(x), kOne) << std::hex << x;
  }
  EXPECT_EQ(special_tanh(kInfinity), kOne);
  EXPECT_EQ(special_tanh(bits(9.1f)), kOne);
  EXPECT_LT(special_tanh(bits(8.9f)), kOne);
  EXPECT_EQ(special_tanh(0x80000000), 0x80000000);
  EXPECT_EQ(special_tanh(1), 1u);
  EXPECT_EQ(special_tanh(0x7fffffff), kNan);
}

// Values worked out apart from the program, which pin the tables and every cut bit.
TEST(SpecialTest, PinnedResults) {
  EXPECT_EQ(special_exp2(bits(0.5f)), 0x3fb504f3u);
  EXPECT_EQ(special_rsqrt(bits(2.0f)), 0x3f3504f3u);
  EXPECT_EQ(special_tanh(bits(1.0f)), 0x3f42f7d6u);
}

}  // namespace
}  // namespace lpu::tlm
