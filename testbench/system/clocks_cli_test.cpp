// SPDX-License-Identifier: Apache-2.0
#include "testbench/system/exchange_program.h"
#include "testbench/system/program_fixture.h"

namespace lpu::testbench {
namespace {

using testing::HasSubstr;

class ClocksCliTest : public ProgramTest {
 protected:
  /// The shipped file with a change, below the test's directory; the chip file stays where it is.
  std::string changed(const std::string& from, const std::string& to) {
    const std::string text =
        replaced(config("systems/node8-clocks.toml"), "../chips", LPU_SOURCE_DIR "/configs/chips");
    return write("changed.toml", replaced(text, from, to));
  }
  std::string exchange() {
    return write("exchange.lpuasm", Exchange{.receive_at = 5 + 21 + 248}.text());
  }
};

TEST_F(ClocksCliTest, StudiesPrintATableAndWriteIt) {
  EXPECT_EQ(lpu("study link" + system("node8-clocks") + "--json " + path("link.json")), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("chip0.link6 to chip7.link6"));
  EXPECT_THAT(contents("link.json"), HasSubstr("\"deviation\": 2.7"));
  EXPECT_EQ(lpu("study clock" + system("node8-clocks") + "--json " + path("clock.json")), 0);
  EXPECT_THAT(out_, HasSubstr("start        1 epochs, 1 a level"));
  EXPECT_THAT(contents("clock.json"), HasSubstr("\"start_epochs\": 1"));
}

TEST_F(ClocksCliTest, WhatIsIdealCannotBeStudied) {
  EXPECT_EQ(lpu("study link" + system("node8")), 3);
  EXPECT_THAT(err_, HasSubstr("node8.toml: its clocks or flights are ideal"));
}

TEST_F(ClocksCliTest, ExecPrintsSkewAndWhatTheScheduleTolerates) {
  EXPECT_EQ(lpu("exec" + system("node8-clocks") + "--program " + exchange()), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("tolerated skew    20 cycles\nskew              -"));
  const std::string first = out_;
  EXPECT_EQ(lpu("check" + system("node8-clocks") + exchange()), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("tolerates 20 cycles of skew\n0 violations"));
  EXPECT_EQ(lpu("exec" + system("node8-clocks") + "--json " + path("run.json") + " --program " +
                exchange()),
            0);
  EXPECT_THAT(contents("run.json"), HasSubstr("\"tolerated_skew\": 20,\n    \"least_skew\": -"));
  EXPECT_EQ(lpu("exec" + system("node8-clocks") + "--fabric-seed 2 --program " + exchange()), 0);
  EXPECT_NE(out_, first) << "other clocks";
}

TEST_F(ClocksCliTest, ADamagedVectorIsStatus4AndTooMuchSkewStatus1) {
  const std::string noisy = changed("value = 1000000000000", "value = 300");
  EXPECT_EQ(lpu("exec --system " + noisy + " --program " + exchange()), 4);
  EXPECT_THAT(err_, HasSubstr("lpu/link/flagged-vector: chip"));
  const std::string tight =
      write("tight.lpuasm", Exchange{.receive_at = 5 + 21 + 228}.text());  // tolerates nothing
  EXPECT_EQ(lpu("exec" + system("node8-clocks") + "--program " + tight), 1);
  EXPECT_THAT(err_, HasSubstr("lpu/link/skew-exceeded"));
  EXPECT_THAT(err_, HasSubstr("the schedule tolerates 0"));
}

TEST_F(ClocksCliTest, AScheduleThatCountsLessThanTheLongestFlightIsABadFile) {
  EXPECT_EQ(lpu("config --system " + changed("flight = { value = 248", "flight = { value = 227")),
            3);
  EXPECT_THAT(err_, HasSubstr("a flight may take 228 cycles, the schedule counts 227"));
}

}  // namespace
}  // namespace lpu::testbench
