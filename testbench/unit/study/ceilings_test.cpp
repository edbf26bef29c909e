// SPDX-License-Identifier: Apache-2.0
#include "study/chip/ceilings.h"

#include <gtest/gtest.h>

#include "isa/spec/chip_spec.h"

namespace lpu::study {
namespace {

// 88 slices, 64 streams and 4 planes of 320 lanes at 900 MHz.
TEST(CeilingsTest, OfThePublishedChip) {
  const auto c = ceilings_of(isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml"));
  EXPECT_DOUBLE_EQ(c.memory_bytes, 220.0 * 1024 * 1024);
  EXPECT_DOUBLE_EQ(c.ports, 88 * 2 * 320 * 900e6);
  EXPECT_DOUBLE_EQ(c.streams, 64 * 320 * 900e6);
  EXPECT_DOUBLE_EQ(c.install_8, 409'600 / 20.0 * 900e6);
  EXPECT_DOUBLE_EQ(c.install_exposed, 409'600 / 40.0 * 900e6);
  EXPECT_DOUBLE_EQ(c.install_16, 102'400 / 20.0 * 900e6);
  EXPECT_DOUBLE_EQ(c.operations_8, 2 * 409'600 * 900e6);
  EXPECT_DOUBLE_EQ(c.operations_16, 2 * 102'400 * 900e6);
  EXPECT_DOUBLE_EQ(c.install("w8a8"), c.install_8);
  EXPECT_DOUBLE_EQ(c.operations("w8a16"), c.operations_16);
  // As published: 50.7, 18.4, 18.4 and 9.2 TB/s.
  EXPECT_NEAR(c.ports / 1e12, 50.7, 0.05);
  EXPECT_NEAR(c.streams / 1e12, 18.4, 0.05);
  EXPECT_NEAR(c.install_8 / 1e12, 18.4, 0.05);
  EXPECT_NEAR(c.install_exposed / 1e12, 9.2, 0.05);
}

}  // namespace
}  // namespace lpu::study
