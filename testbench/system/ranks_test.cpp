// SPDX-License-Identifier: Apache-2.0
// A run in one process and the same run divided among ranks: the same bytes, the same words.
#include <nlohmann/json.hpp>

#include "testbench/system/exchange_program.h"
#include "testbench/system/program_fixture.h"

namespace lpu::testbench {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class RanksTest : public ProgramTest {
 protected:
  void SetUp() override {
#ifndef LPU_WITH_MPI
    GTEST_SKIP() << "built without MPI (LPU_WITH_MPI)";
#endif
    if (start(2, "true") != 0) {
      GTEST_SKIP() << "mpirun cannot start two processes on this machine: " << err_;
    }
  }

  /// Exit status of so many processes. A rank that waits for ever is stopped.
  int mpirun(int ranks, const std::string& arguments) {
    return start(ranks, std::string(LPU_PROGRAM) + " " + arguments);
  }
  int start(int ranks, const std::string& program) {
    const std::string command =
        "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 timeout 120 mpirun "
        "--oversubscribe --bind-to none --mca mpi_yield_when_idle 1 -n " +
        std::to_string(ranks) + " " + program + " >" + path("out") + " 2>" + path("err");
    const int status = std::system(command.c_str());
    out_ = contents("out");
    err_ = contents("err");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  /// Without what depends on the host.
  [[nodiscard]] json summary(const std::string& name) const {
    json all = json::parse(contents(name), nullptr, false);
    all.erase("wall_seconds");
    all.erase("peak_rss_bytes");
    return all;
  }

  /// What a run is asked to leave, in files of that name.
  [[nodiscard]] std::string records(const std::string& name) const {
    return " --json " + path(name + ".json") + " --trace " + path(name + ".trace");
  }
};

TEST_F(RanksTest, AModelDecodesToTheSameBytesWithAnyNumberOfRanks) {
  const std::string decode =
      "run" + system("node8") + model("addition") + "--prompt 7+8= --tokens 2 --matmul fp16";
  ASSERT_EQ(lpu(decode + records("one")), 0) << err_;
  for (const int ranks : {2, 3}) {
    ASSERT_EQ(mpirun(ranks, decode + records("more")), 0) << err_;
    EXPECT_THAT(out_, HasSubstr("answer                       15\n")) << ranks;
    EXPECT_EQ(summary("more.json"), summary("one.json")) << ranks;
    EXPECT_EQ(contents("more.trace"), contents("one.trace")) << ranks;
    ASSERT_EQ(mpirun(ranks, decode + " --json " + path("bare.json")), 0) << err_;
    EXPECT_EQ(summary("bare.json"), summary("one.json")) << ranks;
  }
}

// A run with a waveform exchanges after every cycle, so it is a short one.
TEST_F(RanksTest, WaveformsAreTheSameBytes) {
  const auto program = write("x.lpuasm", Exchange{}.text());
  const std::string exec = "exec" + system("node8") + "--program " + program + " --wave ";
  ASSERT_EQ(lpu(exec + path("one.vcd")), 0) << err_;
  ASSERT_EQ(mpirun(2, exec + path("two.vcd")), 0) << err_;
  EXPECT_EQ(contents("two.vcd"), contents("one.vcd"));
}

TEST_F(RanksTest, WithoutValuesTimeIsTheSame) {
  const auto program = write("x.lpuasm", Exchange{}.text());
  const std::string exec = "exec" + system("node8") + "--values none --program " + program;
  ASSERT_EQ(lpu(exec + " --json " + path("one.json")), 0) << err_;
  ASSERT_EQ(mpirun(2, exec + " --json " + path("two.json")), 0) << err_;
  EXPECT_EQ(summary("two.json"), summary("one.json"));
}

// Nodes exchange nothing with each other: the fifth one is divided, the others run ahead.
TEST_F(RanksTest, NodesOfARankAndADividedOneDoTheSame) {
  const auto program = write("x.lpuasm", Exchange{}.text());
  const std::string exec = "exec" + system("rack72") + "--values none --program " + program;
  ASSERT_EQ(lpu(exec + " --json " + path("one.json")), 0) << err_;
  ASSERT_EQ(mpirun(2, exec + " --json " + path("two.json")), 0) << err_;
  EXPECT_EQ(summary("two.json"), summary("one.json"));
  EXPECT_EQ(summary("two.json")["simulated_cycles"], Exchange{}.end());
}

// Chip 7 is on the second rank; the first one knows, too, and says it.
TEST_F(RanksTest, ABrokenRuleEndsAllRanks) {
  const std::string good = Exchange{}.text();
  const std::string late = Exchange{.receive_at = 242}.text();
  for (int chip = 0; chip < 8; ++chip) {
    write("p/chip" + std::to_string(chip) + ".lpuasm", chip == 7 ? late : good);
  }
  const std::string exec = "exec" + system("node8") + "--program " + path("p");
  ASSERT_EQ(lpu(exec), 1);
  const std::string words = err_;
  EXPECT_THAT(words, HasSubstr("chip7.c2c_w.link"));
  EXPECT_EQ(mpirun(2, exec), 1);
  EXPECT_THAT(err_, HasSubstr(words));
}

TEST_F(RanksTest, WrongUsageAndBadInputKeepTheirStatus) {
  const auto program = write("x.lpuasm", Exchange{}.text());
  const std::string exec = "exec" + system("node8") + "--program " + program;
  EXPECT_EQ(mpirun(2, exec + " --unit 'chip9.*=tlm'"), 2);
  EXPECT_THAT(err_, HasSubstr("'chip9.*' matches no unit"));
  EXPECT_EQ(mpirun(2, "exec" + system("node8") + "--program " + path("none.lpuasm")), 3);
  EXPECT_EQ(mpirun(2, exec + " --trace /dev/full"), 3);
}

TEST_F(RanksTest, WhatDoesNotSimulateIsDoneOnce) {
  ASSERT_EQ(mpirun(2, "fabric" + system("node8")), 0);
  EXPECT_EQ(out_.find("links"), out_.rfind("links        28"));
}

}  // namespace
}  // namespace lpu::testbench
