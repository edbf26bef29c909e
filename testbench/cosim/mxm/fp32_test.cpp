// SPDX-License-Identifier: Apache-2.0
// The fp32 functions of the RTL against the arithmetic of the host.
#include <VlpuFp32Pins.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <random>

#include "rtl/common/rtl_context.h"

namespace lpu::rtl {
namespace {

__extension__ using Wide = __int128;

constexpr std::uint32_t kNan = 0x7fc00000;

std::uint32_t bits(float value) {
  return std::isnan(value) ? kNan : std::bit_cast<std::uint32_t>(value);
}

class Fp32 : public testing::Test {
 protected:
  void expect_sum(std::uint32_t a, std::uint32_t b) {
    pins_.a_i = a;
    pins_.b_i = b;
    pins_.eval();
    const std::uint32_t expected = bits(std::bit_cast<float>(a) + std::bit_cast<float>(b));
    ASSERT_EQ(pins_.sum_o, expected) << std::hex << a << " + " << b;
  }

  void expect_rounded(Wide value) {
    pins_.high_i = static_cast<std::uint64_t>(value >> 32);
    pins_.low_i = static_cast<std::uint32_t>(value & 0xffffffff);
    pins_.eval();
    // The conversion rounds to nearest even, the scaling is exact.
    const std::uint32_t expected = bits(std::ldexp(static_cast<float>(value), -48));
    ASSERT_EQ(pins_.rounded_o, expected) << std::hex << static_cast<std::uint64_t>(value >> 64)
                                         << ' ' << static_cast<std::uint64_t>(value);
  }

  /// Random bits with an exponent near `exponent`, so that operands meet.
  std::uint32_t near(std::uint32_t exponent) {
    const std::uint32_t moved = std::min(exponent + word() % 60, 255U);
    return (word() & 0x807fffff) | moved << 23;
  }

  std::uint32_t word() { return static_cast<std::uint32_t>(random_()); }

  std::mt19937 random_{1};
  VlpuFp32Pins pins_{&RtlContext::process().verilated(), "pins"};
};

TEST_F(Fp32, AddsAllPairsOfCorners) {
  const std::uint32_t corners[] = {
      0x00000000, 0x00000001, 0x00000002, 0x007fffff, 0x00800000, 0x00800001, 0x00ffffff,
      0x01000000, 0x33800000, 0x33800001, 0x34000000, 0x3f7fffff, 0x3f800000, 0x3f800001,
      0x4b800000, 0x4b7fffff, 0x7effffff, 0x7f000000, 0x7f7fffff, 0x7f7ffffe, 0x73000000,
      0x72ffffff, 0x73000001, 0x7f800000, 0x7f800001, 0x7fc00000, 0x7fffffff};
  for (const std::uint32_t a : corners) {
    for (const std::uint32_t b : corners) {
      for (std::uint32_t signs = 0; signs < 4; ++signs) {
        expect_sum(a | (signs & 1) << 31, b | (signs >> 1) << 31);
      }
    }
  }
}

TEST_F(Fp32, AddsRandomBits) {
  for (int i = 0; i < 1'000'000 && !HasFatalFailure(); ++i) {
    expect_sum(word(), word());
  }
}

TEST_F(Fp32, AddsNumbersOfSimilarSize) {
  for (int i = 0; i < 3'000'000 && !HasFatalFailure(); ++i) {
    const std::uint32_t exponent = word() % 256;
    expect_sum(near(exponent), near(exponent));
  }
}

TEST_F(Fp32, AddsAroundTheSmallestNormal) {
  for (int i = 0; i < 1'000'000 && !HasFatalFailure(); ++i) {
    expect_sum(word() & 0x81ffffff, word() & 0x81ffffff);
  }
}

TEST_F(Fp32, AddsNumbersThatNearlyCancel) {
  for (int i = 0; i < 1'000'000 && !HasFatalFailure(); ++i) {
    const std::uint32_t a = word();
    expect_sum(a, (a ^ 0x80000000) + word() % 9 - 4);
  }
}

TEST_F(Fp32, RoundsEveryPowerOfTwoAndItsNeighbours) {
  expect_rounded(0);
  for (int place = 0; place < 92; ++place) {
    for (int below = 0; below <= place; ++below) {
      for (int by = -1; by <= 1; ++by) {
        const Wide value = (Wide{1} << place) + (Wide{1} << below) / 2 + by;
        expect_rounded(value);
        expect_rounded(-value);
      }
    }
  }
}

TEST_F(Fp32, RoundsRandomNumbersOfEverySize) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 2'000'000 && !HasFatalFailure(); ++i) {
    const Wide value = static_cast<Wide>(static_cast<std::uint64_t>(random())) << 64 | random();
    expect_rounded(value >> (36 + random() % 92));
  }
}

TEST_F(Fp32, RoundsTiesToEven) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 500'000 && !HasFatalFailure(); ++i) {
    const Wide significand = static_cast<Wide>(random() % (1 << 24)) | 1 << 23;
    const int guard = static_cast<int>(random() % 60);
    const Wide tie = (significand * 2 + 1) << guard;
    const Wide by = static_cast<Wide>(random() % 3) - 1;
    expect_rounded(tie + by);
    expect_rounded(-tie - by);
  }
}

}  // namespace
}  // namespace lpu::rtl
