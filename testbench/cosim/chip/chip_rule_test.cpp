// SPDX-License-Identifier: Apache-2.0
// Programs that break a rule of the chip as a whole: an assertion of the RTL fires, and none does
// for the same program without the fault.
#include <gtest/gtest.h>

#include <string>

#include "isa/asm/assembler.h"
#include "rtl/chip/chip_rtl.h"

namespace lpu::testbench {
namespace {

class ChipRuleTest : public testing::Test {
 protected:
  std::uint64_t errors(const std::string& text) {
    chip.load(isa::assemble(spec, "test", text));
    chip.start();
    for (int i = 0; i < 120; ++i) chip.clock();
    return chip.errors();
  }

  isa::ChipSpec spec = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/tiny.toml");
  rtl::ChipRtl chip{rtl::RtlContext::process(), "chip", spec};
};

TEST_F(ChipRuleTest, ANotifyReleasesSomebody) {
  const std::string notify = ".queue vxm.alu0\nnop 3\nnotify\n";
  EXPECT_EQ(errors(notify + ".queue vxm.alu1\nnop 3\nsync\n"), 0U);
  EXPECT_NE(errors(notify + ".queue vxm.alu1\nnop 4\nsync\n"), 0U);
}

/// A queue of 41 instructions whose ifetch comes in cycle `at`.
std::string fetching(const std::string& queue, int at, int slice) {
  std::string text = ".queue " + queue + "\nnop " + std::to_string(at) + "\nifetch " +
                     std::to_string(slice) + ", 100\nnop 30\n";
  for (int i = 0; i < 38; ++i) text += "nop 1\n";
  return text;
}

// 20 rows of text are 20 cycles.
TEST_F(ChipRuleTest, ASliceBringsTextToOneQueueAtATime) {
  EXPECT_EQ(errors(fetching("vxm.alu0", 5, 3) + fetching("vxm.alu1", 25, 3)), 0U);
  EXPECT_EQ(errors(fetching("vxm.alu0", 5, 3) + fetching("vxm.alu1", 5, 4)), 0U);
  EXPECT_NE(errors(fetching("vxm.alu0", 5, 3) + fetching("vxm.alu1", 24, 3)), 0U);
  EXPECT_NE(errors(fetching("vxm.alu0", 5, 3) + fetching("vxm.alu1", 5, 3)), 0U);
  EXPECT_NE(errors(fetching("vxm.alu0", 5, 16)), 0U) << "there are slices 0 to 15";
}

TEST_F(ChipRuleTest, AStreamHasOneDriverInACycle) {
  const std::string first = ".queue mem_e.slice0\nread 1 -> w3\n";
  EXPECT_EQ(errors(first + ".queue mem_e.slice1\nread 1 -> w4\n"), 0U);
  EXPECT_NE(errors(first + ".queue mem_e.slice1\nread 1 -> w3\n"), 0U);
}

TEST_F(ChipRuleTest, AnOperandHasADriver) {
  const std::string read = ".queue mem_e.slice0\nread 1 -> w3\n.queue vxm.alu0\n";
  EXPECT_EQ(errors(read + "nop 6\nmov.i8 w3 -> e0\n"), 0U);
  EXPECT_NE(errors(read + "nop 5\nmov.i8 w3 -> e0\n"), 0U);
  EXPECT_NE(errors(read + "nop 7\nmov.i8 w3 -> e0\n"), 0U);
}

TEST_F(ChipRuleTest, PlanesTakeOutwardStreamsAndDriveInwardOnes) {
  EXPECT_NE(errors(".queue mxm_e.plane0.activations\nabc.i8 w0, 0\n"), 0U);
  EXPECT_NE(errors(".queue mxm_w.plane1.weights\nlw.i8 e0, 0\n"), 0U);
}

TEST_F(ChipRuleTest, AHalfOnTheOddPlaneIsWrong) {
  EXPECT_NE(errors(".queue mxm_e.plane1.weights\nlw.f16 e0, 0\n"), 0U);
}

}  // namespace
}  // namespace lpu::testbench
