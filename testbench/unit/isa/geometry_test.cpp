// SPDX-License-Identifier: Apache-2.0
#include "isa/spec/geometry.h"

#include <gtest/gtest.h>

#include "testbench/unit/isa/chips.h"

namespace lpu::isa {
namespace {

TEST(GeometryTest, UnitsStandWhereTheTimingPageSays) {
  const Geometry g(lpu1());
  EXPECT_EQ(g.mem_x(Hemisphere::kEast, 0), 5);
  EXPECT_EQ(g.mem_x(Hemisphere::kEast, 3), 5);
  EXPECT_EQ(g.mem_x(Hemisphere::kEast, 43), 15);
  EXPECT_EQ(g.mem_x(Hemisphere::kWest, 43), -15);
  EXPECT_EQ(g.sxm_x(Hemisphere::kEast), 19);
  EXPECT_EQ(g.mxm_in_x(Hemisphere::kEast), 28);
  EXPECT_EQ(g.mxm_out_x(Hemisphere::kWest), -25);
}

TEST(GeometryTest, QueuesStandInTheOrderOfTheContract) {
  const Geometry g(lpu1());
  EXPECT_EQ(g.name(0), "mem_w.slice0");
  EXPECT_EQ(g.name(44), "mem_e.slice0");
  EXPECT_EQ(g.name(88), "vxm.alu0");
  EXPECT_EQ(g.name(104), "mxm_w.plane0.weights");
  EXPECT_EQ(g.name(115), "mxm_e.plane1.accumulate");
  EXPECT_EQ(g.name(116), "sxm_w.shift");
  EXPECT_EQ(g.name(127), "sxm_e.transpose1");
  EXPECT_EQ(g.name(128), "c2c_w.link0");
  EXPECT_EQ(g.name(143), "c2c_e.link15");
  EXPECT_FALSE(g.find("mem_e.slice44"));
}

}  // namespace
}  // namespace lpu::isa
