// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "testbench/unit/tlm/vxm/alu_support.h"

namespace lpu::tlm {
namespace {

using isa::Type;

const std::pair<Type, int> kIntegers[] = {{Type::kI8, 8}, {Type::kI16, 16}, {Type::kI32, 32}};

std::int64_t clamped(long double value, int width) {
  const long double most = std::ldexp(1.0L, width - 1) - 1;
  return static_cast<std::int64_t>(std::min(std::max(value, -most - 1), most));
}

Words floats() {
  Words v = corner_floats();
  std::mt19937 random(9);
  for (int i = 0; i < 100000; ++i) v.push_back(static_cast<std::uint32_t>(random()));
  for (int i = -1100; i <= 1100; ++i) v.push_back(bits(static_cast<float>(i) / 4));
  for (int i = -40; i <= 40; ++i) v.push_back(bits(32767.0f + static_cast<float>(i) / 4));
  for (int i = -40; i <= 40; ++i) v.push_back(bits(-32768.0f + static_cast<float>(i) / 4));
  for (const float limit : {2147483648.0f, -2147483648.0f, 8388608.0f}) {
    for (std::uint32_t i = 0; i < 9; ++i) v.push_back(bits(limit) + i - 4);
  }
  return v;
}

Words integers() {
  Words v;
  std::mt19937 random(10);
  for (int i = 0; i < 100000; ++i) v.push_back(static_cast<std::uint32_t>(random()) >> (i % 32));
  for (int i = -70000; i < 70000; i += 7) v.push_back(bits(std::int64_t{i}));
  for (const std::int64_t i : {0x7fffffffL, -0x80000000L, 0x1000001L, 0x1000003L, 65519L, 65520L}) {
    v.push_back(bits(i));
  }
  return v;
}

TEST(AluCastTest, FloatToIntegerRoundsAndSaturates) {
  for (const auto& [to, width] : kIntegers) {
    const Words in = floats();
    const Words out = cast(Type::kF32, to, in);
    for (std::size_t i = 0; i < in.size(); ++i) {
      const auto value = static_cast<long double>(real(in[i]));
      const std::int64_t expected = std::isnan(value) ? 0 : clamped(std::rint(value), width);
      ASSERT_EQ(static_cast<std::int32_t>(out[i]), expected) << value << " to " << width;
    }
  }
}

TEST(AluCastTest, HalfToIntegerRoundsAndSaturates) {
  Words in(0x10000);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = bits(std::int64_t(i));
  for (const auto& [to, width] : kIntegers) {
    const Words out = cast(Type::kF16, to, in);
    for (std::size_t i = 0; i < in.size(); ++i) {
      const auto value = static_cast<long double>(half_value(in[i]));
      const std::int64_t expected = std::isnan(value) ? 0 : clamped(std::rint(value), width);
      ASSERT_EQ(static_cast<std::int32_t>(out[i]), expected) << value << " to " << width;
    }
  }
}

TEST(AluCastTest, IntegerToFloatRoundsOnce) {
  const Words in = integers();
  const Words f32 = cast(Type::kI32, Type::kF32, in);
  const Words f16 = cast(Type::kI32, Type::kF16, in);
  for (std::size_t i = 0; i < in.size(); ++i) {
    const auto value = static_cast<long double>(static_cast<std::int32_t>(in[i]));
    ASSERT_EQ(f32[i], bits(static_cast<float>(value))) << value;
    ASSERT_EQ(f16[i], nearest_half(value)) << value;
  }
  EXPECT_EQ(cast(Type::kI8, Type::kF16, {0xff})[0], 0xbc00u);
  EXPECT_EQ(cast(Type::kI16, Type::kF32, {0x8000})[0], bits(-32768.0f));
}

TEST(AluCastTest, IntegerToIntegerSaturates) {
  for (const auto& [from, from_width] : kIntegers) {
    for (const auto& [to, to_width] : kIntegers) {
      Words in = cast(Type::kI32, from, integers());
      const Words out = cast(from, to, in);
      for (std::size_t i = 0; i < in.size(); ++i) {
        const std::int64_t value = static_cast<std::int32_t>(in[i]);
        ASSERT_EQ(static_cast<std::int32_t>(out[i]),
                  clamped(static_cast<long double>(value), to_width))
            << value << " from " << from_width;
      }
    }
  }
}

TEST(AluCastTest, BetweenFloats) {
  const Words in = floats();
  const Words half = cast(Type::kF32, Type::kF16, in);
  const Words same = cast(Type::kF32, Type::kF32, in);
  for (std::size_t i = 0; i < in.size(); ++i) {
    ASSERT_EQ(half[i], nearest_half(real(in[i]))) << std::hex << in[i];
    ASSERT_EQ(same[i], std::isnan(real(in[i])) ? 0x7fc00000 : in[i]);
  }
  EXPECT_EQ(cast(Type::kF16, Type::kF32, {0x0001})[0], bits(0x1p-24f));
  EXPECT_EQ(cast(Type::kF16, Type::kF16, {0xfd00})[0], 0x7e00u);
}

}  // namespace
}  // namespace lpu::tlm
