// SPDX-License-Identifier: Apache-2.0
#include "tlm/mem/mem_slice.h"

#include <gtest/gtest.h>

#include <vector>

namespace lpu::tlm {
namespace {

constexpr int kRows = 8;
constexpr int kLanes = 32;

class MemSliceTest : public testing::Test {
 protected:
  MemSliceTest() {
    for (std::size_t i = 0; i < bytes_.size(); ++i) bytes_[i] = static_cast<std::uint8_t>(i * 7);
  }

  static std::vector<std::uint8_t> vector_of(const std::uint8_t* bytes) {
    return {bytes, bytes + kLanes};
  }
  /// The map vector whose superlanes name these rows.
  static std::vector<std::uint8_t> map_of(int first, int second) {
    std::vector<std::uint8_t> map(kLanes, 0xee);
    map[0] = static_cast<std::uint8_t>(first);
    map[1] = static_cast<std::uint8_t>(first >> 8);
    map[16] = static_cast<std::uint8_t>(second);
    map[17] = static_cast<std::uint8_t>(second >> 8);
    return map;
  }

  std::vector<std::uint8_t> bytes_ = std::vector<std::uint8_t>(kRows * kLanes);
  MemSlice slice_{bytes_.data(), kRows, kLanes};
};

TEST_F(MemSliceTest, RowsLieOneAfterTheOther) {
  EXPECT_EQ(slice_.row(3), bytes_.data() + 3 * kLanes);
}

TEST_F(MemSliceTest, WriteChangesItsRowOnly) {
  const auto before = bytes_;
  const std::vector<std::uint8_t> data(kLanes, 0xa5);
  slice_.write(5, data.data());
  for (int row = 0; row < kRows; ++row) {
    const auto expected = row == 5 ? data : vector_of(before.data() + row * kLanes);
    EXPECT_EQ(vector_of(slice_.row(row)), expected) << "row " << row;
  }
}

TEST_F(MemSliceTest, GatherTakesEachSuperlaneFromItsRow) {
  std::vector<std::uint8_t> out(kLanes);
  CheckWords checks;
  EXPECT_FALSE(slice_.gather(map_of(6, 1).data(), out.data(), &checks));
  for (std::size_t i = 0; i < kLanes; ++i) {
    EXPECT_EQ(out[i], bytes_[(i < 16 ? 6 : 1) * kLanes + i]);
  }
}

TEST_F(MemSliceTest, ScatterPutsEachSuperlaneIntoItsRow) {
  const auto before = bytes_;
  const std::vector<std::uint8_t> data(kLanes, 0x5a);
  slice_.scatter(map_of(2, 7).data(), data.data());
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    const std::size_t row = i / kLanes;
    const bool hit = (row == 2 && i % kLanes < 16) || (row == 7 && i % kLanes >= 16);
    EXPECT_EQ(bytes_[i], hit ? 0x5a : before[i]) << "byte " << i;
  }
}

TEST_F(MemSliceTest, AddressOutsideTheSliceIsNamed) {
  EXPECT_EQ(slice_.bad_superlane(map_of(0, 7).data()), -1);
  EXPECT_EQ(slice_.bad_superlane(map_of(0, 8).data()), 1);
  EXPECT_EQ(slice_.bad_superlane(map_of(0x100, 8).data()), 0);
}

TEST_F(MemSliceTest, SingleFaultTravelsAndIsCorrected) {
  const auto good = vector_of(slice_.row(4));
  slice_.inject(4, 1, 77);
  auto read = vector_of(slice_.row(4));
  EXPECT_NE(read, good);
  ASSERT_NE(slice_.checks(4), nullptr);
  EXPECT_EQ(slice_.checks(3), nullptr);
  const auto result = check_and_correct(read.data(), *slice_.checks(4), kLanes);
  EXPECT_EQ(result.corrected, 1);
  EXPECT_EQ(result.uncorrectable, 0);
  EXPECT_EQ(read, good);
}

TEST_F(MemSliceTest, FaultInCheckBitsLeavesTheData) {
  const auto good = vector_of(slice_.row(0));
  slice_.inject(0, 0, 136);
  auto read = vector_of(slice_.row(0));
  EXPECT_EQ(check_and_correct(read.data(), *slice_.checks(0), kLanes).corrected, 1);
  EXPECT_EQ(read, good);
}

TEST_F(MemSliceTest, DoubleFaultIsReported) {
  slice_.inject(4, 0, 3);
  slice_.inject(4, 0, 130);
  slice_.inject(4, 1, 5);
  auto read = vector_of(slice_.row(4));
  const auto result = check_and_correct(read.data(), *slice_.checks(4), kLanes);
  EXPECT_EQ(result.corrected, 1);
  EXPECT_EQ(result.uncorrectable, 1);
}

TEST_F(MemSliceTest, SameFaultTwiceIsNone) {
  slice_.inject(4, 0, 3);
  slice_.inject(4, 0, 3);
  auto read = vector_of(slice_.row(4));
  const auto result = check_and_correct(read.data(), *slice_.checks(4), kLanes);
  EXPECT_EQ(result.corrected + result.uncorrectable, 0);
}

TEST_F(MemSliceTest, WriteForgetsTheFault) {
  slice_.inject(4, 1, 77);
  slice_.write(4, std::vector<std::uint8_t>(kLanes, 1).data());
  EXPECT_EQ(slice_.checks(4), nullptr);
  EXPECT_EQ(slice_.damaged_rows(), 0u);
}

TEST_F(MemSliceTest, UncheckedVectorKeepsItsFaultInTheNextRow) {
  slice_.inject(4, 1, 77);
  slice_.write(6, slice_.row(4), slice_.checks(4));
  auto read = vector_of(slice_.row(6));
  ASSERT_NE(slice_.checks(6), nullptr);
  EXPECT_EQ(check_and_correct(read.data(), *slice_.checks(6), kLanes).corrected, 1);
}

TEST_F(MemSliceTest, GatherCarriesTheFaultOfTheWordItTakes) {
  slice_.inject(4, 1, 77);
  std::vector<std::uint8_t> out(kLanes);
  CheckWords checks;
  ASSERT_TRUE(slice_.gather(map_of(4, 0).data(), out.data(), &checks));
  EXPECT_EQ(check_and_correct(out.data(), checks, kLanes).corrected, 0);
  ASSERT_TRUE(slice_.gather(map_of(0, 4).data(), out.data(), &checks));
  EXPECT_EQ(check_and_correct(out.data(), checks, kLanes).corrected, 1);
}

TEST_F(MemSliceTest, ScatterMakesNewCheckBitsForItsWordOnly) {
  slice_.inject(4, 0, 1);
  slice_.inject(4, 1, 2);
  slice_.scatter(map_of(0, 4).data(), std::vector<std::uint8_t>(kLanes, 9).data());
  auto read = vector_of(slice_.row(4));
  EXPECT_EQ(check_and_correct(read.data(), *slice_.checks(4), kLanes).corrected, 1);
  EXPECT_EQ(read[16], 9);
}

TEST_F(MemSliceTest, ScatterStoresCheckBitsThatArrive) {
  std::vector<std::uint8_t> data(kLanes, 9);
  CheckWords checks{};
  checks[0] = checks[1] = secded_encode(data.data());
  data[20] = 8;
  slice_.scatter(map_of(1, 2).data(), data.data(), &checks);
  auto clean = vector_of(slice_.row(1));
  auto damaged = vector_of(slice_.row(2));
  EXPECT_EQ(check_and_correct(clean.data(), *slice_.checks(1), kLanes).corrected, 0);
  EXPECT_EQ(check_and_correct(damaged.data(), *slice_.checks(2), kLanes).corrected, 1);
  EXPECT_EQ(damaged[20], 9);
}

}  // namespace
}  // namespace lpu::tlm
