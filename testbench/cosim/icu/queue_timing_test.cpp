// SPDX-License-Identifier: Apache-2.0
// The cycle of each instruction, as docs/timing.md states it.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "testbench/cosim/icu/queue_bench.h"
#include "testbench/cosim/icu/queue_programs.h"

namespace lpu::testbench {
namespace {

using Times = std::vector<std::pair<std::int64_t, int>>;  // cycle, address

class QueueTimingTest : public testing::Test {
 protected:
  /// What queue 0 dispatches when the lists run from cycle 0.
  Times run(std::vector<std::vector<isa::Insn>> queues) {
    isa::Program program;
    program.queues = std::move(queues);
    bench.load(program);
    bench.start();
    Times times;
    for (const QueueBench::Dispatch& d : bench.run(5000)) {
      if (d.queue == 0) times.emplace_back(d.at, isa::decode(d.insn)->addr);
    }
    EXPECT_EQ(bench.errors(), 0U);
    return times;
  }
  static isa::Insn read(int addr) { return insn_of(isa::Op::kRead, addr); }

  isa::ChipSpec spec = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/tiny.toml");
  QueueBench bench{spec, 3, 2};
};

TEST_F(QueueTimingTest, ProgramCycleZeroIsTheCycleAfterTheStart) {
  EXPECT_EQ(run({{read(7)}}), (Times{{0, 7}}));
}

TEST_F(QueueTimingTest, NothingHappensBeforeTheStart) {
  isa::Program program;
  program.queues = {{read(7)}};
  bench.load(program);
  EXPECT_FALSE(bench.outputs(0).done);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(bench.step().empty());
  bench.start();
  EXPECT_EQ(bench.step().size(), 1U);
  EXPECT_TRUE(bench.outputs(0).done);
}

TEST_F(QueueTimingTest, AnInstructionTakesOneCycleAndANopItsCount) {
  EXPECT_EQ(run({{read(1), read(2), nop(1), read(3), nop(5), read(4)}}),
            (Times{{0, 1}, {1, 2}, {3, 3}, {9, 4}}));
}

TEST_F(QueueTimingTest, TheLongestNopHasAllOfItsBits) {
  isa::Program program;
  program.queues = {{nop(65535), read(1)}};
  bench.load(program);
  bench.start();
  const std::vector<QueueBench::Dispatch> all = bench.run(70000);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].at, 65535);
}

TEST_F(QueueTimingTest, ARepeatDispatchesEveryDCyclesAndStepsTheAddress) {
  EXPECT_EQ(run({{nop(2), read(10), repeat(2, 3, -4), read(99)}}),
            (Times{{2, 10}, {5, 6}, {8, 2}, {9, 99}}));
  EXPECT_EQ(run({{read(10), repeat(2, 1, 1), read(99)}}),
            (Times{{0, 10}, {1, 11}, {2, 12}, {3, 99}}));
  EXPECT_EQ(run({{read(10), repeat(1, 2, 1), read(99)}}), (Times{{0, 10}, {2, 11}, {3, 99}}));
  EXPECT_EQ(run({{read(10), repeat(2, 2, 1), repeat(1, 5, 10)}}),
            (Times{{0, 10}, {2, 11}, {4, 12}, {9, 22}}));
}

TEST_F(QueueTimingTest, OnlyAddressesAreStepped) {
  isa::Program program;
  program.queues = {{insn_of(isa::Op::kAdd, 3), repeat(2, 1, -1)}};
  bench.load(program);
  bench.start();
  for (const QueueBench::Dispatch& d : bench.run(10)) {
    EXPECT_EQ(d.insn, isa::encode(insn_of(isa::Op::kAdd, 3)));
  }
}

TEST_F(QueueTimingTest, AParkedQueueGoesOnTheBarrierAfterTheNotify) {
  EXPECT_EQ(run({{insn_of(isa::Op::kSync), read(1)}, {nop(9), insn_of(isa::Op::kNotify)}}),
            (Times{{9 + 35, 1}}));
}

TEST_F(QueueTimingTest, AParkedQueueSaysSoUpToTheNotify) {
  isa::Program program;
  program.queues = {{nop(1), insn_of(isa::Op::kSync), read(1)},
                    {nop(5), insn_of(isa::Op::kNotify)}};
  bench.load(program);
  bench.start();
  for (int cycle = 0; cycle < 10; ++cycle) {
    EXPECT_EQ(bench.outputs(0).parked, cycle >= 1 && cycle <= 5) << cycle;
    EXPECT_FALSE(bench.outputs(1).parked) << cycle;
    bench.step();
  }
}

TEST_F(QueueTimingTest, AQueueThatParksInTheCycleOfTheNotifyIsReleased) {
  EXPECT_EQ(run({{nop(9), insn_of(isa::Op::kSync), read(1)}, {nop(9), insn_of(isa::Op::kNotify)}}),
            (Times{{9 + 35, 1}}));
}

TEST_F(QueueTimingTest, AQueueThatParksACycleLaterWaitsForTheNextNotify) {
  const isa::Insn notify = insn_of(isa::Op::kNotify);
  EXPECT_EQ(run({{nop(10), insn_of(isa::Op::kSync), read(1)},
                 {nop(9), notify, nop(90), notify},
                 {insn_of(isa::Op::kSync)}}),
            (Times{{100 + 35, 1}}));
}

TEST_F(QueueTimingTest, AQueueWhoseLastInstructionIsASyncEndsWhenItIsReleased) {
  isa::Program program;
  program.queues = {{insn_of(isa::Op::kSync)}, {nop(9), insn_of(isa::Op::kNotify)}};
  bench.load(program);
  bench.start();
  while (bench.now() < 10) {
    EXPECT_FALSE(bench.outputs(0).done);
    bench.step();
  }
  EXPECT_TRUE(bench.outputs(0).done);
}

TEST_F(QueueTimingTest, FetchedTextRunsFromTheFetchLatencyOn) {
  std::vector<isa::Insn> list(80, read(5));
  list[38] = ifetch(0, 0);  // in cycle 38
  list[39] = nop(19);
  const Times times = run({list});
  ASSERT_EQ(times.size(), 38U + 40U);
  EXPECT_EQ(times[38].first, 38 + 20);
  EXPECT_EQ(times.back().first, 38 + 20 + 39);
}

TEST_F(QueueTimingTest, ALoadForgetsTheProgramBefore) {
  isa::Program program;
  program.queues = {{insn_of(isa::Op::kSync), read(1)}};
  bench.load(program);
  bench.start();
  for (int i = 0; i < 5; ++i) bench.step();
  EXPECT_EQ(run({{read(2), nop(3), read(3)}}), (Times{{0, 2}, {4, 3}}));
}

}  // namespace
}  // namespace lpu::testbench
