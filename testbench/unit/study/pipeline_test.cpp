// SPDX-License-Identifier: Apache-2.0
#include "study/pipeline/pipeline.h"

#include <gtest/gtest.h>

#include "study/pipeline/speed.h"

namespace lpu::study {
namespace {

/// Three stages of 100, 200 and 150 cycles; 50 pass between them. Planes are busy in a tenth.
Run three_stages() {
  study::Run run;
  run.cycles = 500;
  run.stages = {{"a", 0, 8, 0, 100, {}}, {"b", 8, 8, 120, 320, {}}, {"c", 16, 8, 340, 490, {}}};
  run.busy["mxm"] = 0.1;
  return run;
}

TEST(PipelineTest, OneUserLeavesTheOtherStagesIdle) {
  const Pipeline p = pipeline_of(three_stages());
  EXPECT_DOUBLE_EQ(p.throughput(1), 1.0 / 500);
  EXPECT_DOUBLE_EQ(p.occupancy(1), 450.0 / 500 / 3);
  EXPECT_DOUBLE_EQ(p.mxm_duty(1), 0.1);
}

TEST(PipelineTest, TheSlowestStageSetsTheThroughput) {
  const Pipeline p = pipeline_of(three_stages());
  EXPECT_DOUBLE_EQ(p.throughput(2), 2.0 / 500);
  EXPECT_EQ(p.full(), 3);  // 2.5 users
  EXPECT_DOUBLE_EQ(p.throughput(3), 1.0 / 200);
  EXPECT_DOUBLE_EQ(p.occupancy(3), 450.0 / 200 / 3);
  EXPECT_DOUBLE_EQ(p.mxm_duty(3), 0.1 * 500 / 200);
  EXPECT_DOUBLE_EQ(p.throughput(9), p.throughput(3)) << "no more users in flight than stages";
}

TEST(PipelineTest, SpeedsGoFromOneUserToTheMost) {
  const auto points = speeds_of(pipeline_of(three_stages()), 1000.0, 3);
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(points[0].users, 1);
  EXPECT_EQ(points[1].users, 2);
  EXPECT_EQ(points[2].users, 3);
  EXPECT_DOUBLE_EQ(points[0].rate_a_user, 2.0);
  EXPECT_DOUBLE_EQ(points[2].rate, 5.0);
  EXPECT_DOUBLE_EQ(points[2].rate_a_user, 5.0 / 3);
  EXPECT_TRUE(speeds_of(pipeline_of(three_stages()), 1000.0, 0).empty());
}

}  // namespace
}  // namespace lpu::study
