// SPDX-License-Identifier: Apache-2.0
// Integer arithmetic of the RTL against 64-bit arithmetic: every pair of i8, corners and random
// values of i16 and i32.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <ostream>
#include <random>

#include "testbench/cosim/vxm/vxm_driver.h"
#include "testbench/unit/tlm/vxm/alu_support.h"

namespace lpu::rtl {
namespace {

using isa::Op;
using isa::Type;
using Words = VxmDriver::Words;

class VxmInteger : public testing::TestWithParam<Type> {
 protected:
  using Exact = std::function<std::int64_t(std::int64_t, std::int64_t)>;

  VxmInteger() {
    Words values;
    if (width_ == 8) {
      for (std::uint32_t i = 0; i < 256; ++i) values.push_back(i);
    } else {
      for (const std::int64_t i :
           {0, 1, -1, 2, -2, 3, 31, 32, 127, 128, -128, -129, 181, 182, 46340, 46341, -46341}) {
        values.push_back(cut(i));
      }
      for (std::int64_t i = 0; i < 3; ++i) {
        values.push_back(cut(most_ - i));
        values.push_back(cut(-most_ - 1 + i));
      }
    }
    std::tie(a_, b_) = tlm::pairs(values);
    std::mt19937 random(5);
    for (int i = 0; width_ != 8 && i < 1'000'000; ++i) {
      // Small ones now and then, so that products are not all out of range.
      a_.push_back(cut(static_cast<std::int32_t>(random()) >> (i % 32)));
      b_.push_back(cut(static_cast<std::int32_t>(random()) >> (random() % 32)));
    }
  }

  /// The low bits, as streams carry them; and the value that they stand for.
  [[nodiscard]] std::uint32_t cut(std::int64_t value) const {
    return static_cast<std::uint32_t>(value) & (0xffffffffU >> (32 - width_));
  }
  [[nodiscard]] std::int64_t value(std::uint32_t word) const {
    return word > static_cast<std::uint32_t>(most_) ? word - 2 * (most_ + 1) : std::int64_t{word};
  }
  [[nodiscard]] std::int64_t clamped(std::int64_t value) const {
    return std::clamp(value, -most_ - 1, most_);
  }

  void check(Op op, const Exact& exact) {
    const Words out = vxm_.run(op, GetParam(), a_, b_);
    for (std::size_t i = 0; i < a_.size(); ++i) {
      ASSERT_EQ(out[i], cut(exact(value(a_[i]), value(b_[i]))))
          << isa::find_op(op)->mnemonic << ' ' << value(a_[i]) << ", " << value(b_[i]);
    }
  }

  int width_ = 8 * isa::bytes_of(GetParam());
  std::int64_t most_ = (std::int64_t{1} << (width_ - 1)) - 1;
  Words a_;
  Words b_;
  VxmDriver vxm_;
};

using I = std::int64_t;

TEST_P(VxmInteger, ArithmeticWraps) {
  check(Op::kAdd, [](I x, I y) { return x + y; });
  check(Op::kSub, [](I x, I y) { return x - y; });
  check(Op::kMul, [](I x, I y) { return x * y; });
}

TEST_P(VxmInteger, SaturatingArithmeticIsClamped) {
  check(Op::kAddSat, [this](I x, I y) { return clamped(x + y); });
  check(Op::kSubSat, [this](I x, I y) { return clamped(x - y); });
  check(Op::kMulSat, [this](I x, I y) { return clamped(x * y); });
}

TEST_P(VxmInteger, OrderIsSigned) {
  check(Op::kMax, [](I x, I y) { return std::max(x, y); });
  check(Op::kMin, [](I x, I y) { return std::min(x, y); });
  check(Op::kRelu, [](I x, I) { return std::max<I>(x, 0); });
  check(Op::kEq, [](I x, I y) { return x == y ? -1 : 0; });
  check(Op::kLt, [](I x, I y) { return x < y ? -1 : 0; });
  check(Op::kLe, [](I x, I y) { return x <= y ? -1 : 0; });
}

TEST_P(VxmInteger, Bits) {
  check(Op::kMov, [](I x, I) { return x; });
  check(Op::kAnd, [](I x, I y) { return x & y; });
  check(Op::kOr, [](I x, I y) { return x | y; });
  check(Op::kXor, [](I x, I y) { return x ^ y; });
}

TEST_P(VxmInteger, ShiftsTakeTheLowFiveBits) {
  check(Op::kShl, [](I x, I y) { return x * (I{1} << (y & 31)); });
  check(Op::kShr, [](I x, I y) { return x >> (y & 31); });
}

TEST_P(VxmInteger, CastsSaturate) {
  for (const Type to : {Type::kI8, Type::kI16, Type::kI32}) {
    const int width = 8 * isa::bytes_of(to);
    const I most = (I{1} << (width - 1)) - 1;
    const Words out = vxm_.cast(GetParam(), to, a_);
    for (std::size_t i = 0; i < a_.size(); ++i) {
      const I expected = std::clamp(value(a_[i]), -most - 1, most);
      ASSERT_EQ(out[i], static_cast<std::uint32_t>(expected) & (0xffffffffU >> (32 - width)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Types, VxmInteger, testing::Values(Type::kI8, Type::kI16, Type::kI32),
                         [](const auto& instance) {
                           return std::string(isa::name_of(instance.param));
                         });

}  // namespace
}  // namespace lpu::rtl
