// SPDX-License-Identifier: Apache-2.0
#include "isa/number/half.h"

#include <gtest/gtest.h>

#include <vector>

#include "testbench/unit/tlm/vxm/alu_support.h"

namespace lpu::tlm {
namespace {

TEST(HalfTest, EveryHalfHasItsValue) {
  for (std::uint32_t h = 0; h < 0x10000; ++h) {
    const float expected = half_value(h);
    const std::uint32_t got = isa::f16_to_f32_bits(h);
    ASSERT_EQ(got, std::isnan(expected) ? 0x7fc00000 : bits(expected)) << std::hex << h;
  }
}

TEST(HalfTest, EveryHalfComesBack) {
  for (std::uint32_t h = 0; h < 0x10000; ++h) {
    const std::uint32_t expected = (h & 0x7fff) > 0x7c00 ? 0x7e00 : h;
    ASSERT_EQ(isa::f32_to_f16_bits(isa::f16_to_f32_bits(h)), expected) << std::hex << h;
  }
}

// Between neighbours: the middle goes to the even one, its neighbours to their sides.
TEST(HalfTest, MiddlesRoundToEven) {
  for (std::uint32_t h = 0; h < 0x7bff; ++h) {
    const float middle = (half_value(h) + half_value(h + 1)) / 2;
    const std::uint32_t even = h + (h & 1);
    ASSERT_EQ(isa::f32_to_f16_bits(bits(middle)), even) << std::hex << h;
    ASSERT_EQ(isa::f32_to_f16_bits(bits(middle) - 1), h) << std::hex << h;
    ASSERT_EQ(isa::f32_to_f16_bits(bits(middle) + 1), h + 1) << std::hex << h;
    ASSERT_EQ(isa::f32_to_f16_bits(bits(-middle)), even | 0x8000) << std::hex << h;
  }
}

TEST(HalfTest, FloatsAcrossTheRange) {
  for (std::uint64_t x = 0; x < 0x1'0000'0000; x += 4093) {
    const auto word = static_cast<std::uint32_t>(x);
    ASSERT_EQ(isa::f32_to_f16_bits(word), nearest_half(real(word))) << std::hex << word;
  }
}

TEST(HalfTest, LargestAndOverflow) {
  EXPECT_EQ(isa::f32_to_f16(65519.996f), 0x7bff);
  EXPECT_EQ(isa::f32_to_f16(65520.0f), 0x7c00);
  EXPECT_EQ(isa::f32_to_f16(-1e30f), 0xfc00);
  EXPECT_EQ(isa::f32_to_f16(0x1p-25f), 0);
  EXPECT_EQ(isa::f32_to_f16(0x1.000002p-25f), 1);
}

TEST(HalfTest, ArraysEqualSingles) {
  std::vector<std::uint16_t> halves(0x10000);
  for (std::size_t i = 0; i < halves.size(); ++i) halves[i] = static_cast<std::uint16_t>(i);
  std::vector<float> floats(halves.size());
  isa::f16_to_f32(halves, floats);
  for (std::size_t i = 0; i < halves.size(); ++i) {
    ASSERT_EQ(bits(floats[i]), isa::f16_to_f32_bits(halves[i]));
  }
  std::vector<std::uint16_t> back(halves.size());
  isa::f32_to_f16(floats, back);
  for (std::size_t i = 0; i < halves.size(); ++i) ASSERT_EQ(back[i], isa::f32_to_f16(floats[i]));
}

}  // namespace
}  // namespace lpu::tlm
