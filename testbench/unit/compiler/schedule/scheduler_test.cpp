// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/scheduler.h"

#include <gtest/gtest.h>

#include "compiler/placement/memory_map.h"

namespace lpu::compiler {
namespace {

using isa::Op;
using isa::Type;

class SchedulerTest : public ::testing::Test {
 protected:
  TensorId tensor(const Home& home, Type type, int row) {
    return scheduler_.tensor({home.hemisphere, home.slice, row, 1, type});
  }

  /// out := a + a, from and to MEM.
  isa::Cycle add(TensorId a, TensorId out) {
    Fragment f = scheduler_.fragment();
    const auto in = Fragment::flow(f.read(a, scheduler_.place_of(a), 0, 0));
    f.op(0, Op::kAdd, Type::kF32, in, in);
    f.write(f.drive(isa::outward(scheduler_.place_of(out).hemisphere)), out,
            scheduler_.place_of(out));
    return scheduler_.place(f);
  }

  isa::ChipSpec spec_{isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml")};
  isa::Geometry geometry_{spec_};
  Scheduler scheduler_{spec_, geometry_};
};

TEST_F(SchedulerTest, AnOperandIsReadWhenItHasBeenWritten) {
  const TensorId a = tensor(home::kE0, Type::kF32, 0);
  const TensorId b = tensor(home::kE0, Type::kF32, 1);
  const TensorId c = tensor(home::kE0, Type::kF32, 2);
  // Slice E0 is 5 hops from the VXM. Dispatch of the read at 0, on the stream at 1, at the VXM
  // at 6; result 4 + 3 cycles later, at the slice at 18, readable at 20.
  EXPECT_EQ(add(a, b), isa::Cycle{6});
  EXPECT_EQ(scheduler_.ready(b), isa::Cycle{20});
  EXPECT_EQ(add(b, c), isa::Cycle{26});
}

TEST_F(SchedulerTest, RowsAreWrittenAgainAfterTheirLastRead) {
  const TensorId a = tensor(home::kE0, Type::kF32, 0);
  Fragment late = scheduler_.fragment();
  late.op(0, Op::kMov, Type::kF32, Fragment::flow(late.read(a, scheduler_.place_of(a), 0, 0)));
  EXPECT_EQ(scheduler_.place(late, isa::Cycle{100}), isa::Cycle{100});
  EXPECT_EQ(scheduler_.unused(a), isa::Cycle{95});  // the read is dispatched at 94
  // The result is at slice E0 12 cycles after its operand is at the VXM.
  const TensorId next = scheduler_.tensor(scheduler_.place_of(a), scheduler_.unused(a));
  EXPECT_EQ(add(tensor(home::kW0, Type::kF32, 0), next), isa::Cycle{83});
  EXPECT_EQ(scheduler_.unused(next), isa::Cycle{97});  // written at 95, nobody has read it
}

// Vectors of a link are c2c_pace = 27 cycles apart; in between, its queue receives.
TEST_F(SchedulerTest, ALinkReceivesBetweenTwoSends) {
  const TensorId a = tensor(home::kW0, Type::kF32, 0);
  const int link = 1;
  const int x = geometry_.sxm_x(geometry_.info(geometry_.c2c_queue(link)).hemisphere);
  Fragment send = scheduler_.fragment();
  send.send(send.read_byte(a, scheduler_.place_of(a), 0, x, 0), link);
  const isa::Cycle first = scheduler_.place(send);
  EXPECT_EQ(scheduler_.place(send), first + isa::Cycles{27});
  Fragment receive = scheduler_.fragment();
  receive.receive(link, 0);
  EXPECT_EQ(scheduler_.place(receive, first), first + isa::Cycles{1});
}

TEST_F(SchedulerTest, TwoReadsOfOneSliceAreACycleApart) {
  const TensorId a = tensor(home::kE0, Type::kF32, 0);
  const TensorId b = tensor(home::kE0, Type::kF32, 1);
  EXPECT_EQ(add(a, tensor(home::kE1, Type::kF32, 0)), isa::Cycle{6});
  EXPECT_EQ(add(b, tensor(home::kE1, Type::kF32, 1)), isa::Cycle{7});
}

TEST_F(SchedulerTest, ValuesThatMeetGetOtherStreamsAndAlus) {
  add(tensor(home::kE0, Type::kF32, 0), tensor(home::kE1, Type::kF32, 0));
  // From the other hemisphere, in the same cycles, out in the same direction.
  add(tensor(home::kW0, Type::kF32, 0), tensor(home::kW1, Type::kF32, 0));
  std::vector<isa::Insn> alus;
  std::vector<int> queues;
  for (const Placed& p : scheduler_.placed()) {
    if (geometry_.info(p.queue).unit == isa::Unit::kVxm) {
      alus.push_back(p.insn);
      queues.push_back(p.queue);
    }
  }
  ASSERT_EQ(alus.size(), 2U);
  EXPECT_NE(queues[0], queues[1]);
  EXPECT_NE(alus[0].a, alus[1].a);
}

TEST_F(SchedulerTest, AFragmentThatCollidesWithItselfIsABug) {
  const TensorId a = tensor(home::kE0, Type::kF32, 0);
  Fragment f = scheduler_.fragment();
  const auto one = Fragment::flow(f.read(a, scheduler_.place_of(a), 0, 0));
  const auto two = Fragment::flow(f.read(a, scheduler_.place_of(a), 0, 0));
  f.op(0, Op::kAdd, Type::kF32, one, two);
  EXPECT_THROW(scheduler_.place(f), std::logic_error);
}

// A row every second cycle keeps its slice from everything else, and then it rests.
TEST_F(SchedulerTest, ABurstAndItsRestKeepTheSlice) {
  Place rows{isa::Hemisphere::kEast, 0, 0, 4, Type::kI8};
  Fragment f = scheduler_.fragment();
  f.read_column({rows}, geometry_.mxm_in_x(isa::Hemisphere::kEast), 0, {4, 2});
  f.rest(rows, 20);
  const isa::Cycle zero = scheduler_.place(f);
  ASSERT_EQ(scheduler_.placed().size(), 1U);
  const Placed burst = scheduler_.placed().front();
  EXPECT_EQ(burst.at, 0);  // 23 hops and the read's cycle before the fragment's zero
  EXPECT_EQ(zero, isa::Cycle{24});
  EXPECT_EQ(burst.end(), 7);  // rows in cycles 0, 2, 4, 6
  // The next read of the slice is in cycle 27; it is at the VXM six cycles later.
  EXPECT_EQ(add(tensor(home::kE0, Type::kF32, 0), tensor(home::kE1, Type::kF32, 0)),
            isa::Cycle{33});
}

TEST_F(SchedulerTest, PhasesCoverWhatWasPlaced) {
  add(tensor(home::kE0, Type::kF32, 0), tensor(home::kE1, Type::kF32, 0));
  scheduler_.end_phase("first");
  add(tensor(home::kE0, Type::kF32, 1), tensor(home::kE1, Type::kF32, 1));
  scheduler_.end_phase("second");
  ASSERT_EQ(scheduler_.phases().size(), 2U);
  EXPECT_EQ(scheduler_.phases()[0].first, isa::Cycle{0});
  EXPECT_EQ(scheduler_.phases()[1].first, isa::Cycle{1});
  // The last write of the second: dispatched at 20 in the slice, 2 cycles to retire, 20 superlanes.
  EXPECT_EQ(scheduler_.end(), scheduler_.phases()[1].last + isa::Cycles{22});
}

}  // namespace
}  // namespace lpu::compiler
