// SPDX-License-Identifier: Apache-2.0
// Float arithmetic and casts of the RTL against the FPU of the host, which is not ours.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>

#include "testbench/cosim/vxm/vxm_driver.h"
#include "testbench/unit/tlm/vxm/alu_support.h"

namespace lpu::rtl {
namespace {

using isa::Op;
using isa::Type;
using tlm::half_value;
using tlm::nearest_half;
using tlm::real;
using Words = VxmDriver::Words;

constexpr std::uint32_t kNan = 0x7fc00000;
constexpr int kRound = 1'000'000;
/// Random values a test: 10 million of each operation.
constexpr int kRounds = 10;

std::uint32_t host(float value) { return std::isnan(value) ? kNan : tlm::bits(value); }

/// Corners of the format, with both signs.
Words corner_floats() {
  Words v;
  for (const std::uint32_t magnitude :
       {0x00000000U, 0x00000001U, 0x00000002U, 0x007fffffU, 0x00800000U, 0x00800001U, 0x00ffffffU,
        0x01000000U, 0x1fffffffU, 0x20000000U, 0x33000000U, 0x33000001U, 0x33800000U, 0x33800001U,
        0x34000000U, 0x38800000U, 0x387fffffU, 0x3f000000U, 0x3f7fffffU, 0x3f800000U, 0x3f800001U,
        0x3fc00000U, 0x477fefffU, 0x477ff000U, 0x4b000000U, 0x4b7fffffU, 0x4b800000U, 0x4effffffU,
        0x4f000000U, 0x5f000000U, 0x7e800000U, 0x7effffffU, 0x7f000000U, 0x7f7ffffeU, 0x7f7fffffU,
        0x7f800000U, 0x7f800001U, 0x7fbfffffU, 0x7fc00000U, 0x7fffffffU}) {
    v.push_back(magnitude);
    v.push_back(magnitude | 0x80000000);
  }
  return v;
}

class VxmFloat : public testing::Test {
 protected:
  std::uint32_t word() { return static_cast<std::uint32_t>(random_()); }

  /// Random pairs of one kind; over the rounds all kinds come.
  void fill(int round, Words& a, Words& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      a[i] = word();
      b[i] = word();
      switch (round % 5) {
        case 0:  // any bits
          break;
        case 1:  // exponents close together: sums align and cancel
          b[i] = (b[i] & 0x81ffffff) | (a[i] & 0x7e000000);
          break;
        case 2:  // nearly equal, of different sign
          b[i] = (a[i] ^ 0x80000000) + b[i] % 9 - 4;
          break;
        case 3: {  // products around the smallest normal and below
          a[i] &= 0xbfffffff;
          const std::uint32_t sum = 128 - b[i] / 2 % 32;
          const std::uint32_t exponent = a[i] >> 23 & 127;
          b[i] = (b[i] & 0x807fffff) | (sum > exponent ? sum - exponent : 0) << 23;
          break;
        }
        default:  // few bits: products and sums that end in ties
          a[i] &= 0xfffff000;
          b[i] &= 0xfffff000;
      }
    }
  }

  void expect_pairs(Op op, const Words& a, const Words& b, float (*expected)(float, float)) {
    const Words out = vxm_.run(op, Type::kF32, a, b);
    for (std::size_t i = 0; i < out.size(); ++i) {
      ASSERT_EQ(out[i], host(expected(real(a[i]), real(b[i]))))
          << std::hex << a[i] << " and " << b[i];
    }
  }

  void check_operation(Op op, float (*expected)(float, float)) {
    const auto [a, b] = tlm::pairs(corner_floats());
    expect_pairs(op, a, b, expected);
    Words x(kRound);
    Words y(kRound);
    for (int round = 0; round < kRounds && !HasFatalFailure(); ++round) {
      fill(round, x, y);
      expect_pairs(op, x, y, expected);
    }
  }

  /// A cast from f32 or i32 of corners and random values.
  void check_cast(Type from, Type to, const std::function<std::uint32_t(std::uint32_t)>& expected) {
    const auto check = [&](const Words& in) {
      const Words out = vxm_.cast(from, to, in);
      for (std::size_t i = 0; i < in.size(); ++i) {
        ASSERT_EQ(out[i], expected(in[i])) << std::hex << in[i];
      }
    };
    check(corner_floats());
    Words x(kRound);
    for (int round = 0; round < kRounds && !HasFatalFailure(); ++round) {
      for (std::uint32_t& value : x) {
        value = word();
        // In turn: any bits; f32 near the range of fp16 and small integers; near 2^31 and of few
        // bits, so that ties are frequent.
        if (round % 3 == 1) value = (value & 0x807fffff) | (0x30 + value / 8 % 0x20) << 25;
        if (round % 3 == 2) value = (value & 0x80fff000) | (0x3f + value % 0x11) << 24;
        if (from == Type::kI32 && round % 2 == 1) value >>= value % 32;
      }
      check(x);
    }
  }

  static std::uint32_t clamped(double value, Type to) {
    const double most = std::ldexp(1.0, 8 * isa::bytes_of(to) - 1) - 1;
    const double rounded = std::isnan(value) ? 0 : std::nearbyint(value);
    const auto integer = static_cast<std::int64_t>(std::clamp(rounded, -most - 1, most));
    return static_cast<std::uint32_t>(integer) & (0xffffffffU >> (32 - 8 * isa::bytes_of(to)));
  }

  std::mt19937 random_{11};
  VxmDriver vxm_;
};

TEST_F(VxmFloat, AddIsTheHostsSum) {
  check_operation(Op::kAdd, [](float x, float y) { return x + y; });
}

TEST_F(VxmFloat, SubIsTheHostsDifference) {
  check_operation(Op::kSub, [](float x, float y) { return x - y; });
}

TEST_F(VxmFloat, MulIsTheHostsProduct) {
  check_operation(Op::kMul, [](float x, float y) { return x * y; });
}

TEST_F(VxmFloat, SaturatingArithmeticIsTheSame) {
  const auto [a, b] = tlm::pairs(corner_floats());
  expect_pairs(Op::kAddSat, a, b, [](float x, float y) { return x + y; });
  expect_pairs(Op::kSubSat, a, b, [](float x, float y) { return x - y; });
  expect_pairs(Op::kMulSat, a, b, [](float x, float y) { return x * y; });
}

TEST_F(VxmFloat, MaximumMinimumAndRelu) {
  // IEEE 754-2019: NaN wins, -0 is below +0.
  const auto maximum = [](float x, float y) {
    if (std::isnan(x) || std::isnan(y)) return std::nanf("");
    if (x == y) return std::signbit(x) ? y : x;
    return std::max(x, y);
  };
  const auto minimum = [](float x, float y) {
    if (std::isnan(x) || std::isnan(y)) return std::nanf("");
    if (x == y) return std::signbit(x) ? x : y;
    return std::min(x, y);
  };
  auto [a, b] = tlm::pairs(corner_floats());
  for (int i = 0; i < kRound; ++i) {
    a.push_back(word());
    b.push_back(word());
  }
  expect_pairs(Op::kMax, a, b, maximum);
  expect_pairs(Op::kMin, a, b, minimum);
  const Words relu = vxm_.run(Op::kRelu, Type::kF32, a);
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(relu[i], host(maximum(real(a[i]), 0.0F))) << std::hex << a[i];
  }
}

TEST_F(VxmFloat, ComparisonsGiveMasks) {
  auto [a, b] = tlm::pairs(corner_floats());
  for (int i = 0; i < kRound; ++i) {
    a.push_back(word());
    b.push_back(i % 4 == 0 ? a.back() : word());
  }
  const Words eq = vxm_.run(Op::kEq, Type::kF32, a, b);
  const Words lt = vxm_.run(Op::kLt, Type::kF32, a, b);
  const Words le = vxm_.run(Op::kLe, Type::kF32, a, b);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const float x = real(a[i]);
    const float y = real(b[i]);
    ASSERT_EQ(eq[i], x == y ? 0xffffffff : 0) << std::hex << a[i] << " and " << b[i];
    ASSERT_EQ(lt[i], x < y ? 0xffffffff : 0) << std::hex << a[i] << " and " << b[i];
    ASSERT_EQ(le[i], x <= y ? 0xffffffff : 0) << std::hex << a[i] << " and " << b[i];
  }
}

// An f16 operation is one operation of exact numbers, rounded once: 80 bits hold it exactly.
TEST_F(VxmFloat, HalvesAreRoundedOnce) {
  auto [a, b] = tlm::pairs(tlm::corner_halves());
  for (int i = 0; i < 2 * kRound; ++i) {
    a.push_back(word() & 0xffff);
    b.push_back(i % 2 == 0 ? word() & 0xffff : (a.back() ^ (word() & 0x87ff)));
  }
  using Exact = long double (*)(long double, long double);
  const std::pair<Op, Exact> operations[] = {
      {Op::kAdd, [](long double x, long double y) { return x + y; }},
      {Op::kSub, [](long double x, long double y) { return x - y; }},
      {Op::kMul, [](long double x, long double y) { return x * y; }}};
  for (const auto& [op, exact] : operations) {
    const Words out = vxm_.run(op, Type::kF16, a, b);
    for (std::size_t i = 0; i < a.size(); ++i) {
      ASSERT_EQ(out[i], nearest_half(exact(half_value(a[i]), half_value(b[i]))))
          << std::hex << a[i] << " and " << b[i];
    }
  }
}

TEST_F(VxmFloat, CastF32ToF16) {
  check_cast(Type::kF32, Type::kF16, [](std::uint32_t x) { return nearest_half(real(x)); });
}

TEST_F(VxmFloat, CastF32ToF32) {
  check_cast(Type::kF32, Type::kF32, [](std::uint32_t x) { return host(real(x)); });
}

TEST_F(VxmFloat, CastF32ToIntegers) {
  for (const Type to : {Type::kI8, Type::kI16, Type::kI32}) {
    check_cast(Type::kF32, to, [to](std::uint32_t x) { return clamped(real(x), to); });
  }
}

TEST_F(VxmFloat, CastI32ToFloats) {
  check_cast(Type::kI32, Type::kF32, [](std::uint32_t x) {
    return host(static_cast<float>(static_cast<std::int32_t>(x)));
  });
  check_cast(Type::kI32, Type::kF16,
             [](std::uint32_t x) { return nearest_half(static_cast<std::int32_t>(x)); });
}

// Everything there is: 65,536 halves, i16 and i8.
TEST_F(VxmFloat, CastsOfSixteenBitsAndLess) {
  Words all(0x10000);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint32_t>(i);
  const auto check = [&](Type from, Type to, auto value) {
    const Words out = vxm_.cast(from, to, all);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const float x = value(all[i]);
      const std::uint32_t expected = to == Type::kF32   ? host(x)
                                     : to == Type::kF16 ? nearest_half(x)
                                                        : clamped(x, to);
      ASSERT_EQ(out[i], expected) << std::hex << all[i];
    }
  };
  for (const Type to : {Type::kI8, Type::kI16, Type::kI32, Type::kF16, Type::kF32}) {
    check(Type::kF16, to, [](std::uint32_t x) { return half_value(x); });
    check(Type::kI16, to,
          [](std::uint32_t x) { return static_cast<float>(static_cast<std::int16_t>(x)); });
    check(Type::kI8, to,
          [](std::uint32_t x) { return static_cast<float>(static_cast<std::int8_t>(x)); });
  }
}

}  // namespace
}  // namespace lpu::rtl
