// SPDX-License-Identifier: Apache-2.0
#include "tlm/common/stream_file.h"

#include <gtest/gtest.h>

#include "tlm/common/schedule_error.h"

namespace lpu::tlm {
namespace {

constexpr isa::Stream kEast3{isa::Direction::kEast, 3};
constexpr isa::Stream kWest3{isa::Direction::kWest, 3};

const isa::ChipSpec& spec() {
  static const isa::ChipSpec chip = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  return chip;
}

std::string error_id(const auto& action) {
  try {
    action();
  } catch (const UnitError& error) {
    return error.id();
  }
  return "none";
}

class StreamFileTest : public testing::Test {
 protected:
  void drive(isa::Stream stream, int x, std::int64_t at, std::uint8_t value) {
    file.drive(stream, x, {at})[0] = value;
  }
  int value(isa::Stream stream, int x, std::int64_t at) { return file.read(stream, x, {at})[0]; }

  StreamFile file{spec(), Values::kFull};
};

TEST_F(StreamFileTest, TheRingHoldsWhatCanBeOnTheChip) { EXPECT_EQ(file.diagonals(), 128U); }

TEST_F(StreamFileTest, AValueMovesOnePositionACycle) {
  drive(kEast3, -5, 100, 7);
  EXPECT_EQ(value(kEast3, -5, 100), 7);
  EXPECT_EQ(value(kEast3, -4, 101), 7);
  EXPECT_EQ(value(kEast3, 28, 133), 7);
  EXPECT_FALSE(file.driven(kEast3, -6, {99}));
  EXPECT_FALSE(file.driven(kEast3, -5, {101}));
  EXPECT_FALSE(file.driven(kWest3, -5, {100}));
  EXPECT_FALSE(file.driven({isa::Direction::kEast, 4}, -5, {100}));

  drive(kWest3, 5, 100, 9);
  EXPECT_EQ(value(kWest3, 5, 100), 9);
  EXPECT_EQ(value(kWest3, 4, 101), 9);
  EXPECT_FALSE(file.driven(kWest3, 6, {99}));
}

TEST_F(StreamFileTest, ALaterDriverHidesTheValueFromThereOn) {
  drive(kEast3, 0, 10, 1);
  drive(kEast3, 4, 14, 2);
  EXPECT_EQ(value(kEast3, 3, 13), 1);
  EXPECT_EQ(value(kEast3, 4, 14), 2);
  EXPECT_EQ(value(kEast3, 9, 19), 2);
}

TEST_F(StreamFileTest, TheOrderInWhichDriversComeDoesNotMatter) {
  drive(kWest3, -10, 20, 3);
  drive(kWest3, 5, 5, 1);
  drive(kWest3, 0, 10, 2);
  EXPECT_EQ(value(kWest3, 1, 9), 1);
  EXPECT_EQ(value(kWest3, 0, 10), 2);
  EXPECT_EQ(value(kWest3, -9, 19), 2);
  EXPECT_EQ(value(kWest3, -10, 20), 3);
}

TEST_F(StreamFileTest, ReadingWhatNobodyDroveIsAnError) {
  EXPECT_EQ(error_id([this] { value(kEast3, 0, 10); }), "lpu/stream/undriven");
  drive(kEast3, 4, 14, 1);
  EXPECT_EQ(error_id([this] { value(kEast3, 3, 13); }), "lpu/stream/undriven");
}

TEST_F(StreamFileTest, TwoDriversOfOneRegisterAreAnError) {
  drive(kEast3, 0, 10, 1);
  EXPECT_EQ(error_id([this] { drive(kEast3, 0, 10, 2); }), "lpu/stream/double-drive");
  drive(kEast3, 6, 16, 3);
  EXPECT_EQ(error_id([this] { drive(kEast3, 0, 10, 2); }), "lpu/stream/double-drive");
}

TEST_F(StreamFileTest, AStreamThatTheChipDoesNotHaveIsAnError) {
  const isa::Stream beyond{isa::Direction::kEast, 32};
  EXPECT_EQ(error_id([&] { file.drive(beyond, 0, {0}); }), "lpu/stream/no-such-stream");
  EXPECT_EQ(error_id([&] { (void)file.read(beyond, 0, {0}); }), "lpu/stream/no-such-stream");
}

TEST_F(StreamFileTest, ADiagonalThatLeftTheChipMakesRoom) {
  for (std::int64_t t = 0; t < 100000; ++t) {
    drive(kEast3, 0, t, static_cast<std::uint8_t>(t));
    ASSERT_EQ(value(kEast3, 0, t), static_cast<std::uint8_t>(t));
    if (t >= 28) {
      ASSERT_EQ(value(kEast3, 28, t), static_cast<std::uint8_t>(t - 28));
    }
  }
}

TEST_F(StreamFileTest, ResetForgetsEverything) {
  drive(kEast3, 0, 10, 1);
  file.reset();
  EXPECT_FALSE(file.driven(kEast3, 0, {10}));
  drive(kEast3, 0, 10, 2);
  EXPECT_EQ(value(kEast3, 0, 10), 2);
}

TEST(StreamFileWithoutValuesTest, ChecksAreTheSameAndThereIsNoData) {
  StreamFile file{spec(), Values::kNone};
  EXPECT_EQ(file.drive(kEast3, 0, {10}), nullptr);
  EXPECT_EQ(file.read(kEast3, 1, {11}), nullptr);
  EXPECT_EQ(error_id([&] { file.drive(kEast3, 0, {10}); }), "lpu/stream/double-drive");
  EXPECT_EQ(error_id([&] { (void)file.read(kEast3, 0, {11}); }), "lpu/stream/undriven");
}

}  // namespace
}  // namespace lpu::tlm
