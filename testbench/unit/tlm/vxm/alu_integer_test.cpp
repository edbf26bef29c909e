// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <stdexcept>

#include "testbench/unit/tlm/vxm/alu_support.h"

namespace lpu::tlm {
namespace {

using isa::Op;
using isa::Type;

struct IntegerType {
  Type type;
  int width;
};

class AluIntegerTest : public testing::TestWithParam<IntegerType> {
 protected:
  using Exact = std::function<std::int64_t(std::int64_t, std::int64_t)>;

  /// Every value of i8; corners and random values of the wider types.
  Words values() {
    Words v;
    if (width_ == 8) {
      for (int i = -128; i < 128; ++i) v.push_back(bits(std::int64_t{i}));
      return v;
    }
    for (const std::int64_t i : {0, 1, -1, 2, -2, 3, 7, 255, -256, 181, 182, 46340, 46341}) {
      v.push_back(bits(wrapped(i)));
    }
    for (std::int64_t i = 0; i < 3; ++i) {
      v.push_back(bits(most_ - i));
      v.push_back(bits(-most_ - 1 + i));
    }
    std::mt19937 random(3);
    for (int i = 0; i < 60; ++i) v.push_back(bits(wrapped(random())));
    return v;
  }

  std::int64_t wrapped(std::int64_t value) const {
    const std::int64_t size = 2 * (most_ + 1);
    const std::int64_t positive = ((value % size) + size) % size;
    return positive > most_ ? positive - size : positive;
  }
  std::int64_t clamped(std::int64_t value) const {
    return std::min(std::max(value, -most_ - 1), most_);
  }

  void check(Op op, const Exact& expected) {
    const auto [a, b] = pairs(values());
    const Words out = run(op, type_, a, b);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::int64_t x = static_cast<std::int32_t>(a[i]);
      const std::int64_t y = static_cast<std::int32_t>(b[i]);
      ASSERT_EQ(static_cast<std::int32_t>(out[i]), expected(x, y)) << x << " and " << y;
    }
  }

  Type type_ = GetParam().type;
  int width_ = GetParam().width;
  std::int64_t most_ = (std::int64_t{1} << (width_ - 1)) - 1;
};

TEST_P(AluIntegerTest, ModularArithmetic) {
  check(Op::kAdd, [&](auto x, auto y) { return wrapped(x + y); });
  check(Op::kSub, [&](auto x, auto y) { return wrapped(x - y); });
  check(Op::kMul, [&](auto x, auto y) { return wrapped(x * y); });
}

TEST_P(AluIntegerTest, SaturatingArithmetic) {
  check(Op::kAddSat, [&](auto x, auto y) { return clamped(x + y); });
  check(Op::kSubSat, [&](auto x, auto y) { return clamped(x - y); });
  check(Op::kMulSat, [&](auto x, auto y) { return clamped(x * y); });
}

TEST_P(AluIntegerTest, OrderAndMasks) {
  check(Op::kMax, [](auto x, auto y) { return x > y ? x : y; });
  check(Op::kMin, [](auto x, auto y) { return x < y ? x : y; });
  check(Op::kEq, [](auto x, auto y) { return x == y ? -1 : 0; });
  check(Op::kLt, [](auto x, auto y) { return x < y ? -1 : 0; });
  check(Op::kLe, [](auto x, auto y) { return x <= y ? -1 : 0; });
  check(Op::kRelu, [](auto x, auto) { return x > 0 ? x : 0; });
}

TEST_P(AluIntegerTest, Bits) {
  check(Op::kAnd, [](auto x, auto y) { return x & y; });
  check(Op::kOr, [](auto x, auto y) { return x | y; });
  check(Op::kXor, [](auto x, auto y) { return x ^ y; });
  check(Op::kMov, [](auto x, auto) { return x; });
}

TEST_P(AluIntegerTest, Shifts) {
  check(Op::kShl, [&](auto x, auto y) { return wrapped(x * (std::int64_t{1} << (y & 31))); });
  check(Op::kShr, [](auto x, auto y) { return x >> (y & 31); });
}

// A mask from another type, or a wider result, stands in the register: only the low bits count.
TEST_P(AluIntegerTest, BitsAboveTheTypeDoNotMatter) {
  if (width_ == 32) return;
  const auto [a, b] = pairs(values());
  Words dirty = a;
  const std::uint32_t above = ~std::uint32_t{0} << width_;
  for (std::size_t i = 0; i < dirty.size(); ++i)
    dirty[i] ^= above & (0x9e3779b9u * bits(std::int64_t(i)));
  for (const Op op : {Op::kAdd, Op::kMulSat, Op::kMax, Op::kLt, Op::kShr, Op::kRelu}) {
    EXPECT_EQ(run(op, type_, dirty, b), run(op, type_, a, b));
  }
}

TEST_P(AluIntegerTest, SpecialFunctionsAreForFloats) {
  for (const Op op : {Op::kExp2, Op::kRsqrt, Op::kTanh}) {
    EXPECT_FALSE(supports(op, type_));
    EXPECT_THROW(run(op, type_, Words(16)), std::invalid_argument);
  }
  EXPECT_TRUE(supports(Op::kAdd, type_));
  EXPECT_FALSE(supports(Op::kLw, type_));
}

INSTANTIATE_TEST_SUITE_P(Types, AluIntegerTest,
                         testing::Values(IntegerType{Type::kI8, 8}, IntegerType{Type::kI16, 16},
                                         IntegerType{Type::kI32, 32}),
                         [](const auto& param) { return "i" + std::to_string(param.param.width); });

TEST(AluStreamsTest, LoadExtendsAndStoreCuts) {
  std::vector<std::uint8_t> bytes[4];
  const std::uint8_t* in[4];
  for (std::size_t s = 0; s < 4; ++s) {
    bytes[s].assign(16, static_cast<std::uint8_t>(0x80 + s));
    in[s] = bytes[s].data();
  }
  const std::pair<Type, std::uint32_t> expected[] = {{Type::kI8, 0xffffff80},
                                                     {Type::kI16, 0xffff8180},
                                                     {Type::kF16, 0x00008180},
                                                     {Type::kI32, 0x83828180},
                                                     {Type::kF32, 0x83828180}};
  for (const auto& [type, word] : expected) {
    Words out(16);
    load(type, in, out.data(), 16);
    EXPECT_EQ(out, Words(16, word));
    std::vector<std::uint8_t> back[4];
    std::uint8_t* streams[4];
    for (std::size_t s = 0; s < 4; ++s) {
      back[s].assign(16, 0xee);
      streams[s] = back[s].data();
    }
    store(type, out.data(), streams, 16);
    for (std::size_t s = 0; s < 4; ++s) {
      const bool used = static_cast<int>(s) < isa::bytes_of(type);
      EXPECT_EQ(back[s], used ? bytes[s] : std::vector<std::uint8_t>(16, 0xee));
    }
  }
}

TEST(AluStreamsTest, BroadcastFillsAllLanes) {
  Words out(320);
  broadcast(0x12345678, out.data(), 320);
  EXPECT_EQ(out, Words(320, 0x12345678));
}

TEST(AluStreamsTest, ResultMayReplaceAnOperand) {
  Words a(320);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = bits(std::int64_t(i));
  isa::Insn insn;
  insn.op = Op::kAdd;
  insn.type = Type::kI32;
  Words both = a;
  execute(insn, both.data(), both.data(), both.data(), 320);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(both[i], 2 * a[i]);
}

}  // namespace
}  // namespace lpu::tlm
