// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "isa/insn/codec.h"
#include "testbench/unit/isa/chips.h"

namespace lpu::isa {
namespace {

TEST(CodecTest, FieldsOfAnInstructionDoNotShareBits) {
  for (int code = 0; code < 256; ++code) {
    const OpInfo* info = find_op(static_cast<Op>(code));
    if (info == nullptr) {
      continue;
    }
    std::set<int> bits{0, 1, 2, 3, 4, 5, 6, 7};
    for (const Field field : info->fields) {
      const FieldPlace& place = place_of(field);
      for (int b = 0; b < place.bits; ++b) {
        EXPECT_TRUE(bits.insert(place.low_bit + b).second) << info->mnemonic << " " << place.name;
      }
    }
    EXPECT_LT(*bits.rbegin(), 128);
  }
}

TEST(CodecTest, EveryDecodedWordEncodesToItself) {
  std::mt19937 random(1);
  int decoded = 0;
  for (int i = 0; i < 2000000; ++i) {
    Word word{};
    // Few bytes set: a word of random bytes is hardly ever an instruction.
    word[0] = static_cast<std::uint8_t>(random() % 0x62);
    for (int n = static_cast<int>(random() % 6); n > 0; --n) {
      word[random() % 16] = static_cast<std::uint8_t>(random());
    }
    if (const auto insn = decode(word)) {
      ++decoded;
      ASSERT_EQ(encode(*insn), word);
    }
  }
  EXPECT_GT(decoded, 10000);
}

TEST(CodecTest, AStrayBitAnywhereIsRefused) {
  Insn nop;
  nop.op = Op::kNop;
  nop.count = 0;
  for (int bit = 8; bit < 128; ++bit) {
    Word word = encode(nop);
    word[static_cast<std::size_t>(bit / 8)] =
        static_cast<std::uint8_t>(word[static_cast<std::size_t>(bit / 8)] | 1 << (bit % 8));
    const bool count = bit >= 80 && bit < 96;
    EXPECT_EQ(decode(word).has_value(), count) << bit;
  }
}

TEST(CodecTest, UnknownCodesAreRefused) {
  for (int code = 0; code < 256; ++code) {
    Word word{};
    word[0] = static_cast<std::uint8_t>(code);
    if (find_op(static_cast<Op>(code)) == nullptr) {
      EXPECT_FALSE(decode(word)) << code;
    }
  }
}

TEST(LatencyTest, IsWhatTheChipFileSays) {
  const ChipSpec spec = lpu1();
  const std::vector<std::pair<Op, std::int64_t>> expected{
      {Op::kNop, 0},      {Op::kRead, 1},    {Op::kGather, 1},     {Op::kWrite, 2},
      {Op::kScatter, 2},  {Op::kAdd, 7},     {Op::kExp2, 7},       {Op::kLw, 1},
      {Op::kIw, 1},       {Op::kAbc, 46},    {Op::kAcc, 1},        {Op::kShift, 19},
      {Op::kPermute, 52}, {Op::kRotate, 2},  {Op::kDistribute, 2}, {Op::kTranspose, 4},
      {Op::kSend, 21},    {Op::kReceive, 21}};
  for (const auto& [op, cycles] : expected) {
    Insn insn;
    insn.op = op;
    EXPECT_EQ(latency(spec, insn).value, cycles) << find_op(op)->mnemonic;
  }
}

TEST(TableTest, UnaryOperationsHaveOneOperand) {
  for (const Op op : {Op::kMov, Op::kRelu, Op::kExp2, Op::kRsqrt, Op::kTanh, Op::kCast}) {
    EXPECT_TRUE(is_unary(op));
  }
  EXPECT_FALSE(is_unary(Op::kAdd));
  EXPECT_FALSE(is_unary(Op::kRead));
}

}  // namespace
}  // namespace lpu::isa
