// SPDX-License-Identifier: Apache-2.0
#include "study/split/split.h"

#include <gtest/gtest.h>

#include "study/economics/economics.h"

namespace lpu::study {
namespace {

/// 1000 parameters of which 300 are the head's and 200 attention's; 2 layers; 5 values a position.
const ModelWork kWork{1000, 1000, 5, 4, 50, 300, 200, 8};
Accelerator simple() {
  Accelerator a;
  a.memory_bytes = 1500;
  a.memory_bytes_per_second = 1;
  a.operations_per_second_8 = 1000;
  a.link_bytes_per_second = 100;
  a.reduction_seconds = 3;
  return a;
}

// Ten positions: the layers' 700 parameters ten times, the head once; 55 pairs, a score and a
// weighted value of each of 8 queried values.
TEST(PrefillTest, AllPositionsAtOnce) {
  EXPECT_DOUBLE_EQ(prefill_operations(kWork, 10), 2.0 * (7000 + 300 + 2 * 55 * 8));
  const StepTime t = prefill_time(simple(), kWork, 1, 8, 10);
  EXPECT_DOUBLE_EQ(t.memory, 1000.0);
  EXPECT_DOUBLE_EQ(t.arithmetic, 2.0 * 8180 / 1000);
  // 4 reductions of 10 x 100 bytes on two devices.
  EXPECT_DOUBLE_EQ(prefill_time(simple(), kWork, 2, 8, 10).collectives, 4 * (3.0 + 10.0));
}

TEST(SplitTest, HandsACacheOver) {
  SplitParameters split;
  split.handoff_bytes_per_second.value = 20;
  split.handoff_seconds.value = 0.5;
  EXPECT_DOUBLE_EQ(handoff_seconds(split, kWork, 6), 0.5 + 6 * 5 * 2 / 20.0);
}

TEST(SplitTest, CrossesTwiceALayerAndReadsOnlyAttentionOnTheGpus) {
  SplitParameters split;
  split.devices.value = 1;
  split.crossing_bytes_per_second.value = 50;
  split.crossing_seconds.value = 1;
  study::Run run;
  run.cycles = 1000;
  run.tokens_per_second = 2;
  run.context = 7;
  run.operators = {
      {"q", 2, 300, 0, ""}, {"attention_residual", 2, 100, 0, ""}, {"gate", 2, 600, 0, ""}};
  const SplitToken token = split_token(split, simple(), kWork, 8, run);
  EXPECT_DOUBLE_EQ(token.attention, 200 + 7 * 5 * 2);
  EXPECT_DOUBLE_EQ(token.crossings, 4 * (1 + 100 / 50.0));
  EXPECT_DOUBLE_EQ(token.rest, 0.6 / 2);
}

TEST(SplitTest, ShippedParametersAreRead) {
  const auto split = read_split(LPU_SOURCE_DIR "/configs/studies/split.toml");
  EXPECT_GT(split.devices.value, 0);
  EXPECT_EQ(split.crossing_seconds.source, "P");
}

TEST(EconomicsTest, ShippedPricesAreChoices) {
  const auto e = read_economics(LPU_SOURCE_DIR "/configs/studies/economics.toml");
  for (const Machine* machine : {&e.lpu, &e.gpu}) {
    EXPECT_EQ(machine->price.source, "C");
    EXPECT_EQ(machine->machine_price.source, "C");
  }
  EXPECT_DOUBLE_EQ(e.lpu.racks(576), 8.0);
  EXPECT_DOUBLE_EQ(e.lpu.kilowatts(576), 576 * 0.388);
}

}  // namespace
}  // namespace lpu::study
