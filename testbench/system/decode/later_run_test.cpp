// SPDX-License-Identifier: Apache-2.0
// A later chip by its configuration alone: it computes what the published one computes, and a hop
// of its rack takes as long as is published.
#include <nlohmann/json.hpp>

#include "testbench/system/program_fixture.h"

namespace lpu::testbench {
namespace {

using nlohmann::json;

class LaterRunTest : public ProgramTest {
 protected:
  json run(const std::string& on, const std::string& arguments) {
    EXPECT_EQ(lpu("run" + system(on) + arguments + " --json " + path("s.json")), 0) << err_;
    json summary = json::parse(contents("s.json"), nullptr, false);
    EXPECT_EQ(summary.value("predicted_cycles", 0), summary.value("simulated_cycles", -1));
    return summary;
  }
};

// Sums are over lanes, planes and shards, of which it has as many: the same order, the same bits.
TEST_F(LaterRunTest, DecodesToTheLogitsOfThePublishedChip) {
  for (const std::string matmul : {"fp16", "w8a16"}) {
    const std::string sum = model("addition") + "--prompt 47+85= --tokens 4 --matmul " + matmul;
    const json published = run("chip", sum);
    for (const char* name : {"lp30-chip", "lp30-rack256"}) {
      const json later = run(name, sum);
      EXPECT_EQ(later["text"], "132\n") << name;
      EXPECT_EQ(later["logits_sha256"], published["logits_sha256"]) << name;
      EXPECT_NE(later["simulated_cycles"], published["simulated_cycles"]) << name;
    }
  }
}

// 1 + 4 + 21 + 460 + 21 + 4 + 2 cycles of 1,465 MHz. Published: 350 ns, to within a cycle.
TEST_F(LaterRunTest, AHopFromSramToSramTakes350Nanoseconds) {
  ASSERT_EQ(lpu("fabric" + system("lp30-rack256") + "--message 0:7:1"), 0) << err_;
  EXPECT_THAT(out_, testing::HasSubstr("over 1 to 1 links each: 513 cycles, 350.2 ns"));
}

// Chip 0 has no cable to node 31: a hop to the gate, one between the nodes, one to chip 255.
TEST_F(LaterRunTest, AVectorGoesFromNodeToNodeInThreeHops) {
  ASSERT_EQ(lpu("fabric" + system("lp30-rack256") + "--message 0:255:1"), 0) << err_;
  EXPECT_THAT(out_, testing::HasSubstr("over 3 to 3 links each"));
}

}  // namespace
}  // namespace lpu::testbench
