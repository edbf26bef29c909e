// SPDX-License-Identifier: Apache-2.0
// How much of a queue may be taken, so that it can fetch its own text.
#include "compiler/schedule/reservations.h"

#include <gtest/gtest.h>

namespace lpu::compiler {
namespace {

class ReservationsTest : public ::testing::Test {
 protected:
  static constexpr int kQueue = 3;

  void issue(std::int64_t first, std::int64_t end, std::int64_t step = 1) {
    for (std::int64_t at = first; at < end; at += step) {
      reservations_.set_text(kQueue, at, 1, true);
    }
  }
  [[nodiscard]] bool possible(std::int64_t at) const {
    return reservations_.leaves_gap(kQueue, at, 1);
  }

  isa::ChipSpec spec_ = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  isa::Geometry geometry_{spec_};
  Reservations reservations_{spec_, geometry_};
};

TEST_F(ReservationsTest, AGapFollowsTwelveInstructionsInARow) {
  issue(100, 111);
  EXPECT_TRUE(possible(111));
  issue(111, 112);
  EXPECT_FALSE(possible(112));
  EXPECT_FALSE(possible(99));
  EXPECT_TRUE(possible(113));
  EXPECT_TRUE(possible(98));
}

TEST_F(ReservationsTest, RunsOnBothSidesOfACycleCountTogether) {
  issue(100, 106);
  issue(107, 112);
  EXPECT_TRUE(possible(106));
  issue(112, 113);
  EXPECT_FALSE(possible(106));
}

// Two instructions of text, however long it runs.
TEST_F(ReservationsTest, ARepeatIsTwoInstructions) {
  reservations_.set_text(kQueue, 100, 500, true);
  EXPECT_TRUE(possible(600));
  issue(600, 610);
  EXPECT_FALSE(possible(610));
  reservations_.set_text(kQueue, 609, 1, false);
  EXPECT_TRUE(possible(609));
}

TEST_F(ReservationsTest, OfSixtyFourCyclesHalfAreInstructions) {
  for (std::int64_t run = 100; run < 140; run += 10) {
    issue(run, run + 8);  // 32 instructions in 38 cycles
  }
  EXPECT_FALSE(possible(140));
  EXPECT_FALSE(possible(164));  // 100 to 163 are the 64 cycles before
  EXPECT_TRUE(possible(165));
}

}  // namespace
}  // namespace lpu::compiler
