// SPDX-License-Identifier: Apache-2.0
#include "testbench/unit/tlm/chip/core_fixture.h"

namespace lpu::tlm {
namespace {

using isa::Op;
using isa::Source;
using isa::Type;

class ErrorsTest : public CoreFixture {};

TEST_F(ErrorsTest, AMessageSaysWhereAndWhat) {
  table.at(3, geometry.mem_queue(kEast, 2), read_row(0, east(0)));
  table.at(9, geometry.mem_queue(kEast, 2), write_row(west(1), 5));
  program = table.program();
  program.lines.resize(program.queues.size());
  program.lines[46] = {1, 2, 3, 4};
  core.load(program);
  core.start({kStart});
  try {
    core.run_until({kStart + 100});
    FAIL() << "no error";
  } catch (const ScheduleError& error) {
    EXPECT_EQ(error.id(), "lpu/stream/undriven");
    EXPECT_EQ(error.where().unit, "mem_e.slice2");
    EXPECT_EQ(error.where().at.value, kStart + 9);
    EXPECT_EQ(error.where().index, 3U);
    EXPECT_EQ(error.where().line, 4U);
    EXPECT_STREQ(error.what(),
                 "lpu/stream/undriven: chip0.mem_e.slice2, cycle 1009, instruction 3, line 4: "
                 "stream w1 at x = 5 in cycle 1009 is read, but nobody drove it");
  }
}

TEST_F(ErrorsTest, TwoDriversOfOneRegister) {
  table.at(3, geometry.mem_queue(kEast, 2), read_row(0, east(0)));
  table.at(3, geometry.mem_queue(kEast, 3), read_row(0, east(0)));
  EXPECT_EQ(error_id(), "lpu/stream/double-drive");
}

TEST_F(ErrorsTest, AnInstructionOfAnotherUnit) {
  table.at(3, geometry.mem_queue(kEast, 2), insn_of(Op::kIw));
  EXPECT_EQ(error_id(), "lpu/mem/undefined-insn");
}

TEST_F(ErrorsTest, ARowThatASliceDoesNotHave) {
  table.at(3, geometry.mem_queue(kEast, 2), read_row(8192, east(0)));
  EXPECT_EQ(error_id(), "lpu/mem/no-such-row");
}

TEST_F(ErrorsTest, AStreamGroupThatIsNotAligned) {
  table.at(3, geometry.vxm_queue(2),
           binary(Op::kMov, Type::kI32, Source::imm(), Source{}, east(2)));
  EXPECT_EQ(error_id(), "lpu/stream/unaligned-group");
}

TEST_F(ErrorsTest, AMissingOperand) {
  table.at(3, geometry.mem_queue(kEast, 2), insn_of(Op::kRead));
  EXPECT_EQ(error_id(), "lpu/stream/missing-operand");
}

TEST_F(ErrorsTest, AnOperationThatATypeDoesNotHave) {
  table.at(3, geometry.vxm_queue(2), binary(Op::kTanh, Type::kI8, Source::imm(), Source{}));
  EXPECT_EQ(error_id(), "lpu/vxm/undefined-insn");
}

TEST_F(ErrorsTest, AccBeforeAnyResult) {
  table.at(3, geometry.vxm_queue(2), binary(Op::kMov, Type::kI8, Source::acc(), Source{}));
  EXPECT_EQ(error_id(), "lpu/vxm/no-last-result");
}

TEST_F(ErrorsTest, AReceiveWithoutAVector) {
  table.at(3, geometry.c2c_queue(2), receive_vector(east(0)));
  EXPECT_EQ(error_id(), "lpu/c2c/nothing-arrived");
}

TEST_F(ErrorsTest, AQueueThatWaitsForever) {
  table.at(3, geometry.mem_queue(kEast, 2), insn_of(Op::kSync));
  EXPECT_EQ(error_id(), "lpu/icu/parked-forever");
}

TEST_F(ErrorsTest, ANotifyThatReleasesNobody) {
  table.at(3, geometry.mem_queue(kEast, 2), insn_of(Op::kNotify));
  EXPECT_EQ(error_id(), "lpu/icu/nobody-parked");
}

TEST_F(ErrorsTest, AVectorFromThePast) {
  core.run_until({100});
  table.at(3, geometry.mem_queue(kEast, 2), read_row(0, east(0)));
  program = table.program();
  core.load(program);
  core.start({kStart});
  core.run_until({kStart + 1});
  EXPECT_THROW(core.arrive(0, {kStart}, ramp(0)), ScheduleError);
  core.arrive(0, {kStart + 1}, ramp(0));
  EXPECT_EQ(core.unreceived(), 1);
}

}  // namespace
}  // namespace lpu::tlm
