// SPDX-License-Identifier: Apache-2.0
// The assertions of a queue: each fires on the program that breaks its rule, and not on the one
// that just keeps it.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "testbench/cosim/icu/queue_bench.h"
#include "testbench/cosim/icu/queue_programs.h"

namespace lpu::testbench {
namespace {

class QueueRuleTest : public testing::Test {
 protected:
  /// Assertions that fail in the first cycles of the list.
  std::uint64_t errors(const std::vector<isa::Insn>& list, int cycles = 400) {
    isa::Program program;
    program.queues = {list};
    bench.load(program);
    bench.start();
    for (int i = 0; i < cycles; ++i) bench.step();
    return bench.errors();
  }
  static isa::Insn read(int addr = 0) { return insn_of(isa::Op::kRead, addr); }

  /// An ifetch, and `n` cycles later the first instruction it brings.
  static std::vector<isa::Insn> used_after(int n) {
    std::vector<isa::Insn> list(80, read());
    list[38] = ifetch(0, 0);
    list[39] = nop(n - 1);
    return list;
  }

  isa::ChipSpec spec = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/tiny.toml");
  QueueBench bench{spec, 1, 2};
};

TEST_F(QueueRuleTest, AQueueWithoutIfetchRunsDryAfterItsHead) {
  EXPECT_EQ(errors(std::vector<isa::Insn>(40, read())), 0U);
  EXPECT_NE(errors(std::vector<isa::Insn>(41, read())), 0U);
}

TEST_F(QueueRuleTest, TextIsNotThereACycleBeforeTheFetchLatency) {
  EXPECT_EQ(errors(used_after(20)), 0U);
  EXPECT_NE(errors(used_after(19)), 0U);
}

TEST_F(QueueRuleTest, ARepeatNeedsAnInstructionBefore) {
  EXPECT_EQ(errors({read(), repeat(1, 1, 1)}, 3), 0U);
  EXPECT_NE(errors({nop(1), repeat(1, 1, 1)}, 3), 0U);
  EXPECT_NE(errors({read(), nop(1), repeat(1, 1, 1)}, 3), 0U);
}

TEST_F(QueueRuleTest, CountsAndDistancesAreNotZero) {
  EXPECT_NE(errors({nop(0)}, 2), 0U);
  EXPECT_NE(errors({read(), repeat(0, 1, 1)}, 3), 0U);
  EXPECT_NE(errors({read(), repeat(1, 0, 1)}, 3), 0U);
}

TEST_F(QueueRuleTest, ARepeatStaysInTheSixteenBitsOfTheAddress) {
  EXPECT_EQ(errors({read(3), repeat(3, 1, -1)}), 0U);
  EXPECT_NE(errors({read(3), repeat(4, 1, -1)}), 0U);
  EXPECT_EQ(errors({read(65533), repeat(2, 2, 1)}), 0U);
  EXPECT_NE(errors({read(65533), repeat(3, 2, 1)}), 0U);
}

TEST_F(QueueRuleTest, AnIfetchBringsSomething) { EXPECT_NE(errors({read(), ifetch(0, 0)}, 3), 0U); }

/// Two fetches, the second `n` cycles after the first; 90 instructions.
std::vector<isa::Insn> two_fetches(int n) {
  std::vector<isa::Insn> list(90, insn_of(isa::Op::kRead));
  list[0] = ifetch(0, 0);
  list[1] = nop(n - 1);
  list[2] = ifetch(0, 40);
  return list;
}

TEST_F(QueueRuleTest, FetchesOfAQueueAreFortyCyclesApart) {
  EXPECT_EQ(errors(two_fetches(40)), 0U);
  EXPECT_NE(errors(two_fetches(39)), 0U);
}

/// The second fetch, in cycle 40, brings instruction 84 in cycle 40 + 20 + 4. Instruction 4, which
/// is due in cycle 41 + n, must leave its place by then.
std::vector<isa::Insn> full_queue(int n) {
  std::vector<isa::Insn> list = two_fetches(40);
  list.insert(list.begin() + 3, nop(n));
  return list;
}

TEST_F(QueueRuleTest, AQueueHoldsEightyInstructions) {
  EXPECT_EQ(errors(full_queue(64 - 41)), 0U);
  EXPECT_NE(errors(full_queue(64 - 41 + 1)), 0U);
}

TEST_F(QueueRuleTest, AWordThatIsNoInstructionIsNoticed) {
  isa::Insn insn = read();
  insn.op = static_cast<isa::Op>(0x05);
  EXPECT_NE(errors({insn}, 2), 0U);
}

}  // namespace
}  // namespace lpu::testbench
