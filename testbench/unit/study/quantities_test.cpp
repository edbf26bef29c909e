// SPDX-License-Identifier: Apache-2.0
// Figures of a study whose runs are made up: a stage works from 0 to 600, the next from 500 to 900,
// a token takes 1000 cycles and one more a position.
#include "study/claims/quantities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lpu::study {
namespace {

const std::string kConfigs = LPU_SOURCE_DIR "/configs/";

std::string summary(std::int64_t context) {
  const std::string cycles = std::to_string(1000 + context);
  const std::string rate = std::to_string(900e6 / static_cast<double>(1000 + context));
  return R"({"chips": 16, "simulated_cycles": )" + cycles + R"(, "predicted_cycles": )" + cycles +
         R"(, "simulated_tokens_per_second": )" + rate +
         R"(, "wall_seconds": 1.5, "peak_rss_bytes": 7, "units": {"mxm": {"busy": 0.25}},
             "queues": {"mxm_e.plane0.weights": {"busy": 0.5}},
             "links": {"traffic": [[0, 1, 8, 2, 30]]},
             "operators": [{"name": "q", "times": 32, "cycles": 640,
                            "bound": 512, "limit": "install"},
                           {"name": "lm_head", "times": 1, "cycles": 60,
                            "bound": 48, "limit": "install"}],
             "stages": [{"part": "a", "first_chip": 0, "chips": 8, "begin": 0, "end": 600,
                         "rows": {}},
                        {"part": "b", "first_chip": 8, "chips": 8, "begin": 500, "end": 900,
                         "rows": {}}]})";
}

class QuantitiesTest : public testing::Test {
 protected:
  /// Every run answers like this; 100 positions of 8B on 72 chips are looked at.
  Quantities all(const Launch& launch) {
    RunBook book(launch);
    Evidence e;
    e.file = read_claims(kConfigs + "studies/claims.toml");
    e.file.contexts = {0, 100};
    e.context = 100;
    e.command = "lpu study claims";
    e.economics = read_economics(e.file.economics);
    e.split = read_split(e.file.split);
    e.gpu = read_accelerator(kConfigs + "accelerators/h200.toml");
    e.accelerators = {e.gpu};
    e.measured = read_measured(kConfigs + "accelerators/measured/llama-3-70b.toml");
    Tried tried;
    tried.subject = {"s.toml", "m", ""};
    tried.chip = isa::read_chip_spec(kConfigs + "chips/lpu1.toml");
    tried.chips = 72;
    tried.config = compiler::read_config(kConfigs + "models/llama-3-8b/config.json");
    tried.work = work_of(tried.config);
    sweep(book, e.file, e.context, tried);
    tried.placed = {{100, 2}, {4096, 7}};
    run_together(book, e.file, tried);
    e.large = {tried};
    e.small = {tried};
    const Quantities quantities = quantities_of(e);
    check_names(e.file, quantities);
    return quantities;
  }
  Quantities ran() {
    return all([](const std::vector<std::string>& words) {
      return Launched{0, summary(std::stoll(words.at(8))), ""};
    });
  }
  static double value(const Quantities& all, const std::string& name) {
    return all.at(name).value.value();
  }
};

TEST_F(QuantitiesTest, OfARun) {
  const Quantities q = ran();
  EXPECT_NEAR(value(q, "large.rate"), 900e6 / 1100, 1.0);
  EXPECT_NEAR(value(q, "large.layer"), 640.0 / 32 / 900, 1e-9);
  EXPECT_NEAR(value(q, "large.matrices"), 100.0 * 700 / 1100, 1e-9);
  EXPECT_EQ(value(q, "large.unpredicted"), 0.0);
  EXPECT_NEAR(value(q, "large.above_bound"), 1100.0 / (512 + 48), 1e-9);
  EXPECT_NEAR(value(q, "large.slowdown"), 100.0 * 1000 / 1100, 1e-4);
  EXPECT_NEAR(value(q, "ratio.rate_1_devices"), 900e6 / 1100 / 51, 0.1);
}

// 1100 / 600 users fill the pipeline, so 2; the slowest stage takes 600 cycles.
TEST_F(QuantitiesTest, OfSeveralUsers) {
  const Quantities q = ran();
  EXPECT_EQ(value(q, "large.full"), 2.0);
  EXPECT_NEAR(value(q, "large.rate_full"), 900e6 / 600, 1.0);
  EXPECT_NEAR(value(q, "large.occupancy_one"), 100.0 * 1000 / 1100 / 2, 1e-9);
  EXPECT_NEAR(value(q, "large.mxm_duty_full"), 25.0 * 1100 / 600, 1e-9);
}

// Two users in a step that takes as long as one's, or one after the other through the pipeline.
TEST_F(QuantitiesTest, OfSeveralTokensInAStep) {
  const Quantities q = ran();
  EXPECT_NEAR(value(q, "large.rate_together"), 2 * 900e6 / 1100, 1.0);
  EXPECT_NEAR(value(q, "large.rate_in_flight"), 900e6 / 600, 1.0);
  EXPECT_NEAR(value(q, "large.prompt_together"), 1e3 * 1000 / 900e6, 1e-9);
  EXPECT_NEAR(value(q, "large.prompt_one_by_one"), 1e3 * 4 * 1000 / 900e6, 1e-6);
  EXPECT_NEAR(value(q, "large.prefill_together"), value(q, "large.prefill") / 4, 1e-6);
}

TEST_F(QuantitiesTest, UsersThatThePlacementHasRoomFor) {
  const Quantities q = ran();
  EXPECT_EQ(value(q, "large.placed_at_4096"), 7.0);
  EXPECT_FALSE(q.at("large.placed_at_8192").value);
  EXPECT_EQ(value(q, "large.users_most"), 2.0) << "no more than are placed";
}

TEST_F(QuantitiesTest, OfPowerSpaceAndMoney) {
  const Quantities q = ran();
  EXPECT_EQ(value(q, "large.racks"), 1.0);
  EXPECT_NEAR(value(q, "large.kilowatts"), 72 * 0.388, 1e-9);
  EXPECT_NEAR(value(q, "large.joules_one"), 72 * 388.0 * 1100 / 900e6, 1e-6);
  EXPECT_NEAR(value(q, "large.joules_most"), 72 * 388.0 * 600 / 900e6, 1e-6);
  EXPECT_NEAR(value(q, "large.per_kilowatt"), 900e6 / 600 / (72 * 0.388), 0.1);
  // 100 positions from 1000 to 1100 cycles each.
  EXPECT_NEAR(value(q, "large.prefill"), 1e3 * 100 * 1050 / 900e6, 1e-6);
  EXPECT_NEAR(value(q, "large.prefill_in_flight"), 1e3 * 100 * 1050 / 900e6 / 4 * 600 / 1000, 1e-6);
  EXPECT_NEAR(value(q, "large.prefill_energy"), 72 * 0.388 * 100 * 1050 / 900e6, 1e-6);
}

// A request on both is the GPUs' prefill, the hand-off and the LPUs' tokens.
TEST_F(QuantitiesTest, OfARequestOnBothMachines) {
  const Quantities q = ran();
  EXPECT_NEAR(value(q, "split.request"),
              value(q, "gpu.prefill") + value(q, "split.handoff") + 256 * value(q, "large.token"),
              1e-9);
  EXPECT_NEAR(value(q, "large.request_in_flight"),
              value(q, "large.prefill_in_flight") + 256 * value(q, "large.token"), 1e-9);
  // 2 x 32 layers x 1024 values of two bytes a position, over 50 GB/s.
  EXPECT_NEAR(value(q, "split.handoff"), 1e3 * (10e-6 + 100 * 2 * 32 * 1024 * 2 / 50e9), 1e-9);
}

TEST_F(QuantitiesTest, WhatIsRefusedHasNoFigureButAReason) {
  const Quantities q = all([](const std::vector<std::string>&) {
    return Launched{3, "", "lpu: it does not fit"};
  });
  for (const char* name : {"large.rate", "large.rate_together", "large.prompt_together",
                           "large.full", "large.joules_one", "large.request", "split.token",
                           "ratio.rate_8_devices", "small.layer"}) {
    EXPECT_FALSE(q.at(name).value) << name;
    EXPECT_THAT(q.at(name).how, testing::HasSubstr("it does not fit")) << name;
    EXPECT_FALSE(q.at(name).command.empty()) << name;
  }
  EXPECT_TRUE(q.at("chip.ports").value) << "arithmetic stays";
}

}  // namespace
}  // namespace lpu::study
