// SPDX-License-Identifier: Apache-2.0
// What the program promises to scripts: exit status, and which stream says what.
#include "testbench/system/exchange_program.h"
#include "testbench/system/program_fixture.h"

namespace lpu::testbench {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

using CliTest = ProgramTest;

TEST_F(CliTest, ExecOfALegalProgramIsDone) {
  const auto program = write("x.lpuasm", Exchange{.links = 1}.text());
  EXPECT_EQ(lpu("exec" + system("pair") + "--program " + program + " --json " + path("s.json") +
                " --trace " + path("t.json")),
            0);
  EXPECT_THAT(out_, HasSubstr("simulated_cycles  290\n"));
  EXPECT_THAT(out_, HasSubstr("predicted_cycles  290\n"));
  EXPECT_THAT(err_, IsEmpty());
  EXPECT_THAT(contents("s.json"), HasSubstr("\"simulated_cycles\": 290"));
  EXPECT_THAT(contents("t.json"), HasSubstr("send"));
}

TEST_F(CliTest, ExecWithoutValuesTakesAsManyCycles) {
  const auto program = write("x.lpuasm", Exchange{.links = 1}.text());
  EXPECT_EQ(lpu("exec" + system("pair") + "--values none --program " + program), 0);
  EXPECT_THAT(out_, HasSubstr("simulated_cycles  290\n"));
}

TEST_F(CliTest, ExecOfAProgramThatDoesNothingIsDoneAtOnce) {
  const auto program = write("x.lpuasm", ".chip idle\n.queue c2c_w.link0\nnop 5\n");
  EXPECT_EQ(lpu("exec" + system("pair") + "--program " + program), 0);
  EXPECT_THAT(out_, HasSubstr("predicted_cycles  0\n"));
}

TEST_F(CliTest, ExecOfAnIllegalProgramIsAFailedCheck) {
  const auto program = write("x.lpuasm", Exchange{.links = 1, .receive_at = 242}.text());
  EXPECT_EQ(lpu("exec" + system("pair") + "--program " + program), 1);
  EXPECT_THAT(err_, HasSubstr("c2c_w.link0, cycle 242"));
  EXPECT_THAT(out_, IsEmpty());
}

TEST_F(CliTest, AChipThatIsOutRunsNothing) {
  const auto broken = write("s.toml", replaced(config("systems/node8.toml"), "../chips/",
                                               LPU_SOURCE_DIR "/configs/chips/") +
                                          "[outages]\nchips = [5]\n");
  const auto program = write("x.lpuasm", Exchange{.links = 1}.text());
  EXPECT_EQ(lpu("exec --system " + broken + " --program " + program), 2);
  EXPECT_THAT(err_, HasSubstr("chip5 is out of order and cannot run a program"));
}

TEST_F(CliTest, CheckPrintsEveryViolationAsItsResult) {
  const auto program = write("x.lpuasm", Exchange{.links = 1, .receive_at = 242}.text());
  EXPECT_EQ(lpu("check" + system("pair") + program), 1);
  EXPECT_THAT(out_, HasSubstr("2 violations"));
  EXPECT_EQ(lpu("check" + system("pair") + write("y.lpuasm", Exchange{.links = 1}.text())), 0);
  EXPECT_THAT(out_, HasSubstr("0 violations"));
}

TEST_F(CliTest, WrongUsageIsTwo) {
  const auto program = write("x.lpuasm", Exchange{.links = 1}.text());
  EXPECT_EQ(lpu(""), 2);
  EXPECT_EQ(lpu("fly"), 2);
  EXPECT_EQ(lpu("exec --bogus"), 2);
  EXPECT_EQ(lpu("exec" + system("pair") + "--values some --program " + program), 2);
  EXPECT_EQ(lpu("exec" + system("pair") + "--unit 'chip7.*=tlm' --program " + program), 2);
  EXPECT_THAT(err_, HasSubstr("'chip7.*' matches no unit"));
  EXPECT_EQ(lpu("--help"), 0);
}

TEST_F(CliTest, BadInputIsThree) {
  EXPECT_EQ(lpu("config --system " + path("none.toml")), 3);
  EXPECT_EQ(lpu("exec" + system("pair") + "--program " + path("none.lpuasm")), 3);
  EXPECT_EQ(lpu("exec" + system("pair") + "--program " + dir_.string()), 3);
  EXPECT_EQ(lpu("exec" + system("pair") + "--program " + write("x.lpuasm", "flow e1\n")), 3);
  EXPECT_THAT(err_, HasSubstr("x.lpuasm:1: "));
}

TEST_F(CliTest, AsmAndDisasmGoRound) {
  const auto text = write("x.lpuasm", Exchange{.links = 1}.text());
  EXPECT_EQ(lpu("asm" + system("pair") + text + " --out " + path("chip0.lpu")), 0);
  EXPECT_EQ(lpu("disasm" + system("pair") + path("chip0.lpu")), 0);
  EXPECT_THAT(out_, HasSubstr("receive -> e0"));
  std::filesystem::copy_file(path("chip0.lpu"), path("chip1.lpu"));
  EXPECT_EQ(lpu("exec" + system("pair") + "--program " + dir_.string()), 0);
}

TEST_F(CliTest, FabricAndConfigPrintTheSystem) {
  EXPECT_EQ(lpu("fabric" + system("node8") + "--json " + path("f.json")), 0);
  EXPECT_THAT(out_, HasSubstr("links        28\n"));
  EXPECT_THAT(contents("f.json"), HasSubstr("\"diameter\": 1"));
  EXPECT_EQ(lpu("config" + system("node8")), 0);
  EXPECT_THAT(out_, HasSubstr("flight = { value = 217, source = \"P\" }"));
}

TEST_F(CliTest, AMessageIsThreeOrFourNumbersBetweenChips) {
  EXPECT_EQ(lpu("fabric" + system("node8") + "--message 0:7:1"), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("0 -> 7, 1 vectors over 1 to 1 links each: 270 cycles, 300.0 ns"));
  for (const char* text : {"0:7", "0:7:", "0:7:1:2:3", "0:x:1", "''"}) {
    EXPECT_EQ(lpu("fabric" + system("node8") + "--message " + text), 2) << text;
    EXPECT_THAT(err_, HasSubstr("is not a message")) << text;
  }
  for (const char* text : {"0:8:1", "3:3:1", "0:1:0", "-1:1:1"}) {
    EXPECT_EQ(lpu("fabric" + system("node8") + "--message=" + text), 2) << text << out_;
  }
  EXPECT_EQ(lpu("fabric" + system("node8") + "--report " + path("none/f.html")), 3);
  EXPECT_THAT(err_, HasSubstr("none/f.html"));
}

TEST_F(CliTest, CosimRunsModelAndRtlInLockstep) {
#ifndef LPU_WITH_RTL
  EXPECT_EQ(lpu("cosim mxm_plane"), 2);
  EXPECT_THAT(err_, HasSubstr("built without RTL"));
  GTEST_SKIP() << "built without RTL (LPU_WITH_RTL)";
#endif
  EXPECT_EQ(lpu("cosim mxm_plane --vectors 100 --seed 5"), 0);
  EXPECT_THAT(out_, HasSubstr("unit              mxm_e.plane0, 320 lanes\nseed              5\n"));
  EXPECT_THAT(out_, testing::ContainsRegex("vectors           [1-9][0-9]{2}"));
  EXPECT_THAT(out_, HasSubstr("differences       0\n"));
  EXPECT_THAT(out_, testing::ContainsRegex("compared_outputs  [1-9][0-9]{2}"));
  const std::string first = out_;
  EXPECT_EQ(lpu("cosim mxm_plane --vectors 100 --seed 5"), 0);
  EXPECT_EQ(out_, first);
  EXPECT_EQ(lpu("cosim mxm_plane --vectors 3000" + system("tiny")), 0);
  EXPECT_THAT(out_, HasSubstr("mxm_e.plane0, 32 lanes"));
}

// The model leaves the distance of two fetches to the checker; the RTL asserts it.
TEST_F(CliTest, ADifferenceLeavesAWaveformOfTheCyclesAroundIt) {
#ifdef LPU_WITH_RTL
  std::string program = ".queue vxm.alu0\nifetch 0, 0\nnop 25\nifetch 0, 2\n";
  for (int i = 0; i < 100; ++i) {
    program += "mov.i32 0\n";
  }
  write("fetches.lpuasm", program);
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(path(""));
  EXPECT_EQ(lpu("exec" + system("chip") + "--program " + path("fetches.lpuasm") +
                " --unit 'chip0.icu_vxm.alu0=both'"),
            1);
  std::filesystem::current_path(before);
  EXPECT_THAT(err_, HasSubstr("lpu/rtl/assertion: chip0.icu_vxm.alu0, cycle 26"));
  EXPECT_THAT(err_, HasSubstr("lpu: waveform of chip0.icu_vxm.alu0, cycles 0 to 36: "
                              "rtl-difference.fst"));
  EXPECT_EQ(
      std::system(("fst2vcd -f " + path("rtl-difference.fst") + " -o " + path("d.vcd")).c_str()),
      0);
  EXPECT_THAT(contents("d.vcd"), HasSubstr("insn_valid_o"));
#else
  GTEST_SKIP() << "built without RTL (LPU_WITH_RTL)";
#endif
}

TEST_F(CliTest, CosimOfAUnitThatIsNoneIsRefusedByName) {
  EXPECT_EQ(lpu("cosim dram"), 2);
  EXPECT_THAT(err_, HasSubstr("cosim 'dram': dram: no stimulus for this unit"));
  EXPECT_EQ(lpu("cosim mxm_plane --vectors 0"), 2);
}

}  // namespace
}  // namespace lpu::testbench
