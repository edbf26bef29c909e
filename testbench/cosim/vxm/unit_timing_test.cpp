// SPDX-License-Identifier: Apache-2.0
// When results are there and not before, what chains to what, SECDED of operands, and what the
// assertions say of programs that break the schedule.
#include <gtest/gtest.h>
#include <verilated.h>
#include <verilated_fst_c.h>

#include <filesystem>
#include <string>

#include "rtl/vxm/vxm_rtl.h"
#include "tlm/mem/secded.h"

namespace lpu::rtl {
namespace {

using isa::Insn;
using isa::Op;
using isa::Source;
using isa::Type;

class VxmTiming : public testing::TestWithParam<int> {
 protected:
  static constexpr int kLatency = 7;
  static constexpr int kChain = 3;
  static constexpr isa::Stream kIn{isa::Direction::kEast, 4};
  static constexpr isa::Stream kOut{isa::Direction::kWest, 8};

  static Insn insn(Op op, Type type, Source a, Source b = {}) {
    Insn insn;
    insn.op = op;
    insn.type = type;
    insn.a = a;
    insn.b = b;
    return insn;
  }
  static Insn mov(std::uint32_t imm) {
    Insn result = insn(Op::kMov, Type::kI32, Source::imm());
    result.imm = imm;
    return result;
  }
  static Insn to_stream(Insn insn) {
    insn.out = kOut;
    return insn;
  }

  void issue(int alu, const Insn& insn) { unit_->issue(alu, isa::encode(insn)); }
  void clock(int cycles = 1) {
    for (int i = 0; i < cycles; ++i) unit_->clock();
  }

  UnitRtl::Checks checks_of(const std::vector<std::uint8_t>& vector) const {
    UnitRtl::Checks checks{};
    for (std::size_t r = 0; r < static_cast<std::size_t>(GetParam()); ++r) {
      checks[r] = tlm::secded_encode(&vector[16 * r]);
    }
    return checks;
  }
  [[nodiscard]] std::vector<std::uint8_t> filled(std::uint8_t byte) const {
    return std::vector<std::uint8_t>(static_cast<std::size_t>(16 * GetParam()), byte);
  }
  void present(isa::Stream stream, const std::vector<std::uint8_t>& vector) {
    unit_->present(static_cast<int>(stream.dir) * 32 + stream.index, vector.data(),
                   checks_of(vector));
  }
  void present_i32(isa::Stream base, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) {
      present({base.dir, static_cast<std::uint8_t>(base.index + i)},
              filled(static_cast<std::uint8_t>(value >> (8 * i))));
    }
  }

  /// The 32 bits that ALU `alu` drives in this cycle, the same in all lanes.
  [[nodiscard]] std::uint32_t driven(int alu) {
    std::uint32_t word = 0;
    int found = 0;
    for (const UnitRtl::Drive& drive : unit_->drives()) {
      if (drive.port / 4 != alu) continue;
      EXPECT_EQ(drive.stream, 32 + kOut.index + drive.port % 4);
      EXPECT_EQ(drive.data, filled(drive.data[0]));
      word |= std::uint32_t{drive.data[0]} << (8 * (drive.port % 4));
      ++found;
    }
    EXPECT_EQ(found, 4);
    return word;
  }

  /// The cycles after the dispatch of the cycle that now ends: nothing in the first ones.
  void expect_after(int cycles, int alu, std::uint32_t value) {
    for (int i = 1; i < cycles; ++i) {
      clock();
      EXPECT_TRUE(unit_->drives().empty()) << i;
    }
    clock();
    EXPECT_EQ(driven(alu), value);
  }

  /// That many assertions fail in the cycle that now ends.
  void expect_errors(std::uint64_t count) {
    const std::uint64_t before = unit_->errors();
    clock();
    EXPECT_EQ(unit_->errors() - before, count);
  }

  std::unique_ptr<UnitRtl> unit_ = make_vxm_rtl(RtlContext::process(), "rtl", GetParam());
};

TEST_P(VxmTiming, StreamToStreamTakesSevenCycles) {
  present_i32(kIn, 0x12345678);
  issue(3, to_stream(insn(Op::kMov, Type::kI32, Source::stream(kIn))));
  expect_after(kLatency, 3, 0x12345678);
  clock();
  EXPECT_TRUE(unit_->drives().empty());
}

TEST_P(VxmTiming, EveryOperationTakesTheSame) {
  for (const isa::OpInfo& op : isa::vxm_ops()) {
    present_i32(kIn, 0x3f800000);
    const Source b = isa::is_unary(op.op) ? Source{} : Source::stream(kIn);
    Insn one = to_stream(insn(op.op, Type::kF32, Source::stream(kIn), b));
    one.to = op.op == Op::kCast ? Type::kF32 : Type::kI8;
    issue(0, one);
    for (int i = 1; i < kLatency; ++i) {
      clock();
      EXPECT_TRUE(unit_->drives().empty()) << op.mnemonic << ' ' << i;
    }
    clock();
    EXPECT_EQ(unit_->drives().size(), 4U) << op.mnemonic;
  }
}

TEST_P(VxmTiming, AResultIsDrivenOnAsManyStreamsAsItsTypeHasBytes) {
  Insn cast = insn(Op::kCast, Type::kI32, Source::imm());
  cast.out = kOut;
  for (const Type to : {Type::kI8, Type::kI16, Type::kI32, Type::kF16, Type::kF32}) {
    cast.to = to;
    issue(5, cast);
    clock(kLatency);
    EXPECT_EQ(static_cast<int>(unit_->drives().size()), isa::bytes_of(to));
  }
}

TEST_P(VxmTiming, AChainedOperationTakesThree) {
  issue(1, mov(40));
  clock(kChain);
  Insn add = to_stream(insn(Op::kAdd, Type::kI32, Source::alu(1), Source::imm()));
  add.imm = 2;
  issue(2, add);
  expect_after(kLatency, 2, 42);
}

// Each adds one to what the ALU before it gives, itself included after the last.
TEST_P(VxmTiming, AChainThroughAllAlusAndBackToTheFirst) {
  issue(0, mov(0));
  clock(kChain);
  for (int alu = 1; alu <= 16; ++alu) {
    Insn add = insn(Op::kAdd, Type::kI32, Source::alu(alu - 1), Source::imm());
    add.imm = 1;
    if (alu == 16) add.out = kOut;
    issue(alu % 16, add);
    if (alu < 16) clock(kChain);
  }
  expect_after(kLatency, 0, 16);
  EXPECT_EQ(unit_->errors(), 0U);
}

TEST_P(VxmTiming, AnAluChainsToItself) {
  issue(7, mov(5));
  clock(kChain);
  issue(7, to_stream(insn(Op::kMul, Type::kI32, Source::alu(7), Source::alu(7))));
  expect_after(kLatency, 7, 25);
}

TEST_P(VxmTiming, AChainTakesTheResultOfItsCycleAndNoLaterOne) {
  issue(1, mov(10));
  clock();
  issue(1, mov(20));
  clock();
  issue(1, mov(30));
  clock();
  issue(2, to_stream(insn(Op::kMov, Type::kI32, Source::alu(1))));
  issue(1, mov(40));
  expect_after(kLatency, 2, 10);
}

TEST_P(VxmTiming, AccumulatesInEveryCycle) {
  issue(4, mov(0));
  clock();
  for (int i = 1; i <= 20; ++i) {
    Insn add = insn(Op::kAdd, Type::kI32, Source::acc(), Source::imm());
    add.imm = static_cast<std::uint32_t>(i);
    add.out = kOut;
    issue(4, add);
    clock();
    // i - (kLatency - 1) additions have been seen by now.
    const int seen = i - (kLatency - 1);
    if (seen > 0) {
      EXPECT_EQ(driven(4), static_cast<std::uint32_t>(seen * (seen + 1) / 2));
    }
  }
}

TEST_P(VxmTiming, TheLastResultStays) {
  issue(4, mov(77));
  clock(1000);
  issue(4, to_stream(insn(Op::kMov, Type::kI32, Source::acc())));
  expect_after(kLatency, 4, 77);
}

TEST_P(VxmTiming, AllAlusInOneCycle) {
  for (int alu = 0; alu < 16; ++alu) {
    Insn one = mov(static_cast<std::uint32_t>(alu));
    one.type = Type::kI8;
    one.out = isa::Stream{isa::Direction::kEast, static_cast<std::uint8_t>(alu)};
    issue(alu, one);
  }
  clock(kLatency);
  ASSERT_EQ(unit_->drives().size(), 16U);
  for (int alu = 0; alu < 16; ++alu) {
    const UnitRtl::Drive& drive = unit_->drives()[static_cast<std::size_t>(alu)];
    EXPECT_EQ(drive.port, 4 * alu);
    EXPECT_EQ(drive.stream, alu);
    EXPECT_EQ(drive.data, filled(static_cast<std::uint8_t>(alu)));
  }
}

// What stands above a type in a chained register does not matter, except where whole registers
// are combined.
TEST_P(VxmTiming, ATypeTakesItsLowBits) {
  issue(1, mov(0xffff7f01));
  clock(kChain);
  issue(2, insn(Op::kAdd, Type::kI8, Source::alu(1), Source::imm()));
  issue(3, insn(Op::kOr, Type::kI8, Source::alu(1), Source::alu(1)));
  clock(kChain);
  issue(4, to_stream(insn(Op::kMov, Type::kI32, Source::alu(2))));
  Insn low = to_stream(insn(Op::kMov, Type::kI32, Source::alu(3)));
  low.out = isa::Stream{isa::Direction::kWest, 8};
  clock(kLatency);
  EXPECT_EQ(driven(4), 1U);
  issue(1, mov(0xffff7f01));
  clock(kChain);
  issue(3, insn(Op::kOr, Type::kI8, Source::alu(1), Source::alu(1)));
  clock(kChain);
  issue(4, low);
  expect_after(kLatency, 4, 0xffff7f01);
}

TEST_P(VxmTiming, EveryWrongBitOfAnOperandIsPutRightAndCounted) {
  std::vector<std::uint8_t> vector(static_cast<std::size_t>(16 * GetParam()));
  for (std::size_t i = 0; i < vector.size(); ++i) vector[i] = static_cast<std::uint8_t>(37 * i + 1);
  Insn copy = insn(Op::kMov, Type::kI8, Source::stream(kIn));
  copy.out = kOut;
  const std::size_t last = vector.size() - 16;
  for (std::size_t bit = 0; bit < 137; ++bit) {
    std::vector<std::uint8_t> wrong = vector;
    UnitRtl::Checks checks = checks_of(vector);
    if (bit < 128) {
      wrong[last + bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    } else {
      checks[last / 16] ^= static_cast<std::uint16_t>(1U << (bit - 128));
    }
    unit_->present(kIn.index, wrong.data(), checks);
    issue(0, copy);
    clock();
    EXPECT_EQ(unit_->corrected(), 1) << bit;
    EXPECT_FALSE(unit_->uncorrectable()) << bit;
    clock();
    EXPECT_EQ(unit_->corrected(), 0);
    clock(kLatency - 2);
    ASSERT_EQ(unit_->drives().size(), 1U);
    EXPECT_EQ(unit_->drives()[0].data, vector) << bit;
    EXPECT_EQ(unit_->drives()[0].checks, checks_of(vector)) << bit;
  }
}

TEST_P(VxmTiming, EachUseOfAWrongWordCounts) {
  std::vector<std::uint8_t> wrong = filled(9);
  const UnitRtl::Checks checks = checks_of(wrong);
  wrong[3] ^= 4;
  unit_->present(kIn.index, wrong.data(), checks);
  const Insn both = insn(Op::kAdd, Type::kI8, Source::stream(kIn), Source::stream(kIn));
  issue(0, both);
  issue(9, both);
  clock();
  EXPECT_EQ(unit_->corrected(), 4);
}

TEST_P(VxmTiming, TwoWrongBitsAreFlagged) {
  std::vector<std::uint8_t> wrong = filled(9);
  const UnitRtl::Checks checks = checks_of(wrong);
  wrong[3] ^= 4;
  wrong[5] ^= 1;
  unit_->present(kIn.index, wrong.data(), checks);
  issue(0, insn(Op::kMov, Type::kI8, Source::stream(kIn)));
  clock();
  EXPECT_TRUE(unit_->uncorrectable());
  EXPECT_EQ(unit_->corrected(), 0);
  clock();
  EXPECT_FALSE(unit_->uncorrectable());
}

// Streams that are no operand are not looked at.
TEST_P(VxmTiming, OnlyOperandsAreChecked) {
  unit_->present(kIn.index, filled(1).data(), UnitRtl::Checks{});
  unit_->present(kIn.index + 1, filled(1).data(), checks_of(filled(1)));
  issue(0, insn(Op::kMov, Type::kI8,
                Source::stream({kIn.dir, static_cast<std::uint8_t>(kIn.index + 1)})));
  clock();
  EXPECT_EQ(unit_->corrected(), 0);
  EXPECT_FALSE(unit_->uncorrectable());
}

TEST_P(VxmTiming, AStreamWithoutADriverIsAnError) {
  issue(0, insn(Op::kMov, Type::kI8, Source::stream(kIn)));
  expect_errors(1);
  for (int missing = 0; missing < 4; ++missing) {
    for (int i = 0; i < 4; ++i) {
      if (i != missing) {
        present({kIn.dir, static_cast<std::uint8_t>(kIn.index + i)}, filled(1));
      }
    }
    issue(0, insn(Op::kAdd, Type::kF32, Source::imm(), Source::stream(kIn)));
    expect_errors(1);
  }
}

TEST_P(VxmTiming, AChainAtAnyOtherTimeIsAnError) {
  for (int distance = 1; distance < 9; ++distance) {
    issue(6, mov(1));
    clock(distance);
    issue(7, insn(Op::kMov, Type::kI32, Source::alu(6)));
    expect_errors(distance == kChain ? 0 : 1);
    clock(10);
  }
}

TEST_P(VxmTiming, AccBeforeAnyInstructionIsAnError) {
  issue(8, mov(1));
  issue(2, insn(Op::kMov, Type::kI32, Source::acc()));
  expect_errors(1);
  issue(8, insn(Op::kMov, Type::kI32, Source::acc()));
  expect_errors(0);
}

TEST_P(VxmTiming, OperationsThatDoNotExistAreErrors) {
  for (const Type type : {Type::kI8, Type::kI16, Type::kI32}) {
    for (const Op op : {Op::kExp2, Op::kRsqrt, Op::kTanh}) {
      issue(0, insn(op, type, Source::imm()));
      expect_errors(1);
    }
  }
  isa::Word word = isa::encode(mov(0));
  word[0] = 0x36;
  unit_->issue(0, word);
  expect_errors(1);
  word = isa::encode(mov(0));
  word[6] = 5;  // type
  unit_->issue(0, word);
  expect_errors(1);
}

TEST_P(VxmTiming, MissingOperandsAreErrors) {
  isa::Word word = isa::encode(insn(Op::kAdd, Type::kI8, Source::imm(), Source::imm()));
  word[5] = 0;  // b
  unit_->issue(0, word);
  expect_errors(1);
  word = isa::encode(mov(1));
  word[4] = 0;  // a
  unit_->issue(0, word);
  expect_errors(1);
}

TEST_P(VxmTiming, GroupsThatAreNotAlignedAreErrors) {
  for (int i = 0; i < 8; ++i)
    present({kIn.dir, static_cast<std::uint8_t>(kIn.index + i)}, filled(1));
  issue(0, insn(Op::kMov, Type::kI32,
                Source::stream({kIn.dir, static_cast<std::uint8_t>(kIn.index + 2)})));
  expect_errors(1);
  Insn out = mov(1);
  out.type = Type::kI16;
  out.out = isa::Stream{isa::Direction::kEast, 3};
  issue(0, out);
  expect_errors(1);
}

TEST_P(VxmTiming, AResetForgetsWhatIsOnItsWay) {
  issue(0, to_stream(mov(1)));
  clock(3);
  unit_->reset();
  for (int i = 0; i < 10; ++i) {
    clock();
    EXPECT_TRUE(unit_->drives().empty());
  }
  issue(0, insn(Op::kMov, Type::kI32, Source::acc()));
  expect_errors(1);
}

TEST_P(VxmTiming, SignalsGoToAWaveform) {
  const auto path =
      std::filesystem::path(testing::TempDir()) / ("vxm_" + std::to_string(GetParam()) + ".fst");
  {
    VerilatedFstC file;
    unit_->trace(file, 99);
    file.open(path.c_str());
    issue(0, to_stream(mov(1)));
    for (std::uint64_t t = 0; t < 9; ++t) {
      clock();
      file.dump(t);
    }
    file.close();
  }
  EXPECT_GT(std::filesystem::file_size(path), 100U);
  std::filesystem::remove(path);
}

INSTANTIATE_TEST_SUITE_P(Superlanes, VxmTiming, testing::Values(2, 20),
                         testing::PrintToStringParamName());

TEST(VxmRtl, OtherSizesAreRefused) {
  EXPECT_THROW(static_cast<void>(make_vxm_rtl(RtlContext::process(), "rtl", 3)),
               std::invalid_argument);
}

}  // namespace
}  // namespace lpu::rtl
