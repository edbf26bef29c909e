// SPDX-License-Identifier: Apache-2.0
// When things happen in the RTL slice, and what it complains about.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <stdexcept>
#include <vector>

#include "testbench/cosim/mem/slice_bench.h"
#include "testbench/cosim/mem/slice_traffic.h"

namespace lpu::rtl {
namespace {

class SliceTiming : public testing::TestWithParam<int> {
 protected:
  Vector random_vector() {
    Vector vector(GetParam());
    vector.fill(random_);
    return vector;
  }
  void expect_driven(int stream, const Vector& vector) {
    ASSERT_EQ(unit().drives().size(), 1U);
    const UnitRtl::Drive& drive = unit().drives()[0];
    EXPECT_EQ(drive.port, 0);
    EXPECT_EQ(drive.stream, stream);
    EXPECT_TRUE(drive.whole);
    EXPECT_EQ(drive.data, vector.data);
    EXPECT_EQ(drive.checks, vector.checks);
  }
  /// Breaks a rule in the coming cycle.
  void expect_error() {
    EXPECT_EQ(unit().errors(), 0U);
    bench_.clock();
    EXPECT_GT(unit().errors(), 0U);
  }
  UnitRtl& unit() { return bench_.unit(); }

  std::mt19937_64 random_{1};
  SliceBench bench_{GetParam()};
};

TEST_P(SliceTiming, ARowReadIsDrivenInTheNextCycleAndNoOther) {
  const Vector vector = random_vector();
  bench_.store(100, vector);
  bench_.clock();
  EXPECT_TRUE(unit().drives().empty());
  bench_.issue(read_insn(100, 37));
  bench_.clock();
  expect_driven(37, vector);
  bench_.clock();
  EXPECT_TRUE(unit().drives().empty());
  EXPECT_EQ(unit().errors(), 0U);
}

TEST_P(SliceTiming, ARowWrittenIsReadableTwoCyclesLater) {
  const Vector vector = random_vector();
  bench_.issue(write_insn(8191, 63));
  bench_.present(63, vector);
  bench_.clock();
  bench_.clock();
  bench_.issue(read_insn(8191, 0));
  bench_.clock();
  expect_driven(0, vector);
  EXPECT_EQ(unit().errors(), 0U);
}

TEST_P(SliceTiming, ARowReadOneCycleAfterItsWriteIsAnError) {
  bench_.issue(write_insn(9, 63));
  bench_.present(63, random_vector());
  bench_.clock();
  bench_.issue(read_insn(9, 0));
  expect_error();
}

TEST_P(SliceTiming, AnotherRowOfTheBankMayBeReadRightAfterAWrite) {
  const Vector other = random_vector();
  bench_.store(10, other);
  bench_.issue(write_insn(9, 63));
  bench_.present(63, random_vector());
  bench_.clock();
  bench_.issue(read_insn(10, 0));
  bench_.clock();
  expect_driven(0, other);
  EXPECT_EQ(unit().errors(), 0U);
}

TEST_P(SliceTiming, ScatteredRowsCountAsWritten) {
  Vector map(GetParam());
  for (int r = 0; r < GetParam(); ++r) map.name_row(r, 40 + r);
  map.encode();
  bench_.issue(scatter_insn(3, 4));
  bench_.present(3, map);
  bench_.present(4, random_vector());
  bench_.clock();
  bench_.issue(read_insn(41, 0));
  expect_error();
}

TEST_P(SliceTiming, OneReadACycle) {
  std::vector<Vector> rows;
  for (int i = 0; i < 8; ++i) {
    rows.push_back(random_vector());
    bench_.store(i * 1024, rows.back());
  }
  for (int i = 0; i < 8; ++i) {
    bench_.issue(read_insn(i * 1024, i));
    bench_.clock();
    expect_driven(i, rows[static_cast<std::size_t>(i)]);
  }
  EXPECT_EQ(unit().errors(), 0U);
}

TEST_P(SliceTiming, OneWriteACycle) {
  std::vector<Vector> rows;
  for (int i = 0; i < 8; ++i) {
    rows.push_back(random_vector());
    bench_.issue(write_insn(i * 1024 + 5, i));
    bench_.present(i, rows.back());
    bench_.clock();
  }
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(bench_.stored(i * 1024 + 5), rows[static_cast<std::size_t>(i)]) << i;
  }
  EXPECT_EQ(unit().errors(), 0U);
}

// Superlane r takes row 7 r + 1, low byte first: 256 and more need the second byte.
TEST_P(SliceTiming, EachSuperlaneGathersItsOwnRow) {
  Vector map = random_vector();
  Vector expected(GetParam());
  for (int r = 0; r < GetParam(); ++r) {
    const int row = 7 * r + 1 + (r % 3) * 0x0a00;
    const Vector vector = random_vector();
    bench_.store(row, vector);
    map.name_row(r, row);
    expected.take(r, vector);
  }
  map.encode();
  bench_.issue(gather_insn(62, 31));
  bench_.present(62, map);
  bench_.clock();
  expect_driven(31, expected);
  EXPECT_EQ(unit().corrected(), 0);
  EXPECT_FALSE(unit().uncorrectable());
  EXPECT_EQ(unit().errors(), 0U);
}

TEST_P(SliceTiming, EachSuperlaneScattersToItsOwnRow) {
  Vector map = random_vector();
  for (int r = 0; r < GetParam(); ++r) map.name_row(r, 300 * r);
  map.encode();
  const Vector operand = random_vector();
  for (int r = 0; r < GetParam(); ++r) bench_.store(300 * r, Vector(GetParam()));
  bench_.issue(scatter_insn(1, 2));
  bench_.present(1, map);
  bench_.present(2, operand);
  bench_.clock();
  for (int r = 0; r < GetParam(); ++r) {
    Vector expected(GetParam());
    expected.take(r, operand);
    EXPECT_EQ(bench_.stored(300 * r), expected) << r;
  }
  EXPECT_EQ(unit().errors(), 0U);
}

/// Where a wrong bit points: what its column of the code says (docs/numbers.md, section 5).
std::size_t column_of(int bit) {
  if (bit >= 128) return bit == 136 ? 0U : std::size_t{1} << (bit - 128);
  std::size_t column = 3;
  for (int i = 0; i < bit; ++i) {
    do ++column;
    while ((column & (column - 1)) == 0);
  }
  return column;
}

TEST_P(SliceTiming, ThreeWrongBitsThatPointNowhereAreReported) {
  const auto below = [this](int n) {
    return static_cast<int>(random_() % static_cast<unsigned>(n));
  };
  std::vector<int> tried(256);
  for (int found = 0; found < 300;) {
    // The address in a map stays right.
    const int a = 16 + below(121);
    const int b = 16 + below(121);
    const int c = 16 + below(121);
    const std::size_t pointed = column_of(a) ^ column_of(b) ^ column_of(c);
    if (a == b || b == c || c == a || pointed <= 136 || tried[pointed]++ > 4) continue;
    ++found;
    const int superlane = below(GetParam());
    const auto damage = [&](Vector& vector) {
      for (const int bit : {a, b, c}) vector.flip(superlane, bit);
    };
    Vector map(GetParam());
    for (int r = 0; r < GetParam(); ++r) map.name_row(r, 7);
    map.encode();
    damage(map);
    bench_.issue(gather_insn(3, 9));
    bench_.present(3, map);
    bench_.clock();
    EXPECT_TRUE(unit().uncorrectable()) << pointed;
    EXPECT_EQ(unit().corrected(), 0) << pointed;

    Vector text = random_vector();
    damage(text);
    bench_.store(200, text);
    bench_.fetch(200);
    bench_.clock();
    EXPECT_EQ(bench_.text(), text.data) << pointed;
    bench_.clock();
    EXPECT_TRUE(unit().uncorrectable()) << pointed;
    EXPECT_EQ(unit().corrected(), 0) << pointed;
  }
}

TEST_P(SliceTiming, TextLeavesInTheNextCycleAndNoOther) {
  const Vector vector = random_vector();
  bench_.store(4096, vector);
  bench_.fetch(4096);
  EXPECT_TRUE(bench_.text().empty());
  bench_.clock();
  EXPECT_EQ(bench_.text(), vector.data);
  EXPECT_TRUE(unit().drives().empty());
  bench_.clock();
  EXPECT_TRUE(bench_.text().empty());
  EXPECT_EQ(unit().errors(), 0U);
}

TEST_P(SliceTiming, TextIsReadBesideAWriteInTheOtherBank) {
  const Vector vector = random_vector();
  const Vector operand = random_vector();
  bench_.store(5, vector);
  bench_.fetch(5);
  bench_.issue(write_insn(4096 + 5, 8));
  bench_.present(8, operand);
  bench_.clock();
  EXPECT_EQ(bench_.text(), vector.data);
  EXPECT_EQ(bench_.stored(4096 + 5), operand);
  EXPECT_EQ(unit().errors(), 0U);
}

TEST_P(SliceTiming, TextAndAWriteInOneBankCollide) {
  bench_.fetch(5);
  bench_.issue(write_insn(6, 8));
  bench_.present(8, random_vector());
  expect_error();
}

TEST_P(SliceTiming, TextAndAReadCollideInAnyBank) {
  bench_.fetch(5);
  bench_.issue(read_insn(4096, 8));
  expect_error();
}

TEST_P(SliceTiming, TextWrittenInTheCycleBeforeIsAnError) {
  bench_.issue(write_insn(6, 8));
  bench_.present(8, random_vector());
  bench_.clock();
  bench_.fetch(6);
  expect_error();
}

TEST_P(SliceTiming, AnOperandThatNobodyDroveIsAnError) {
  bench_.issue(write_insn(6, 8));
  bench_.present(9, random_vector());
  expect_error();
}

TEST_P(SliceTiming, AMapThatNobodyDroveIsAnError) {
  bench_.issue(gather_insn(8, 9));
  expect_error();
}

TEST_P(SliceTiming, ARowOutOfRangeIsAnError) {
  bench_.issue(read_insn(MemSliceRtl::kRows, 8));
  expect_error();
}

TEST_P(SliceTiming, AMapOutOfRangeIsAnErrorInOneSuperlane) {
  Vector map(GetParam());
  map.name_row(GetParam() - 1, MemSliceRtl::kRows);
  map.encode();
  bench_.issue(gather_insn(8, 9));
  bench_.present(8, map);
  bench_.clock();
  EXPECT_EQ(unit().errors(), 1U);
}

TEST_P(SliceTiming, AnInstructionOfAnotherUnitIsAnError) {
  bench_.issue({.op = isa::Op::kIw});
  expect_error();
}

TEST_P(SliceTiming, TheHostStaysAwayWhileAProgramRuns) {
  bench_.issue(read_insn(1, 1));
  EXPECT_EQ(unit().errors(), 0U);
  bench_.store(7, random_vector());
  EXPECT_GT(unit().errors(), 0U);
}

TEST_P(SliceTiming, ResetForgetsWhatIsOnItsWayAndKeepsTheRows) {
  const Vector vector = random_vector();
  bench_.store(3, vector);
  bench_.issue(read_insn(3, 1));
  bench_.clock();
  unit().reset();
  bench_.clock();
  EXPECT_TRUE(unit().drives().empty());
  EXPECT_EQ(bench_.stored(3), vector);
  EXPECT_EQ(unit().errors(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Superlanes, SliceTiming, testing::Values(2, 20),
                         testing::PrintToStringParamName());

TEST(SliceAdapter, OtherSizesAreRefused) {
  EXPECT_THROW((void)MemSliceRtl::make(RtlContext::process(), "rtl", 3), std::invalid_argument);
}

}  // namespace
}  // namespace lpu::rtl
