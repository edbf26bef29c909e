// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <verilated_fst_c.h>

#include <cstdlib>
#include <sstream>
#include <string>

#include "VWaveCounter.h"
#include "testbench/unit/traces/traces_fixture.h"
#include "testbench/unit/traces/vcd_reader.h"
#include "traces/wave/wave_file.h"

namespace lpu::traces {
namespace {

using testing::HasSubstr;
using testing::Not;

class WaveRtlTest : public testing::Test {
 protected:
  WaveRtlTest() { context.traceEverOn(true); }

  /// Two counters below two units, and an instruction in one of them.
  void write(const std::string& name, const std::string& scope = "*") {
    VWaveCounter west(&context, "rtl");
    VWaveCounter east(&context, "rtl");
    WaveFile wave({.path = temp.file(name), .scope = scope, .clock_mhz = 1000}, geometry, 1);
    wave.add_rtl({"chip0.mxm_w.plane0", [&](VerilatedFstC& to) { west.trace(&to, 99); }});
    wave.add_rtl({"chip0.mxm_e.plane0", [&](VerilatedFstC& to) { east.trace(&to, 99); }});
    wave.open();
    wave.record(event(3, 0, geometry.find("mxm_e.plane0.weights").value(), isa::Op::kLw, 2));
    for (int cycle = 0; cycle < 6; ++cycle) {
      tick(west, cycle >= 1);
      tick(east, cycle >= 3);
      wave.cycle({cycle});
    }
    wave.close();
  }

  static void tick(VWaveCounter& block, bool run) {
    block.rst_ni = run;
    block.clk_i = 0;
    block.eval();
    block.clk_i = 1;
    block.eval();
  }

  TempFolder temp;
  isa::Geometry geometry{tiny_spec()};
  VerilatedContext context;
};

TEST_F(WaveRtlTest, BlocksAndModelAreInOneHierarchyAndOnOneTimeAxis) {
  write("a.vcd");
  const VcdReader vcd(temp.file("a.vcd"));
  using Changes = VcdReader::Changes;
  constexpr std::uint64_t kNs = 1'000'000;
  const std::string top = "chip0.mxm_e.plane0.";
  EXPECT_EQ(vcd.changes(top + "weights.valid"),
            (Changes{{0, "0"}, {3 * kNs, "1"}, {4 * kNs, "0"}}));
  EXPECT_EQ(vcd.changes(top + "rtl.lpu_wave_counter.count_q"),
            (Changes{{0, "0"}, {3 * kNs, "1"}, {4 * kNs, "10"}, {5 * kNs, "11"}}));
  EXPECT_EQ(vcd.changes("chip0.mxm_w.plane0.rtl.lpu_wave_counter.wide_o").back().second,
            "100000101");
  EXPECT_FALSE(std::filesystem::exists(temp.file("a.vcd.fst.part")));
}

TEST_F(WaveRtlTest, VcdAndFstHaveTheSameContent) {
  if (std::system("fst2vcd --help >/dev/null 2>&1; test $? -ne 127") != 0) {
    GTEST_SKIP() << "fst2vcd of Debian's gtkwave is not installed";
  }
  write("a.vcd");
  write("b.fst");
  ASSERT_EQ(std::system(("cd " + temp.file("") + " && fst2vcd -f b.fst -o b.vcd").c_str()), 0);
  EXPECT_EQ(VcdReader(temp.file("a.vcd")).signals(), VcdReader(temp.file("b.vcd")).signals());
}

TEST_F(WaveRtlTest, TheSaveFileShowsPortsAndRegistersOfABlock) {
  write("a.fst");
  const std::string save = slurp(temp.file("a.gtkw"));
  const std::string top = "chip0.mxm_e.plane0.rtl.";
  EXPECT_THAT(save, HasSubstr("\n@800200\n-plane0 rtl\n"
                              "@22\n+{count_o[7:0]} " +
                              top +
                              "count_o[7:0]\n"
                              "@22\n+{wide_o[99:0]} " +
                              top +
                              "wide_o[99:0]\n"
                              "@28\n+{odd_o[0]} " +
                              top +
                              "odd_o[0]\n"
                              "@1000200\n-plane0 rtl\n"
                              "@c00200\n-plane0 rtl registers\n"
                              "@22\n+{count_q[7:0]} " +
                              top +
                              "lpu_wave_counter.count_q[7:0]\n"
                              "@28\n+{odd_q[0]} " +
                              top +
                              "lpu_wave_counter.odd_q[0]\n"
                              "@1400200\n-plane0 rtl registers\n"));
  EXPECT_THAT(save, HasSubstr("chip0.mxm_w.plane0.rtl.count_o[7:0]"));
  EXPECT_THAT(save, Not(HasSubstr("clk_i")));
}

TEST_F(WaveRtlTest, TheSaveFileNamesOnlyWhatAForeignReaderFinds) {
  if (std::system("fst2vcd --help >/dev/null 2>&1; test $? -ne 127") != 0) {
    GTEST_SKIP() << "fst2vcd of Debian's gtkwave is not installed";
  }
  write("a.fst");
  ASSERT_EQ(std::system(("cd " + temp.file("") + " && fst2vcd -f a.fst -o b.vcd").c_str()), 0);
  const VcdReader vcd(temp.file("b.vcd"));
  std::istringstream save(slurp(temp.file("a.gtkw")));
  int shown = 0;
  for (std::string line; std::getline(save, line);) {
    if (line[0] != '+') continue;
    const std::string name = line.substr(line.find("} ") + 2);
    EXPECT_TRUE(vcd.names_with_range().contains(name)) << name;
    ++shown;
  }
  EXPECT_GT(shown, 10);
}

TEST_F(WaveRtlTest, ABlockOutsideTheScopeIsLeftOut) {
  write("a.vcd", "chip0.mxm_e");
  const VcdReader vcd(temp.file("a.vcd"));
  for (const auto& [name, changes] : vcd.signals()) {
    EXPECT_EQ(name.find("mxm_w"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace lpu::traces
