// SPDX-License-Identifier: Apache-2.0
// When things happen in the RTL plane, what it complains about, and what the adapter promises.
#include <gtest/gtest.h>
#include <verilated_fst_c.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "testbench/cosim/mxm/plane_driver.h"

namespace lpu::rtl {
namespace {

constexpr unsigned kLatency = MxmPlaneRtl::kResultLatency;

/// The parameter: lanes.
class PlaneTiming : public testing::TestWithParam<unsigned> {
 protected:
  /// All weights of group 0 become `value`, so a product of ones is 16 * value.
  void load(std::uint8_t value, unsigned group = 0) {
    plane_.load(group, PlaneDriver::Bytes(std::size_t{16} * GetParam(), value));
  }

  PlaneDriver plane_{GetParam()};
  MxmPlaneRtl& rtl_ = plane_.rtl();
  PlaneDriver::Bytes ones_ = PlaneDriver::Bytes(GetParam(), 1);
};

/// Needs more than one group of weights.
class PlaneGroups : public PlaneTiming {};

TEST_P(PlaneTiming, TheResultIsDriven47CyclesAfterTheActivations) {
  load(3);
  plane_.install();
  plane_.multiply(ones_);
  // The abc was cycle 0; now run cycles 1 to 45, then the acc in cycle 46.
  for (unsigned cycle = 1; cycle < kLatency - 1; ++cycle) {
    rtl_.clock({});
    EXPECT_FALSE(rtl_.out_valid()) << cycle;
  }
  plane_.accumulate(0);
  EXPECT_TRUE(rtl_.out_valid());
  EXPECT_EQ(plane_.out(), PlaneDriver::Words(GetParam(), 48));
  rtl_.clock({});
  EXPECT_FALSE(rtl_.out_valid());
  EXPECT_EQ(rtl_.errors(), 0U);
}

TEST_P(PlaneTiming, OneCycleEarlyThereIsNoResult) {
  load(3);
  plane_.install();
  plane_.multiply(ones_);
  rtl_.skip(kLatency - 3);
  plane_.accumulate(0);
  EXPECT_EQ(rtl_.errors(), 1U) << "AccWithoutResult";
  plane_.accumulate(0);
  EXPECT_EQ(rtl_.errors(), 1U);
  EXPECT_EQ(plane_.out(), PlaneDriver::Words(GetParam(), 48));
}

TEST_P(PlaneTiming, AResultThatNobodyCollectsIsAnError) {
  load(3);
  plane_.install();
  plane_.multiply(ones_);
  rtl_.skip(kLatency - 2);
  EXPECT_EQ(rtl_.errors(), 0U);
  EXPECT_FALSE(rtl_.idle());
  rtl_.clock({});
  EXPECT_EQ(rtl_.errors(), 1U) << "ResultNotCollected";
  EXPECT_TRUE(rtl_.idle());
}

TEST_P(PlaneTiming, ActivationsNeedInstalledWeights) {
  plane_.multiply(ones_);
  EXPECT_EQ(rtl_.errors(), 1U) << "AbcWithoutWeights";
  load(3);
  plane_.install();
  plane_.install();  // of an empty buffer
  plane_.multiply(ones_);
  EXPECT_EQ(rtl_.errors(), 2U);
}

TEST_P(PlaneTiming, AGroupOutOfRangeIsAnError) {
  load(3, GetParam() / 16);
  EXPECT_EQ(rtl_.errors(), 1U) << "LwGroupInRange";
}

TEST_P(PlaneTiming, InstalledWeightsCountFromTheNextCycle) {
  load(1);
  plane_.install();
  load(2);
  MxmPlaneRtl::Inputs both = plane_.activations(ones_);
  both.iw_valid = true;
  rtl_.clock(both);
  plane_.multiply(ones_);
  rtl_.skip(kLatency - 3);
  plane_.accumulate(0);
  EXPECT_EQ(plane_.out(), PlaneDriver::Words(GetParam(), 16));
  plane_.accumulate(0);
  EXPECT_EQ(plane_.out(), PlaneDriver::Words(GetParam(), 32));
  EXPECT_EQ(rtl_.errors(), 0U);
}

TEST_P(PlaneGroups, InstallingEmptiesTheBuffer) {
  load(1, 0);
  plane_.install();
  load(1, 1);
  plane_.install();
  PlaneDriver::Bytes first_group(GetParam(), 0);
  for (unsigned k = 0; k < 16; ++k) first_group[k] = 1;
  EXPECT_EQ(plane_.product(first_group), PlaneDriver::Words(GetParam(), 0));
  EXPECT_EQ(plane_.product(ones_), PlaneDriver::Words(GetParam(), 16));
}

TEST_P(PlaneTiming, TheBufferFillsWhileTheArrayComputes) {
  load(5);
  plane_.install();
  load(7);
  EXPECT_EQ(plane_.product(ones_), PlaneDriver::Words(GetParam(), 80));
  plane_.install();
  EXPECT_EQ(plane_.product(ones_), PlaneDriver::Words(GetParam(), 112));
}

TEST_P(PlaneTiming, AccumulatorsAreSetAddedToAndKept) {
  load(1);
  plane_.install();
  for (int i = 0; i < 6; ++i) plane_.multiply(ones_);
  rtl_.skip(kLatency - 7);
  plane_.accumulate(3, false, false, false);
  EXPECT_FALSE(rtl_.out_valid());
  plane_.accumulate(3, false, true, false);
  plane_.accumulate(15, false, false, true);
  EXPECT_EQ(plane_.out(), PlaneDriver::Words(GetParam(), 16));
  plane_.accumulate(3, false, true, true);
  EXPECT_EQ(plane_.out(), PlaneDriver::Words(GetParam(), 48));
  plane_.accumulate(15, false, true, true);
  EXPECT_EQ(plane_.out(), PlaneDriver::Words(GetParam(), 32));
  plane_.accumulate(3, false, false, true);
  EXPECT_EQ(plane_.out(), PlaneDriver::Words(GetParam(), 16));
  EXPECT_EQ(rtl_.errors(), 0U);
}

TEST_P(PlaneTiming, TheExtremesOfInt8DoNotOverflow) {
  for (unsigned group = 0; group < GetParam() / 16; ++group) load(0x80, group);
  plane_.install();
  EXPECT_EQ(plane_.product(PlaneDriver::Bytes(GetParam(), 0x80)),
            PlaneDriver::Words(GetParam(), GetParam() * 16384));
  EXPECT_EQ(plane_.product(PlaneDriver::Bytes(GetParam(), 0x7f)),
            PlaneDriver::Words(GetParam(), 0U - GetParam() * 16256));
}

TEST_P(PlaneTiming, IdleCyclesMayBeLeftOut) {
  EXPECT_TRUE(rtl_.idle());
  load(1);
  plane_.install();
  EXPECT_TRUE(rtl_.idle());
  rtl_.skip(std::uint64_t{1} << 60);
  plane_.multiply(ones_);
  EXPECT_FALSE(rtl_.idle());
  rtl_.skip(kLatency - 2);
  plane_.accumulate(0);
  EXPECT_EQ(plane_.out(), PlaneDriver::Words(GetParam(), 16));
  EXPECT_FALSE(rtl_.idle());
  rtl_.skip(std::uint64_t{1} << 60);
  EXPECT_TRUE(rtl_.idle());
  EXPECT_FALSE(rtl_.out_valid());
  EXPECT_EQ(rtl_.errors(), 0U);
}

TEST_P(PlaneTiming, SignalsGoToAWaveform) {
  const auto path = std::filesystem::path(testing::TempDir()) /
                    ("mxm_plane_" + std::to_string(GetParam()) + ".fst");
  {
    VerilatedFstC file;
    rtl_.trace(file, 99);
    file.open(path.c_str());
    load(1);
    file.dump(std::uint64_t{0});
    plane_.install();
    file.dump(std::uint64_t{1});
    file.close();
  }
  EXPECT_GT(std::filesystem::file_size(path), 100U);
  std::filesystem::remove(path);
}

INSTANTIATE_TEST_SUITE_P(Lanes, PlaneTiming, testing::Values(16U, 32U, 320U),
                         testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Lanes, PlaneGroups, testing::Values(32U, 320U),
                         testing::PrintToStringParamName());

TEST(PlaneAdapter, OtherSizesAreRefused) {
  EXPECT_THROW(MxmPlaneRtl(RtlContext::process(), "rtl", 48), std::invalid_argument);
}

TEST(PlaneAdapter, ErrorsAreCountedForEachPlane) {
  PlaneDriver first(32);
  PlaneDriver second(32);
  first.multiply(PlaneDriver::Bytes(32));
  EXPECT_EQ(first.rtl().errors(), 1U);
  EXPECT_EQ(second.rtl().errors(), 0U);
}

}  // namespace
}  // namespace lpu::rtl
