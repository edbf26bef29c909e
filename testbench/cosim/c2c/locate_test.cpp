// SPDX-License-Identifier: Apache-2.0
// What the RTL makes of syndromes, against errors that the test knows. Syndromes are made by the
// test's own logarithms.
#include <VfecLocate.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>

#include "rtl/common/rtl_context.h"

namespace lpu::rtl {
namespace {

constexpr int kSymbols = 164;

class Locate : public testing::Test {
 protected:
  Locate() {
    int x = 1;
    for (int i = 0; i < 255; ++i) {
      power_[static_cast<std::size_t>(i)] = x;
      log_[static_cast<std::size_t>(x)] = i;
      x *= 2;
      if (x > 255) x ^= 0x11d;
    }
  }

  /// Syndromes of one error: byte j is error * 2^(j * power).
  [[nodiscard]] std::uint32_t of(int power, int error) const {
    std::uint32_t syndrome = 0;
    for (int j = 0; j < 4; ++j) {
      const int log = log_[static_cast<std::size_t>(error)] + j * power;
      syndrome |= static_cast<std::uint32_t>(power_[static_cast<std::size_t>(log % 255)])
                  << (8 * j);
    }
    return syndrome;
  }

  void judge(std::uint32_t syndrome) {
    block_.syndrome_i = syndrome;
    block_.eval();
  }

  std::array<int, 256> log_{};
  std::array<int, 255> power_{};
  VfecLocate block_{&RtlContext::process().verilated(), "locate"};
};

TEST_F(Locate, NothingIsWrong) {
  judge(0);
  EXPECT_FALSE(block_.found_o);
  EXPECT_FALSE(block_.failed_o);
}

TEST_F(Locate, EverySingleErrorOfEveryValue) {
  for (int power = 0; power < 255; ++power) {
    for (int error = 1; error < 256; ++error) {
      judge(of(power, error));
      const bool inside = power < kSymbols;
      ASSERT_EQ(block_.found_o, inside) << power << ' ' << error;
      ASSERT_EQ(block_.failed_o, !inside) << "a shortened code has no such symbol";
      if (!inside) continue;
      ASSERT_EQ(block_.power_o, power);
      ASSERT_EQ(block_.error_o, error);
    }
  }
}

// One of the errors is 1: syndromes of all others are multiples, and a multiple of what is no
// single error is none.
TEST_F(Locate, EveryPairOfErrors) {
  for (int first = 0; first < kSymbols; ++first) {
    for (int second = 0; second < first; ++second) {
      for (int error = 1; error < 256; ++error) {
        judge(of(first, 1) ^ of(second, error));
        ASSERT_TRUE(block_.failed_o) << first << ' ' << second << ' ' << error;
      }
    }
  }
}

TEST_F(Locate, ThreeErrors) {
  std::mt19937 random(6);
  for (int i = 0; i < 2'000'000; ++i) {
    const auto power = [&] { return static_cast<int>(random() % kSymbols); };
    const auto error = [&] { return static_cast<int>(1 + random() % 255); };
    const int a = power();
    const int b = power();
    const int c = power();
    if (a == b || b == c || a == c) continue;
    judge(of(a, error()) ^ of(b, error()) ^ of(c, error()));
    ASSERT_TRUE(block_.failed_o) << a << ' ' << b << ' ' << c;
  }
}

}  // namespace
}  // namespace lpu::rtl
