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

// 75 positions, -37 to 37, are more than a word has bits.
TEST(ReservationsWideTest, PositionsOfALongLineAreTakenOneByOne) {
  const isa::ChipSpec spec = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lp30.toml");
  const isa::Geometry geometry(spec);
  ASSERT_EQ(geometry.edge(), 37);
  Reservations reservations(spec, geometry);
  const isa::Stream stream{isa::Direction::kEast, 5};
  const isa::Stream other{isa::Direction::kWest, 5};
  reservations.set_stream(stream, 100, 2, 20, 30, true);
  const auto expect_taken = [&](std::int64_t diagonal, bool taken) {
    for (int x = -37; x <= 37; ++x) {
      EXPECT_EQ(reservations.stream_free(stream, diagonal, 1, x, x), !taken || x < 20 || x > 30)
          << x;
      EXPECT_TRUE(reservations.stream_free(other, diagonal, 1, x, x)) << x;
    }
  };
  expect_taken(99, false);
  expect_taken(100, true);
  expect_taken(101, true);
  expect_taken(102, false);
  EXPECT_FALSE(reservations.stream_free(stream, 98, 3, 37, -37));
  EXPECT_TRUE(reservations.stream_free(stream, 98, 2, 37, -37));
  EXPECT_TRUE(reservations.stream_free(stream, 100, 1, 19, -37));
  reservations.set_stream(stream, 100, 1, 25, -37, true);
  EXPECT_FALSE(reservations.stream_free(stream, 100, 1, 0, 0));
  reservations.set_stream(stream, 100, 2, 30, -37, false);
  expect_taken(100, false);
  expect_taken(101, false);
}

}  // namespace
}  // namespace lpu::compiler
