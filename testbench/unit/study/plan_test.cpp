// SPDX-License-Identifier: Apache-2.0
// Floor plan and links of a run that is made up: two stages of a chip each, at work in a half and
// a quarter of 1000 cycles, and two idle chips.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isa/spec/geometry.h"
#include "study/report/figures.h"
#include "study/report/heat.h"

namespace lpu::study {
namespace {

using testing::HasSubstr;

class PlanTest : public testing::Test {
 protected:
  PlanTest() {
    run_.chips = 4;
    run_.cycles = 1000;
    run_.stages = {{"a", 0, 1, 0, 500, {}}, {"b", 1, 1, 600, 850, {}}};
    run_.queues = {{"vxm.alu3", 0.015}, {"mem_w.slice7", 0.003}};
    run_.links = {{0, 4, 1, 4, 10}, {1, 9, 0, 9, 10}};
    tried_.chip = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
    tried_.token = &run_;
  }
  static int times(const std::string& text, const std::string& what) {
    int found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
      ++found;
    }
    return found;
  }
  study::Run run_;
  Tried tried_;
};

// The stages are at work in 750 of 4 x 1000 cycles.
TEST_F(PlanTest, QueuesAreBusyOfTheTimeInWhichTheirStageWorks) {
  const std::string svg = floor_plan(tried_).svg;
  EXPECT_THAT(svg, HasSubstr("vxm.alu3: 8 %"));
  EXPECT_THAT(svg, HasSubstr("mem_w.slice7: 1.6 %"));
  EXPECT_THAT(svg, HasSubstr("mem_e.slice7: 0 %"));
  EXPECT_EQ(times(svg, "<title>"), isa::Geometry(tried_.chip).queues()) << "each once";
}

TEST_F(PlanTest, ALinkIsBusyOfTheTimeInWhichItsSenderWorks) {
  const std::string svg = link_use(tried_).svg;
  const auto part = [&](double cycles) {
    return percent(10.0 * static_cast<double>(tried_.chip.c2c_pace) / cycles);
  };
  EXPECT_THAT(svg, HasSubstr("chip 0 link 4 to chip 1: " + part(500)));
  EXPECT_THAT(svg, HasSubstr("chip 1 link 9 to chip 0: " + part(250)));
  EXPECT_EQ(times(svg, "<title>"), 2);
}

TEST_F(PlanTest, OfARefusalThereIsTheReason) {
  run_.status = 3;
  run_.refusal = "does not fit";
  EXPECT_EQ(floor_plan(tried_).svg, "");
  EXPECT_EQ(link_use(tried_).note, "does not fit");
}

TEST(HeatTest, MoreIsDarkerAndNothingIsTheLightest) {
  const Heat heat(0.5);
  EXPECT_EQ(heat.colour(0.0), "#eef3f7");
  EXPECT_EQ(heat.colour(0.5), "#5c042c");
  EXPECT_EQ(heat.colour(0.7), "#5c042c");
  EXPECT_NE(heat.colour(0.1), heat.colour(0.2));
  EXPECT_EQ(Heat(0.0).colour(0.0), "#eef3f7") << "nothing is used";
  EXPECT_EQ(percent(0.1234), "12.3 %");
}

}  // namespace
}  // namespace lpu::study
