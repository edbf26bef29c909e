// SPDX-License-Identifier: Apache-2.0
#include "isa/program/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testbench/unit/isa/chips.h"

namespace lpu::isa {
namespace {

std::vector<std::pair<std::int64_t, int>> cycles_and_rows(const Timeline& line) {
  std::vector<std::pair<std::int64_t, int>> pairs;
  for (const Issue& issue : line.issues) {
    pairs.emplace_back(issue.at.value, issue.insn.addr);
  }
  return pairs;
}

using testing::ElementsAre;
using testing::Pair;

TEST(TimelineTest, AnInstructionTakesACycleAndANopTakesN) {
  const Timeline line =
      resolve(lpu1(), program_of(".queue mem_e.slice0\nread 1 -> e0\nnop 3\nread 2 -> e0\n"));
  EXPECT_THAT(cycles_and_rows(line), ElementsAre(Pair(0, 1), Pair(4, 2)));
  EXPECT_EQ(line.queue_end[44].value, 5);
  EXPECT_EQ(line.end.value, 4 + 1 + 20);
}

TEST(TimelineTest, ARepeatStepsTheRowAndHoldsTheQueueUntilItsLastRepetition) {
  const Timeline line = resolve(
      lpu1(), program_of(".queue mem_e.slice0\nread 9 -> e0\nrepeat 2, 3, -2\nread 1 -> e1\n"));
  EXPECT_THAT(cycles_and_rows(line), ElementsAre(Pair(0, 9), Pair(3, 7), Pair(6, 5), Pair(7, 1)));
}

TEST(TimelineTest, ARepeatEveryCycleFollowsDirectly) {
  const Timeline line = resolve(
      lpu1(), program_of(".queue mem_e.slice0\nread 1 -> e0\nrepeat 2, 1, 1\nread 9 -> e1\n"));
  EXPECT_THAT(cycles_and_rows(line), ElementsAre(Pair(0, 1), Pair(1, 2), Pair(2, 3), Pair(3, 9)));
}

TEST(TimelineTest, ARepeatAfterARepeatGoesOn) {
  const Timeline line = resolve(
      lpu1(), program_of(".queue mem_e.slice0\nread 10 -> e0\nrepeat 2, 2, 1\nrepeat 1, 5, 10\n"));
  EXPECT_THAT(cycles_and_rows(line),
              ElementsAre(Pair(0, 10), Pair(2, 11), Pair(4, 12), Pair(9, 22)));
  EXPECT_TRUE(line.faults.empty());
}

TEST(TimelineTest, OnlyAddressesAreStepped) {
  // The rows of the reads are 10, 9, 8; a mov has none, and stays as it is.
  const Timeline line =
      resolve(lpu1(), program_of(".queue mem_e.slice0\nread 10 -> e0\nrepeat 2, 1, -1\n"
                                 ".queue vxm.alu0\nmov.i8 1 -> e0\nrepeat 2, 1, -1\n"));
  EXPECT_TRUE(line.faults.empty());
  ASSERT_EQ(line.issues.size(), 6U);
  for (const Issue& issue : line.issues) {
    const bool read = issue.insn.op == Op::kRead;
    EXPECT_EQ(issue.insn.addr, read ? 10 - issue.at.value : 0) << issue.at.value;
  }
}

TEST(TimelineTest, ANotifyReleasesWhoIsParkedInItsOwnCycleAndNobodyLater) {
  const Timeline line = resolve(lpu1(), program_of(R"(
.queue mem_w.slice0
nop 10
sync
read 0 -> e0
.queue mem_w.slice1
nop 11
sync
read 1 -> e1
.queue mem_w.slice2
nop 10
notify
nop 50
notify
)"));
  EXPECT_THAT(cycles_and_rows(line), ElementsAre(Pair(45, 0), Pair(96, 1)));
  EXPECT_TRUE(line.faults.empty());
}

TEST(TimelineTest, IssuesAreSortedByCycleThenQueue) {
  const Timeline line = resolve(lpu1(), program_of(R"(
.queue mem_e.slice5
read 0 -> e0
repeat 3, 2
.queue mem_e.slice1
read 0 -> e1
repeat 5, 1
)"));
  ASSERT_EQ(line.issues.size(), 10U);
  for (std::size_t i = 1; i < line.issues.size(); ++i) {
    const Issue& a = line.issues[i - 1];
    const Issue& b = line.issues[i];
    EXPECT_TRUE(a.at < b.at || (a.at == b.at && a.queue < b.queue)) << i;
  }
}

TEST(TimelineTest, QueuesOfNopsDoNotMoveTheEnd) {
  const Timeline line = resolve(lpu1(), program_of(".queue mem_e.slice0\nnop 500\n"));
  EXPECT_EQ(line.queue_end[44].value, 500);
  EXPECT_EQ(line.end.value, 0);
}

}  // namespace
}  // namespace lpu::isa
