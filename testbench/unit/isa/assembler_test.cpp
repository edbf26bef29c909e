// SPDX-License-Identifier: Apache-2.0
#include "isa/asm/assembler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

#include "isa/asm/disassembler.h"
#include "isa/error/input_errors.h"
#include "isa/insn/codec.h"
#include "testbench/unit/isa/chips.h"

namespace lpu::isa {
namespace {

/// One instruction of a unit that takes any: the assembler does not judge queues.
Insn one(const std::string& text) {
  return program_of(".queue mem_w.slice0\n" + text + "\n").queues.at(0).at(0);
}

TEST(AssemblerTest, OperandsAreWhatTheySay) {
  const Insn insn = one("mul.f32 a3, 1.5f -> w8");
  EXPECT_EQ(insn.op, Op::kMul);
  EXPECT_EQ(insn.type, Type::kF32);
  EXPECT_EQ(insn.a, Source::alu(3));
  EXPECT_EQ(insn.b, Source::imm());
  EXPECT_EQ(insn.imm, std::bit_cast<std::uint32_t>(1.5F));
  EXPECT_EQ(insn.out, (Stream{Direction::kWest, 8}));
  EXPECT_EQ(one("add.i32 acc, -3").imm, 0xfffffffdU);
  EXPECT_EQ(one("add.i32 acc, 0x80000000").imm, 0x80000000U);
  EXPECT_EQ(one("cast.i32.f16 e4").to, Type::kF16);
  EXPECT_TRUE(one("acc.add 3").add);
  EXPECT_FALSE(one("acc 3").out);
  EXPECT_EQ(one("repeat 7, 2").stride, 0);
  EXPECT_EQ(one("repeat 7, 2, -1").stride, -1);
  EXPECT_EQ(one("ifetch mem_e.slice1, 9").count, 45);
  EXPECT_EQ(one("shift.f16 e0, -16 -> e4").stride, -16);
}

TEST(AssemblerTest, DisassemblyOfEveryInstructionAssemblesToIt) {
  const Geometry g(lpu1());
  int forms = 0;
  for (int code = 0; code < 256; ++code) {
    const OpInfo* info = find_op(static_cast<Op>(code));
    for (int variant = 0; info != nullptr && variant < 64; ++variant) {
      Word word{};
      word[0] = static_cast<std::uint8_t>(code);
      for (const Field field : info->fields) {
        const auto byte = static_cast<std::size_t>(place_of(field).low_bit / 8);
        const std::array<int, 8> values{0x00, 0x80, 0xbf, 0x43, 0x01, 0x02, 0x10, 0xa7};
        word[byte] = static_cast<std::uint8_t>(
            word[byte] | values[static_cast<std::size_t>(variant + static_cast<int>(field)) % 8]);
      }
      const auto insn = decode(word);
      if (insn) {
        ++forms;
        EXPECT_EQ(one(text_of(g, *insn)), *insn) << text_of(g, *insn);
      }
    }
    if (info != nullptr) {
      EXPECT_FALSE(info->mnemonic.empty());
    }
  }
  EXPECT_GT(forms, 100);
}

TEST(AssemblerTest, DisassembledProgramsAreTheSame) {
  const std::string text = R"(.chip left one
.queue vxm.alu2   # a comment
add.f32 e0, w4 -> e8
mul.f32 a2, 0.1f
max.f16 acc, 0x3c00 -> e2
.queue mem_w.slice0
ifetch mem_e.slice3, 17
.queue mxm_w.plane0.activations
abc.f16 w2, 1
.data mem_e.slice3 17: 01 02 0304...
.data mem_w.slice0 0: i8 -1, 2, 0x10...
)";
  const Program p = program_of(text);
  const Program again = program_of(disassemble(lpu1(), p));
  EXPECT_EQ(again.name, "left one");
  EXPECT_EQ(again.queues, p.queues);
  ASSERT_EQ(again.data.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again.data[i].slice, p.data[i].slice);
    EXPECT_EQ(again.data[i].row, p.data[i].row);
    EXPECT_EQ(again.data[i].bytes, p.data[i].bytes);
  }
  EXPECT_EQ(p.data[1].bytes[0], 0xff);
  EXPECT_EQ(p.data[0].bytes[319], 4);
}

TEST(AssemblerTest, EachInstructionKnowsItsLine) {
  const Program p = program_of("\n.queue mem_w.slice0\n\nread 0 -> e0\n");
  EXPECT_EQ(p.lines.at(0).at(0), 4U);
}

TEST(AssemblerTest, AllErrorsAreReportedWithTheirLines) {
  try {
    (void)assemble(lpu1(), "x.lpuasm", R"(read 0 -> e0
.queue mem_w.slice99
read 0 -> e0
.queue mem_w.slice0
read 0
read 70000 -> e0
jump 3
write e32, 0
add.i8 1, 2
add.f64 e0, e4
nop 1, 2
send e0 -> e1
.data mem_w.slice0 0: 01 02
.data vxm.alu0 0: 00...
.what
add.i32 3 -> e0)");
    FAIL() << "accepted";
  } catch (const InputErrors& e) {
    std::vector<int> lines;
    for (const InputError& one_error : e.errors()) {
      lines.push_back(one_error.line());
    }
    EXPECT_THAT(lines, testing::ElementsAre(1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
    EXPECT_THAT(e.what(), testing::HasSubstr("x.lpuasm:7: unknown instruction 'jump'"));
  }
}

}  // namespace
}  // namespace lpu::isa
