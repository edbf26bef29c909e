// SPDX-License-Identifier: Apache-2.0
// One lane of an ALU, all 32 bits of its registers, against the model's arithmetic: every operation
// on every type, with bits above the type, corners of the type with each other and random values.
#include <VvxmLane.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <ios>
#include <string>
#include <vector>

#include "cosim/random.h"
#include "isa/insn/insn.h"
#include "rtl/common/rtl_context.h"
#include "testbench/unit/tlm/vxm/alu_support.h"
#include "tlm/vxm/alu.h"

namespace lpu::rtl {
namespace {

using isa::Insn;
using isa::Op;
using isa::Type;

/// The result of what stands at the pins; it comes with the rising edge.
std::uint32_t clocked(VvxmLane& lane) {
  const std::uint32_t before = lane.result_o;
  lane.clk_i = 0;
  lane.eval();
  EXPECT_EQ(lane.result_o, before);
  lane.clk_i = 1;
  lane.eval();
  return lane.result_o;
}

class VxmLane : public testing::TestWithParam<Type> {
 protected:
  static constexpr std::size_t kBatch = 16;
  static constexpr int kBatches = 500;
  using Registers = std::array<std::uint32_t, kBatch>;

  /// What a stream brings of a register.
  static Registers loaded(Type type, const Registers& registers) {
    std::array<std::array<std::uint8_t, kBatch>, 4> bytes{};
    std::array<const std::uint8_t*, 4> streams{};
    for (std::size_t k = 0; k < 4; ++k) {
      for (std::size_t i = 0; i < kBatch; ++i) {
        bytes[k][i] = static_cast<std::uint8_t>(registers[i] >> (8 * k));
      }
      streams[k] = bytes[k].data();
    }
    Registers result{};
    tlm::load(type, streams.data(), result.data(), kBatch);
    return result;
  }

  void expect_batch(const Insn& insn, const Registers& a, const Registers& b, unsigned streams) {
    const Registers model_a = (streams & 1) != 0 ? loaded(insn.type, a) : a;
    const Registers model_b = (streams & 2) != 0 ? loaded(insn.type, b) : b;
    Registers expected{};
    tlm::execute(insn, model_a.data(), model_b.data(), expected.data(), kBatch);
    for (std::size_t i = 0; i < kBatch; ++i) {
      lane_.op_i = static_cast<std::uint8_t>(insn.op);
      lane_.from_i = static_cast<std::uint8_t>(insn.type);
      lane_.to_i = static_cast<std::uint8_t>(insn.to);
      lane_.from_stream_i = static_cast<std::uint8_t>(streams);
      lane_.a_i = a[i];
      lane_.b_i = b[i];
      ASSERT_EQ(clocked(lane_), expected[i])
          << isa::find_op(insn.op)->mnemonic << '.' << isa::name_of(insn.type) << '.'
          << isa::name_of(insn.to) << std::hex << ' ' << a[i] << ", " << b[i];
    }
  }

  /// Corners and others of the type; above it, copies of its sign, zeros or anything.
  std::uint32_t any_register() {
    const int bits = 8 * isa::bytes_of(GetParam());
    const std::uint32_t low = random_.value(GetParam());
    if (bits == 32) return low;
    const std::uint32_t above = 0xffffffffU << bits;
    const std::uint64_t kind = random_.below(4);
    if (kind == 0) return low | (static_cast<std::uint32_t>(random_.below(1ULL << 32)) & above);
    return kind == 1 || (low >> (bits - 1)) == 0 ? low : low | above;
  }

  void check(const Insn& insn) {
    for (int batch = 0; batch < kBatches && !HasFatalFailure(); ++batch) {
      Registers a{};
      Registers b{};
      for (std::size_t i = 0; i < kBatch; ++i) {
        a[i] = any_register();
        b[i] = any_register();
        // Equal and nearly equal operands compare and cancel; small ones shift.
        const std::uint64_t kind = random_.below(8);
        if (kind == 0) b[i] = a[i];
        if (kind == 1) b[i] = a[i] ^ (0x80000000U | (1U << random_.below(3)));
        if (kind == 2) b[i] = static_cast<std::uint32_t>(random_.below(34));
        if (kind == 3) a[i] = static_cast<std::uint32_t>(random_.below(1ULL << 32));
      }
      expect_batch(insn, a, b, static_cast<unsigned>(random_.below(4)));
    }
  }

  cosim::Random random_{21};
  VvxmLane lane_{&RtlContext::process().verilated(), "lane"};
};

TEST_P(VxmLane, EveryOperation) {
  for (const isa::OpInfo& op : isa::vxm_ops()) {
    if (op.op == Op::kCast || !tlm::supports(op.op, GetParam())) continue;
    Insn insn;
    insn.op = op.op;
    insn.type = GetParam();
    check(insn);
  }
}

TEST_P(VxmLane, EveryCast) {
  for (const Type to : {Type::kI8, Type::kI16, Type::kI32, Type::kF16, Type::kF32}) {
    Insn insn;
    insn.op = Op::kCast;
    insn.type = GetParam();
    insn.to = to;
    check(insn);
  }
}

INSTANTIATE_TEST_SUITE_P(Types, VxmLane,
                         testing::Values(Type::kI8, Type::kI16, Type::kI32, Type::kF16, Type::kF32),
                         [](const auto& instance) {
                           return std::string(isa::name_of(instance.param));
                         });

// Arguments of every exponent: each table, each entry, both signs.
TEST(VxmLaneSpecial, EveryTableEntry) {
  VvxmLane lane(&RtlContext::process().verilated(), "lane");
  cosim::Random random(22);
  const std::pair<Op, std::uint32_t> functions[] = {
      {Op::kExp2, 0x2f000000}, {Op::kRsqrt, 0x00000000}, {Op::kTanh, 0x38000000}};
  for (const auto& [op, first] : functions) {
    tlm::Words in;
    // 64 places in each octave, and one at random in between.
    for (std::uint32_t x = first; x < 0x7f800000 && x - first < 0x20000000; x += 1U << 17) {
      in.push_back(x);
      in.push_back(x + static_cast<std::uint32_t>(random.below(1U << 17)));
      if (op != Op::kRsqrt) in.push_back(in.back() | 0x80000000);
    }
    for (std::uint32_t i = 0; i < 300; ++i) in.push_back(i * 31 + 1);  // subnormals
    // Both sides of where tanh changes its method.
    for (std::uint32_t x = 0x3e000000 - 3000; x < 0x3e000000 + 12000; ++x) in.push_back(x);
    for (int i = -151; i <= 130; ++i) in.push_back(tlm::bits(static_cast<float>(i)));
    const tlm::Words expected = tlm::run(op, Type::kF32, in);
    lane.op_i = static_cast<std::uint8_t>(op);
    lane.from_i = static_cast<std::uint8_t>(Type::kF32);
    lane.from_stream_i = 1;
    for (std::size_t i = 0; i < in.size(); ++i) {
      lane.a_i = in[i];
      ASSERT_EQ(clocked(lane), expected[i]) << isa::find_op(op)->mnemonic << std::hex << in[i];
    }
  }
}

// Products with a tie in their last place, or just above it by one bit that is far below: what is
// lost in the multiplication, or when a subnormal result moves down. The host's FPU judges.
TEST(VxmLaneFloat, OneBitFarBelowBreaksATie) {
  VvxmLane lane(&RtlContext::process().verilated(), "lane");
  lane.op_i = static_cast<std::uint8_t>(Op::kMul);
  lane.from_i = static_cast<std::uint8_t>(Type::kF32);
  lane.from_stream_i = 3;
  const auto expect_product = [&](float a, float b) {
    lane.a_i = tlm::bits(a);
    lane.b_i = tlm::bits(b);
    const volatile float product = a * b;
    ASSERT_EQ(clocked(lane), tlm::bits(product)) << std::hexfloat << a << ' ' << b;
  };
  const auto power = [](int e) { return std::ldexp(1.0F, e); };
  // (1 + 2^-i + 2^-p)(1 + 2^-j) has the bits 2^-(i+j), half of the last place if it is scaled so,
  // and 2^-(p+j) below.
  for (int j = 1; j <= 24; ++j) {
    for (int i = 1; i <= 23; ++i) {
      for (int p = i; p <= 23; ++p) {
        const float a = 1 + power(-i) + (p == i ? 0.0F : power(-p));
        const float b = j == 24 ? 1.0F : 1 + power(-j);
        const int tie = j == 24 ? i : i + j;
        if (tie == 24) expect_product(a, b);
        if (tie < 24) expect_product(std::ldexp(a, -60), std::ldexp(b, tie - 150 + 60));
      }
    }
  }
}

}  // namespace
}  // namespace lpu::rtl
