// SPDX-License-Identifier: Apache-2.0
// Small programs, by hand, on the whole chip in RTL and on the model beside it.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "isa/asm/assembler.h"
#include "testbench/cosim/chip/chip_lockstep.h"

namespace lpu::testbench {
namespace {

class ChipProgramTest : public testing::Test {
 protected:
  void run(const std::string& text, const std::vector<cosim::Fault>& faults = {}) {
    chip.run(isa::assemble(spec, "test", text), faults);
  }

  isa::ChipSpec spec = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/tiny.toml");
  ChipLockstep chip{spec};
};

// The example of the README: what a row holds, doubled, in another slice.
const std::string kDouble = R"(
.data mem_e.slice0 0: i8 1, 2, 3, 4, -5...
.queue mem_e.slice0
read 0 -> w0
.queue vxm.alu0
nop 6
add.i8 w0, w0 -> e0
.queue mem_e.slice4
nop 19
write e0, 0
)";

TEST_F(ChipProgramTest, DoublesTheBytesOfARow) {
  run(kDouble);
  EXPECT_EQ(chip.rtl().end_cycle().value, 19 + 2 + 2);
  const std::vector<std::uint8_t> row = chip.rtl().read_row(8 + 4, 0);
  EXPECT_EQ(std::vector<std::uint8_t>(row.begin(), row.begin() + 5),
            (std::vector<std::uint8_t>{2, 4, 6, 8, 246}));
  EXPECT_GT(chip.valid_registers(), 10);
  chip.compare_memory();
}

TEST_F(ChipProgramTest, AWrongBitInMemIsPutRightAndCounted) {
  run(kDouble, {{8, 0, 0, 77}, {8, 0, 1, 130}});
  // Both operands of the sum are the damaged vector.
  EXPECT_EQ(chip.rtl().corrected(), 4);
  const std::vector<std::uint8_t> row = chip.rtl().read_row(8 + 4, 0);
  EXPECT_EQ(row[9], 246);
}

// Streams in both directions through all of SXM's operations, in both hemispheres.
TEST_F(ChipProgramTest, MovesBytesBetweenLanes) {
  run(R"(
.data mem_w.slice0 5: i8 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18...
.data mem_e.slice7 5: i8 -1, 2, -3, 4, -5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18...
.queue mem_w.slice0
read 5 -> w3                  # at x = -10 in cycle 6
repeat 3, 1, 0
.queue mem_e.slice7
read 5 -> e3                  # at x = 10 in cycle 5
repeat 3, 1, 0
.queue sxm_w.shift
nop 6
shift.i8 w3, 3 -> e1
.queue sxm_w.rotate
nop 7
rotate.i8 w3, 5 -> e2
.queue sxm_w.distribute
nop 8
distribute.i8 w3, w3 -> e4
.queue sxm_e.shift
nop 5
shift.i8 e3, -17 -> w1
.queue sxm_e.transpose0
nop 5
.queue sxm_e.rotate
nop 6
rotate.i8 e3, 15 -> w2
.queue mem_w.slice4
nop 29
write e1, 100                 # shift: 6 + 19 at x = -10, x = -6 in 29
.queue mem_e.slice4
nop 28
write w1, 100                 # 5 + 19 at x = 10, x = 6 in 28
)");
  const std::vector<std::uint8_t> west = chip.rtl().read_row(4, 100);
  EXPECT_EQ(west[2], 0);
  EXPECT_EQ(west[3], 1);
  EXPECT_EQ(west[17], 15);
  const std::vector<std::uint8_t> east = chip.rtl().read_row(8 + 4, 100);
  EXPECT_EQ(east[0], 18);
  EXPECT_EQ(east[15], 0);
}

// A queue of 100 instructions whose text comes from another slice, and one that copies its rows.
TEST_F(ChipProgramTest, RunsTextFromMem) {
  std::mt19937 random(5);
  isa::Program program = isa::assemble(spec, "test", R"(
.queue mem_w.slice0
nop 12
write w0, 0
repeat 38, 1, 1
nop 1
write w0, 39
repeat 58, 1, 1
)");
  const isa::Geometry geometry(spec);
  auto& list = program.queues[static_cast<std::size_t>(*geometry.find("mem_e.slice0"))];
  for (int i = 0; i < 100; ++i) {
    isa::Insn insn;
    insn.op = i % 40 == 0 && i < 80 ? isa::Op::kIfetch : isa::Op::kRead;
    insn.addr = static_cast<std::uint16_t>(insn.op == isa::Op::kIfetch ? 20 * i : i * 37);
    if (insn.op == isa::Op::kIfetch) {
      insn.count = 15;
    } else {
      insn.out = isa::Stream{isa::Direction::kWest, 0};
    }
    list.push_back(insn);
    isa::DataRow row{8, static_cast<std::uint16_t>(i * 37), {}};
    for (int lane = 0; lane < 32; ++lane) row.bytes.push_back(static_cast<std::uint8_t>(random()));
    program.data.push_back(row);
  }
  chip.run(program);
  EXPECT_EQ(chip.rtl().end_cycle().value, 110 + 2 + 2);
  EXPECT_EQ(chip.rtl().read_row(0, 97), program.data[99].bytes);
  chip.compare_memory();
}

TEST_F(ChipProgramTest, ABarrierReleasesAllQueuesInTheSameCycle) {
  run(R"(
.queue mem_w.slice0
sync
read 1 -> e0
.queue mem_e.slice3
nop 20
sync
read 1 -> w0
.queue vxm.alu3
nop 20
notify
nop 40
mov.i8 e0 -> e0               # 20 + 35 + 1 and five hops
)");
  EXPECT_EQ(chip.rtl().end_cycle().value, 61 + 7 + 2);
}

// What one program left behind does not matter to the next one; MEM stays.
TEST_F(ChipProgramTest, RunsOneProgramAfterTheOther) {
  run(kDouble);
  run(R"(
.queue mem_e.slice4
read 0 -> w0
.queue vxm.alu15
nop 7
max.i8 w0, 7 -> w1
.queue mem_w.slice0
nop 19
write w1, 8
)");
  EXPECT_EQ(chip.rtl().read_row(0, 8)[0], 7);
  EXPECT_EQ(chip.rtl().read_row(0, 8)[3], 8);
}

}  // namespace
}  // namespace lpu::testbench
