// SPDX-License-Identifier: Apache-2.0
// When each unit's result is there: not before, not after.
#include "testbench/unit/tlm/chip/core_fixture.h"

namespace lpu::tlm {
namespace {

using isa::Op;
using isa::Source;
using isa::Type;

class TimingTest : public CoreFixture {};

TEST_F(TimingTest, PositionsAreThoseOfTheFloorPlan) {
  EXPECT_EQ(geometry.mem_x(kEast, 0), 5);
  EXPECT_EQ(geometry.mem_x(kEast, 43), 15);
  EXPECT_EQ(geometry.mem_x(kWest, 43), -15);
  EXPECT_EQ(geometry.sxm_x(kEast), 19);
  EXPECT_EQ(geometry.mxm_in_x(kEast), 28);
  EXPECT_EQ(geometry.mxm_out_x(kWest), -25);
}

TEST_F(TimingTest, AReadIsOnTheStreamAfterOneCycle) {
  place(kEast, 9, 77, ramp(1));
  table.at(10, geometry.mem_queue(kEast, 9), read_row(77, west(4)));
  run();
  expect_driven_at(west(4), geometry.mem_x(kEast, 9), 11);
  EXPECT_EQ(value(west(4), 0, 11 + geometry.mem_x(kEast, 9))[5], 6);
}

TEST_F(TimingTest, AWriteIsReadableAfterTwoCycles) {
  place(kEast, 0, 1, ramp(3));
  table.at(0, geometry.mem_queue(kEast, 0), read_row(1, east(0)));
  table.at(2, geometry.mem_queue(kEast, 4), write_row(east(0), 5));
  table.at(4, geometry.mem_queue(kEast, 4), read_row(5, east(1)));
  run();
  EXPECT_EQ(row(kEast, 4, 5), ramp(3));
  expect_driven_at(east(1), 6, 5);
}

TEST_F(TimingTest, OneCycleAfterItsWriteARowIsNotReadable) {
  table.at(0, geometry.mem_queue(kEast, 0), read_row(1, east(0)));
  table.at(2, geometry.mem_queue(kEast, 4), write_row(east(0), 5));
  table.at(3, geometry.mem_queue(kEast, 4), read_row(5, east(1)));
  EXPECT_EQ(error_id(), "lpu/mem/read-too-soon");
}

TEST_F(TimingTest, AnAluResultIsOnTheStreamAfterSevenCycles) {
  place(kWest, 0, 1, constant(20));
  place(kEast, 0, 2, constant(3));
  read_for(kWest, 0, 1, east(0), 0, 10);
  read_for(kEast, 0, 2, west(0), 0, 10);
  table.at(10, geometry.vxm_queue(5),
           binary(Op::kSub, Type::kI8, Source::stream(east(0)), Source::stream(west(0)), east(7)));
  run();
  expect_driven_at(east(7), 0, 17);
  EXPECT_EQ(value(east(7), 0, 17)[319], 17);
}

TEST_F(TimingTest, AChainedAluIsDispatchedThreeCyclesLaterAndNeitherTwoNorFour) {
  for (const int gap : {2, 3, 4}) {
    place(kWest, 0, 1, constant(20));
    table = Timetable(chip_spec());
    read_for(kWest, 0, 1, east(0), 0, 10);
    isa::Insn first = binary(Op::kAdd, Type::kI32, Source::imm(), Source::imm());
    first.imm = 1000;
    table.at(10, geometry.vxm_queue(0), first);
    table.at(10 + gap, geometry.vxm_queue(1),
             binary(Op::kAdd, Type::kI32, Source::alu(0), Source::alu(0), east(4)));
    ChipCore chip({chip_spec(), Values::kFull, 0, {}}, {});
    program = table.program();
    chip.load(program);
    chip.start({0});
    if (gap != 3) {
      EXPECT_THROW(chip.run_until({1000}), ScheduleError) << gap;
      continue;
    }
    chip.run_until({1000});
    const StreamFile& file = chip.streams().file();
    EXPECT_FALSE(file.driven(east(4), 0, {19}));
    EXPECT_EQ(file.read(east(4), 0, {20})[0], 4000 & 0xff);
    EXPECT_EQ(file.read(east(5), 0, {20})[0], 4000 >> 8);
    EXPECT_FALSE(file.driven(east(4), 0, {21}));
  }
}

TEST_F(TimingTest, AnAlusOwnLastResultIsOfAnyAge) {
  isa::Insn first = binary(Op::kAdd, Type::kI32, Source::imm(), Source::imm());
  first.imm = 21;
  table.at(10, geometry.vxm_queue(3), first);
  isa::Insn second = binary(Op::kAdd, Type::kI32, Source::acc(), Source::acc());
  table.at(11, geometry.vxm_queue(3), second);
  second.out = east(0);
  table.at(500, geometry.vxm_queue(3), second);
  run();
  EXPECT_EQ(value(east(0), 0, 507)[0], 168);
}

struct SxmCase {
  isa::Op op;
  isa::SxmQueue queue;
  int latency;
};

class SxmTimingTest : public CoreFixture, public testing::WithParamInterface<SxmCase> {};

TEST_P(SxmTimingTest, TheResultIsOnTheStreamWhenTheTableSays) {
  const SxmCase& op = GetParam();
  const int x = geometry.sxm_x(kEast);
  for (int stream = 0; stream < 18; ++stream) {
    place(kEast, stream, 1, constant(0));
    read_for(kEast, stream, 1, east(stream), x, 30);
  }
  const bool maps = op.op == Op::kPermute || op.op == Op::kDistribute;
  table.at(30, geometry.sxm_queue(kEast, op.queue),
           move_lanes(op.op, east(0), west(16), 1, maps ? std::optional{east(16)} : std::nullopt));
  run();
  expect_driven_at(west(16), x, 30 + op.latency);
}

INSTANTIATE_TEST_SUITE_P(Operations, SxmTimingTest,
                         testing::Values(SxmCase{Op::kShift, isa::SxmQueue::kShift, 19},
                                         SxmCase{Op::kPermute, isa::SxmQueue::kPermute, 52},
                                         SxmCase{Op::kDistribute, isa::SxmQueue::kDistribute, 2},
                                         SxmCase{Op::kRotate, isa::SxmQueue::kRotate, 2},
                                         SxmCase{Op::kTranspose, isa::SxmQueue::kTranspose0, 4},
                                         SxmCase{Op::kTranspose, isa::SxmQueue::kTranspose1, 4}));

class PermutePaceTest : public CoreFixture {
 protected:
  void two_permutes(int gap) {
    const int x = geometry.sxm_x(kEast);
    for (int stream = 4; stream < 8; ++stream) {
      table.repeated(29 - (x - geometry.mem_x(kEast, stream)), geometry.mem_queue(kEast, stream),
                     read_row(1, east(stream)), gap);
    }
    table.repeated(30, geometry.sxm_queue(kEast, isa::SxmQueue::kPermute),
                   move_lanes(Op::kPermute, east(4), west(8), 0, east(6)), 1, gap);
  }
};

TEST_F(PermutePaceTest, APermuteIsPossibleEveryTwoCycles) {
  two_permutes(2);
  run();
  EXPECT_TRUE(driven(west(8), geometry.sxm_x(kEast), 84));
}

TEST_F(PermutePaceTest, AndNotEveryCycle) {
  two_permutes(1);
  EXPECT_EQ(error_id(), "lpu/sxm/permute-too-soon");
}

TEST_F(TimingTest, ASentVectorLeavesAfter21CyclesAndAReceivedOneIsDrivenAfter21) {
  place(kEast, 43, 1, ramp(9));
  const int x = geometry.sxm_x(kEast);
  read_for(kEast, 43, 1, east(3), x, 20);
  table.at(20, geometry.c2c_queue(11), send_vector(east(3)));
  table.at(300, geometry.c2c_queue(12), receive_vector(west(5)));
  program = table.program();
  core.load(program);
  core.arrive(12, {kStart + 300}, ramp(50));
  core.start({kStart});
  core.run_until({kStart + 1000});
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].link, 11);
  EXPECT_EQ(sent[0].leaves.value, kStart + 41);
  EXPECT_EQ(sent[0].bytes, ramp(9));
  expect_driven_at(west(5), x, 321);
  EXPECT_EQ(value(west(5), x, 321)[1], 51);
}

TEST_F(TimingTest, TheBarrierTakes35CyclesFromNotifyToTheNextInstruction) {
  table.at(0, geometry.mem_queue(kEast, 0), insn_of(Op::kSync));
  table.at(1, geometry.mem_queue(kEast, 0), read_row(0, east(0)));
  table.at(100, geometry.mem_queue(kEast, 1), insn_of(Op::kSync));
  table.at(101, geometry.mem_queue(kEast, 1), read_row(0, east(1)));
  table.at(100, geometry.vxm_queue(0), insn_of(Op::kNotify));
  run();
  expect_driven_at(east(0), 5, 136);
  expect_driven_at(east(1), 5, 136);
}

TEST_F(TimingTest, AProgramEndsWhenTheLastSuperlaneDoes) {
  table.at(7, geometry.mem_queue(kEast, 0), read_row(0, east(0)));
  run();
  EXPECT_EQ(core.end_cycle().value, kStart + 7 + 1 + 20);
}

TEST_F(TimingTest, AnEmptyProgramEndsWhenItBegins) {
  core.load(program);
  core.start({kStart});
  EXPECT_EQ(core.state(), ChipState::kFinished);
  EXPECT_EQ(core.end_cycle().value, kStart);
}

}  // namespace
}  // namespace lpu::tlm
