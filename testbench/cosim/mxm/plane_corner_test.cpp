// SPDX-License-Identifier: Apache-2.0
// fp16 products whose results are known from paper.
#include <gtest/gtest.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "testbench/cosim/mxm/plane_driver.h"

namespace lpu::rtl {
namespace {

constexpr std::uint16_t kOne = 0x3c00;
constexpr std::uint16_t kMinusOne = 0xbc00;
constexpr std::uint16_t kInf = 0x7c00;
constexpr std::uint16_t kMinusInf = 0xfc00;
constexpr std::uint16_t kNan = 0x7e01;
constexpr std::uint16_t kTiny = 0x0001;
constexpr std::uint16_t kMax = 0x7bff;
constexpr std::uint16_t k4096 = 0x6c00;
constexpr std::uint32_t kNanWord = 0x7fc00000;

/// Pairs of activation and weight.
using Pairs = std::vector<std::pair<std::uint16_t, std::uint16_t>>;

/// The parameter: lanes.
class PlaneFp16 : public testing::TestWithParam<unsigned> {
 protected:
  /// Weight row `row` = 8 * group + i, the same in all lanes.
  void set_row(unsigned row, std::uint16_t activation, std::uint16_t weight) {
    std::vector<std::uint8_t>& streams = groups_[row / 8];
    for (unsigned lane = 0; lane < lanes_; ++lane) {
      streams[row % 8 * 2 * lanes_ + lane] = static_cast<std::uint8_t>(weight);
      streams[(row % 8 * 2 + 1) * lanes_ + lane] = static_cast<std::uint8_t>(weight >> 8);
    }
    activations_[row] = static_cast<std::uint8_t>(activation);
    activations_[lanes_ + row] = static_cast<std::uint8_t>(activation >> 8);
  }

  std::uint32_t sum_of(const Pairs& pairs) {
    for (unsigned row = 0; row < lanes_ / 2; ++row) set_row(row, 0, 0);
    for (unsigned row = 0; row < pairs.size(); ++row) {
      set_row(row, pairs[row].first, pairs[row].second);
    }
    for (unsigned group = 0; group < groups_.size(); ++group) {
      if (loaded_[group]) plane_.load(group, groups_[group]);
    }
    plane_.install();
    const PlaneDriver::Words words = plane_.product(activations_, true);
    for (const std::uint32_t word : words) EXPECT_EQ(word, words[0]);
    EXPECT_EQ(plane_.rtl().errors(), 0U);
    return words[0];
  }

  const unsigned lanes_ = GetParam();
  PlaneDriver plane_{lanes_};
  std::vector<bool> loaded_ = std::vector<bool>(lanes_ / 16, true);
  std::vector<std::vector<std::uint8_t>> groups_{lanes_ / 16,
                                                 std::vector<std::uint8_t>(16 * lanes_)};
  std::vector<std::uint8_t> activations_ = std::vector<std::uint8_t>(2 * lanes_);
};

/// Needs two groups of weights.
class PlaneFp16Groups : public PlaneFp16 {};

TEST_P(PlaneFp16, AnExactZeroIsPositive) {
  EXPECT_EQ(sum_of({}), 0U);
  EXPECT_EQ(sum_of({{0x8000, kOne}}), 0U);
  EXPECT_EQ(sum_of({{kOne, kOne}, {kMinusOne, kOne}}), 0U);
}

TEST_P(PlaneFp16, RoundsTiesToEvenOnce) {
  EXPECT_EQ(sum_of({{k4096, k4096}, {kOne, kOne}}), 0x4b800000U);
  EXPECT_EQ(sum_of({{k4096, k4096}, {kOne, 0x4200}}), 0x4b800002U);
  EXPECT_EQ(sum_of({{k4096, k4096}, {kOne, kOne}, {kTiny, kTiny}}), 0x4b800001U);
  EXPECT_EQ(sum_of({{k4096, k4096}, {kOne, kOne}, {kTiny, 0x8001}}), 0x4b800000U);
  EXPECT_EQ(sum_of({{k4096, 0xec00}, {kMinusOne, 0x4200}}), 0xcb800002U);
}

TEST_P(PlaneFp16, TheSmallestProductSurvivesTheLargest) {
  EXPECT_EQ(sum_of({{kMax, kMax}, {kTiny, kTiny}, {kMax, 0xfbff}}), 0x27800000U);
  EXPECT_EQ(sum_of({{kTiny, 0x8001}}), 0xa7800000U);
}

TEST_P(PlaneFp16, TheLargestSumFits) {
  const unsigned rows = lanes_ / 2;
  const auto expected = static_cast<float>(rows * 65504.0 * 65504.0);
  EXPECT_EQ(sum_of(Pairs(rows, {kMax, kMax})), std::bit_cast<std::uint32_t>(expected));
}

TEST_P(PlaneFp16, NanIsCanonical) {
  EXPECT_EQ(sum_of({{kNan, kOne}}), kNanWord);
  EXPECT_EQ(sum_of({{kOne, kNan}}), kNanWord);
  EXPECT_EQ(sum_of({{0, 0xfe00}}), kNanWord);
  EXPECT_EQ(sum_of({{0x7c01, kOne}}), kNanWord);
  EXPECT_EQ(sum_of({{kOne, 0xfc01}}), kNanWord);
  EXPECT_EQ(sum_of({{kInf, kNan}, {kInf, kOne}}), kNanWord);
}

TEST_P(PlaneFp16, InfinityFollowsTheSigns) {
  EXPECT_EQ(sum_of({{kInf, kOne}}), 0x7f800000U);
  EXPECT_EQ(sum_of({{kOne, kMinusInf}}), 0xff800000U);
  EXPECT_EQ(sum_of({{kMinusInf, kMinusInf}}), 0x7f800000U);
  EXPECT_EQ(sum_of({{kInf, kOne}, {kMinusInf, kMinusOne}, {kMax, kMinusOne}}), 0x7f800000U);
  EXPECT_EQ(sum_of({{kInf, kTiny}}), 0x7f800000U);
}

TEST_P(PlaneFp16, InfinityTimesZeroAndInfinityMinusInfinityAreNan) {
  EXPECT_EQ(sum_of({{kInf, 0}}), kNanWord);
  EXPECT_EQ(sum_of({{0x8000, kInf}}), kNanWord);
  EXPECT_EQ(sum_of({{kInf, kOne}, {kOne, kMinusInf}}), kNanWord);
}

TEST_P(PlaneFp16Groups, GroupsThatWereNotLoadedContributeNothing) {
  loaded_ = {true, true};
  EXPECT_EQ(sum_of(Pairs(16, {kNan, kInf})), kNanWord);
  // The array of group 1 still holds the infinities, and its activations are NaN.
  loaded_ = {true, false};
  Pairs pairs(16, {kNan, kInf});
  for (unsigned row = 0; row < 8; ++row) pairs[row] = {kOne, kOne};
  EXPECT_EQ(sum_of(pairs), 0x41000000U);
}

TEST_P(PlaneFp16, OneSpecialWeightIsSeenWhereverItIs) {
  const unsigned rows = lanes_ / 2;
  const std::uint32_t finite = std::bit_cast<std::uint32_t>(static_cast<float>(rows));
  EXPECT_EQ(sum_of(Pairs(rows, {kOne, kOne})), finite);
  const std::vector<std::pair<std::uint16_t, std::uint32_t>> specials{
      {kInf, 0x7f800000}, {kMinusInf, 0xff800000}, {kNan, kNanWord}};
  for (unsigned row = 0; row < rows; ++row) {
    for (unsigned lane = 0; lane < lanes_; ++lane) {
      for (const auto& [weight, result] : specials) {
        std::uint8_t* low = &groups_[row / 8][row % 8 * 2 * lanes_ + lane];
        low[0] = static_cast<std::uint8_t>(weight);
        low[lanes_] = static_cast<std::uint8_t>(weight >> 8);
        for (unsigned group = 0; group < groups_.size(); ++group)
          plane_.load(group, groups_[group]);
        plane_.install();
        PlaneDriver::Words expected(lanes_, finite);
        expected[lane] = result;
        ASSERT_EQ(plane_.product(activations_, true), expected) << row << ' ' << lane;
        low[0] = static_cast<std::uint8_t>(kOne);
        low[lanes_] = static_cast<std::uint8_t>(kOne >> 8);
      }
    }
  }
}

TEST_P(PlaneFp16, HalfPicksTheUpperLanes) {
  EXPECT_EQ(sum_of({{kOne, kOne}}), 0x3f800000U);
  activations_.assign(2 * lanes_, 0);
  activations_[lanes_ + lanes_ / 2] = 0x40;
  EXPECT_EQ(plane_.product(activations_, true, true)[5], 0x40000000U);
  EXPECT_EQ(plane_.product(activations_, true, false)[5], 0U);
}

INSTANTIATE_TEST_SUITE_P(Lanes, PlaneFp16, testing::Values(16U, 32U),
                         testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Lanes, PlaneFp16Groups, testing::Values(32U),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace lpu::rtl
