// SPDX-License-Identifier: Apache-2.0
// exp2, rsqrt and tanh of the RTL: errors against 80-bit arithmetic, within the bounds that
// docs/numbers.md states, and the same bits as the model.
#include "tlm/vxm/special.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
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

struct Function {
  std::string name;
  Op op;
  long double (*exact)(long double);
  std::uint32_t (*model)(std::uint32_t);
  long double f32_limit;
};

void PrintTo(const Function& function, std::ostream* out) { *out << function.name; }

class VxmSpecial : public testing::TestWithParam<Function> {
 protected:
  /// In units of the last place that a result has, at least that of subnormals.
  static long double error_in_places(long double got, long double exact, int digits, int lowest) {
    const int exponent = exact == 0 ? lowest : std::max(std::ilogb(exact), lowest);
    return std::fabs(got - exact) / std::ldexp(1.0L, exponent - digits);
  }

  VxmDriver vxm_;
};

// Every 429th bit pattern: 10 million arguments over all exponents and signs.
TEST_P(VxmSpecial, TenMillionFloats) {
  const Function& function = GetParam();
  constexpr std::uint64_t kStep = 429;
  constexpr std::size_t kRound = 1'000'000;
  long double worst = 0;
  std::uint32_t worst_at = 0;
  std::uint64_t compared = 0;
  for (std::uint64_t first = 0; first < 0x1'0000'0000; first += kRound * kStep) {
    Words in;
    for (std::uint64_t x = first; x < 0x1'0000'0000 && in.size() < kRound; x += kStep) {
      in.push_back(static_cast<std::uint32_t>(x));
    }
    const Words out = vxm_.run(function.op, Type::kF32, in);
    for (std::size_t i = 0; i < in.size(); ++i) {
      ASSERT_EQ(out[i], function.model(in[i])) << std::hex << in[i];
      const long double exact = function.exact(real(in[i]));
      if (!std::isfinite(exact) || exact >= 0x1p128L) continue;
      const long double error = error_in_places(real(out[i]), exact, 23, -126);
      if (error > worst) worst_at = in[i];
      worst = std::max(worst, error);
      ++compared;
    }
  }
  RecordProperty("worst", std::to_string(worst));
  RecordProperty("compared", std::to_string(compared));
  EXPECT_LE(worst, function.f32_limit) << std::hex << worst_at;
}

TEST_P(VxmSpecial, EveryHalf) {
  const Function& function = GetParam();
  Words in(0x10000);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<std::uint32_t>(i);
  const Words out = vxm_.run(function.op, Type::kF16, in);
  const Words model = tlm::run(function.op, Type::kF16, in);
  long double worst = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    ASSERT_EQ(out[i], model[i]) << std::hex << in[i];
    const long double exact = function.exact(half_value(in[i]));
    if (!std::isfinite(half_value(nearest_half(exact)))) {
      ASSERT_EQ(out[i], nearest_half(exact)) << std::hex << in[i];
    } else {
      worst = std::max(worst, error_in_places(half_value(out[i]), exact, 10, -14));
    }
  }
  RecordProperty("worst", std::to_string(worst));
  EXPECT_LE(worst, 0.5001L);
}

// Where one branch of the definition ends and the next begins, and what no formula is for.
TEST_P(VxmSpecial, EndsAndBoundaries) {
  const Function& function = GetParam();
  Words in;
  for (const std::uint32_t end :
       {0x00000000U, 0x00800000U, 0x2f800000U, 0x39000000U, 0x3e000000U, 0x3e800000U, 0x3f000000U,
        0x3f800000U, 0x40000000U, 0x40800000U, 0x41000000U, 0x41800000U, 0x42fc0000U, 0x43000000U,
        0x43150000U, 0x43160000U, 0x7f7fffffU, 0x7f800000U, 0x7fc00000U, 0x7ffffffcU}) {
    for (std::uint32_t i = 0; i < 7; ++i) {
      in.push_back((end + i - 3) & 0x7fffffff);
      in.push_back(in.back() | 0x80000000);
    }
  }
  // Powers of two are the ends of table entries of rsqrt and tanh.
  for (std::uint32_t exponent = 0; exponent < 255; ++exponent) {
    in.push_back(exponent << 23);
    in.push_back((exponent << 23) - 1);
  }
  const Words out = vxm_.run(function.op, Type::kF32, in);
  for (std::size_t i = 0; i < in.size(); ++i) {
    ASSERT_EQ(out[i], function.model(in[i])) << std::hex << in[i];
    const long double exact = function.exact(real(in[i]));
    if (!std::isfinite(exact)) {
      const auto nearest = tlm::bits(static_cast<float>(exact));
      ASSERT_EQ(out[i], std::isnan(exact) ? 0x7fc00000 : nearest) << std::hex << in[i];
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Functions, VxmSpecial,
    testing::Values(Function{"exp2", Op::kExp2, [](long double x) { return std::exp2(x); },
                             tlm::special_exp2, 0.52L},
                    Function{"rsqrt", Op::kRsqrt, [](long double x) { return 1 / std::sqrt(x); },
                             tlm::special_rsqrt, 0.52L},
                    Function{"tanh", Op::kTanh, [](long double x) { return std::tanh(x); },
                             tlm::special_tanh, 0.70L}),
    [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace lpu::rtl
