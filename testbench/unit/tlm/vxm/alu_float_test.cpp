// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "testbench/unit/tlm/vxm/alu_support.h"

namespace lpu::tlm {
namespace {

using isa::Op;
using isa::Type;

constexpr std::uint32_t kNan = 0x7fc00000;

/// Corners with each other, then random bits, random numbers of near exponents (cancellation).
std::pair<Words, Words> float_pairs() {
  auto result = pairs(corner_floats());
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    const bool near = i % 2 == 0;
    for (auto* words : {&result.first, &result.second}) {
      const auto word = static_cast<std::uint32_t>(random());
      words->push_back(near ? (word & 0x81ffffff) | 0x3e000000 : word);
    }
  }
  return result;
}

std::pair<Words, Words> half_pairs() {
  auto result = pairs(corner_halves());
  std::mt19937 random(2);
  for (int i = 0; i < 100000; ++i) {
    result.first.push_back(random() & 0xffff);
    result.second.push_back(random() & 0xffff);
  }
  return result;
}

/// The host's float, in which each operation of the test is compiled alone and rounded once.
void check_f32(Op op, const std::function<float(float, float)>& expected) {
  const auto [a, b] = float_pairs();
  const Words out = run(op, Type::kF32, a, b);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const float value = expected(real(a[i]), real(b[i]));
    ASSERT_EQ(out[i], std::isnan(value) ? kNan : bits(value))
        << std::hex << a[i] << " and " << b[i];
  }
}

/// 64 bits of significand hold sums of halves that are no further than 2^40 apart exactly, which
/// is all of them, and products.
void check_f16(Op op, const std::function<long double(long double, long double)>& expected) {
  const auto [a, b] = half_pairs();
  const Words out = run(op, Type::kF16, a, b);
  for (std::size_t i = 0; i < out.size(); ++i) {
    ASSERT_EQ(out[i], nearest_half(expected(half_value(a[i]), half_value(b[i]))))
        << std::hex << a[i] << " and " << b[i];
  }
}

/// IEEE 754-2019 maximum: NaN wins, -0 is below +0.
template <class T>
T maximum(T x, T y) {
  if (std::isnan(x) || std::isnan(y)) return std::numeric_limits<T>::quiet_NaN();
  if (x == y) return std::signbit(x) ? y : x;
  return x > y ? x : y;
}

TEST(AluFloatTest, ArithmeticIsIeee) {
  for (const Op op : {Op::kAdd, Op::kAddSat}) check_f32(op, [](float x, float y) { return x + y; });
  for (const Op op : {Op::kSub, Op::kSubSat}) check_f32(op, [](float x, float y) { return x - y; });
  for (const Op op : {Op::kMul, Op::kMulSat}) check_f32(op, [](float x, float y) { return x * y; });
}

TEST(AluFloatTest, SubnormalsAreKept) {
  EXPECT_EQ(run(Op::kAdd, Type::kF32, {1}, {1})[0], 2u);
  EXPECT_EQ(run(Op::kMul, Type::kF32, {bits(0x1p-100f)}, {bits(0x1p-49f)})[0], 1u);
  EXPECT_EQ(run(Op::kMul, Type::kF32, {bits(0x1p-100f)}, {bits(0x1p-50f)})[0], 0u);
  EXPECT_EQ(run(Op::kMul, Type::kF32, {bits(0x1.8p-100f)}, {bits(0x1p-50f)})[0], 1u);
}

TEST(AluFloatTest, HalfArithmeticIsRoundedOnce) {
  check_f16(Op::kAdd, [](long double x, long double y) { return x + y; });
  check_f16(Op::kSub, [](long double x, long double y) { return x - y; });
  check_f16(Op::kMul, [](long double x, long double y) { return x * y; });
}

TEST(AluFloatTest, MaximumAndMinimum) {
  const auto maximum_f32 = [](float x, float y) { return maximum(x, y); };
  const auto minimum_f32 = [](float x, float y) { return -maximum(-x, -y); };
  check_f32(Op::kMax, maximum_f32);
  check_f32(Op::kMin, minimum_f32);
  check_f32(Op::kRelu, [](float x, float) { return maximum(x, 0.0f); });
  check_f16(Op::kMax, [](auto x, auto y) { return maximum(x, y); });
  check_f16(Op::kMin, [](auto x, auto y) { return -maximum(-x, -y); });
  check_f16(Op::kRelu, [](auto x, auto) { return maximum(x, 0.0L); });
  EXPECT_EQ(run(Op::kMax, Type::kF32, {0x80000000}, {0})[0], 0u);
  EXPECT_EQ(run(Op::kMin, Type::kF32, {0}, {0x80000000})[0], 0x80000000u);
  EXPECT_EQ(run(Op::kRelu, Type::kF32, {0x80000000})[0], 0u);
}

TEST(AluFloatTest, ComparisonsGiveMasks) {
  const auto check = [](Type type, const std::pair<Words, Words>& in, auto value, Op op,
                        auto expected) {
    const Words out = run(op, type, in.first, in.second);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const bool is = expected(value(in.first[i]), value(in.second[i]));
      ASSERT_EQ(out[i], is ? 0xffffffff : 0) << std::hex << in.first[i] << " " << in.second[i];
    }
  };
  const auto all = [&](Op op, auto expected) {
    check(
        Type::kF32, float_pairs(), [](auto w) { return real(w); }, op, expected);
    check(
        Type::kF16, half_pairs(), [](auto w) { return half_value(w); }, op, expected);
  };
  all(Op::kEq, [](float x, float y) { return x == y; });
  all(Op::kLt, [](float x, float y) { return x < y; });
  all(Op::kLe, [](float x, float y) { return x <= y; });
}

// Select with a mask: (x and m) or (y and not m), as a program does it.
TEST(AluFloatTest, MasksSelect) {
  const Words a{bits(1.5f), bits(-2.0f)};
  const Words b{bits(0.5f), bits(3.0f)};
  const Words less = run(Op::kLt, Type::kF32, a, b);
  const Words more = run(Op::kXor, Type::kI32, less, Words(2, 0xffffffff));
  const Words kept = run(Op::kAnd, Type::kF32, a, less);
  const Words other = run(Op::kAnd, Type::kF32, b, more);
  EXPECT_EQ(run(Op::kOr, Type::kF32, kept, other), (Words{bits(0.5f), bits(-2.0f)}));
}

TEST(AluFloatTest, BitsAboveAHalfDoNotMatter) {
  EXPECT_EQ(run(Op::kAdd, Type::kF16, {0xffff3c00}, {0x12343c00})[0], 0x4000u);
  EXPECT_EQ(run(Op::kTanh, Type::kF16, {0xffff0000})[0], 0u);
}

TEST(AluFloatTest, ShiftsActOnTheBits) {
  EXPECT_EQ(run(Op::kShr, Type::kF16, {0x8000}, {15})[0], 0xffffu);
  EXPECT_EQ(run(Op::kShl, Type::kF16, {0x4001}, {1})[0], 0x8002u);
  EXPECT_EQ(run(Op::kShr, Type::kF32, {0x80000000}, {31})[0], 0xffffffffu);
}

}  // namespace
}  // namespace lpu::tlm
