// SPDX-License-Identifier: Apache-2.0
#include "traces/wave/wave_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "isa/error/input_error.h"
#include "testbench/unit/traces/traces_fixture.h"
#include "testbench/unit/traces/vcd_reader.h"
#include "traces/wave/fst_file.h"

namespace lpu::traces {
namespace {

using testing::HasSubstr;
using testing::Not;
using Changes = std::vector<std::pair<std::uint64_t, std::string>>;

class WaveFileTest : public testing::Test {
 protected:
  WaveFile::Config config(const std::string& name, const std::string& scope = "*") {
    return {.path = temp.file(name), .scope = scope, .clock_mhz = 1000};
  }
  int queue(const std::string& name) { return geometry.find(name).value(); }

  /// A short program on chip 1, and something on chip 0.
  std::vector<Event> program() {
    std::vector<Event> events{event(2, 1, queue("mem_e.slice0"), isa::Op::kRead, 7),
                              event(3, 1, queue("mem_e.slice0"), isa::Op::kRead, 8),
                              event(4, 0, queue("mxm_e.plane0.accumulate"), isa::Op::kAcc, 3),
                              event(4, 1, queue("c2c_e.link8"), isa::Op::kSend),
                              event(6, 1, queue("vxm.alu0"), isa::Op::kAdd)};
    events[0].insn.out = isa::Stream{isa::Direction::kEast, 12};
    events[1].insn.out = isa::Stream{isa::Direction::kWest, 3};
    events[4].insn.a = isa::Source::stream({isa::Direction::kWest, 4});
    events[4].insn.b = isa::Source::alu(15);
    return events;
  }

  void write(const WaveFile::Config& wave_config, std::int64_t cycles = 10) {
    WaveFile wave(wave_config, geometry, 2);
    wave.open();
    // Ahead of their cycle and out of order: both are allowed.
    std::vector<Event> events = program();
    for (auto e = events.rbegin(); e != events.rend(); ++e) wave.record(*e);
    for (std::int64_t c = 0; c < cycles; ++c) wave.cycle({c});
    wave.close();
  }

  static std::vector<std::pair<std::uint64_t, std::string>> texts(const Changes& changes) {
    Changes out;
    for (const auto& [time, bits] : changes) {
      const std::string text = VcdReader::text(bits);
      out.emplace_back(time, text == " " ? "" : text);
    }
    return out;
  }

  TempFolder temp;
  isa::Geometry geometry{tiny_spec()};
};

TEST_F(WaveFileTest, ShowsAnInstructionInItsCycleAndInNoOther) {
  write(config("a.vcd"));
  const VcdReader vcd(temp.file("a.vcd"));
  EXPECT_EQ(vcd.timescale(), "1fs");
  const std::string slice = "chip1.mem_e.slice0.";
  constexpr std::uint64_t kNs = 1'000'000;
  EXPECT_EQ(vcd.changes(slice + "valid"), (Changes{{0, "0"}, {2 * kNs, "1"}, {4 * kNs, "0"}}));
  EXPECT_EQ(texts(vcd.changes(slice + "op")), (Changes{{0, ""}, {2 * kNs, "read"}, {4 * kNs, ""}}));
  EXPECT_EQ(texts(vcd.changes(slice + "out")),
            (Changes{{0, ""}, {2 * kNs, "e12"}, {3 * kNs, "w3"}, {4 * kNs, ""}}));
  EXPECT_EQ(vcd.changes(slice + "addr"), (Changes{{0, "0"}, {2 * kNs, "111"}, {3 * kNs, "1000"}}));
  EXPECT_EQ(texts(vcd.changes("chip1.vxm.alu0.b")),
            (Changes{{0, ""}, {6 * kNs, "alu15"}, {7 * kNs, ""}}));
  EXPECT_EQ(vcd.changes("chip1.link_sends"),
            (Changes{{0, "0"}, {4 * kNs, "100000000"}, {5 * kNs, "0"}}));
  EXPECT_EQ(vcd.changes("chip1.links_sent"), (Changes{{0, "0"}, {4 * kNs, "1"}}));
  EXPECT_EQ(vcd.changes("chip1.activity.mem_e"),
            (Changes{{0, "0"}, {2 * kNs, "1"}, {4 * kNs, "0"}}));
  EXPECT_EQ(vcd.changes("chip0.cycle").size(), 10U);
}

TEST_F(WaveFileTest, AQueueHasOnlyTheOperandsOfItsInstructions) {
  write(config("a.vcd"));
  const VcdReader vcd(temp.file("a.vcd"));
  EXPECT_TRUE(vcd.signals().contains("chip0.mxm_e.plane0.accumulate.addr"));
  EXPECT_FALSE(vcd.signals().contains("chip0.mxm_e.plane0.activations.addr"));
  EXPECT_TRUE(vcd.signals().contains("chip0.sxm_e.permute.map"));
  EXPECT_FALSE(vcd.signals().contains("chip0.sxm_e.shift.map"));
  EXPECT_FALSE(vcd.signals().contains("chip0.mem_e.slice0.a"));
}

TEST_F(WaveFileTest, HoldsOnlyWhatTheScopeMeans) {
  write(config("a.vcd", "chip1.mem_e.slice0"));
  const VcdReader vcd(temp.file("a.vcd"));
  std::vector<std::string> names;
  for (const auto& [name, changes] : vcd.signals()) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{
                       "chip1.activity.mem_e", "chip1.cycle", "chip1.mem_e.slice0.addr",
                       "chip1.mem_e.slice0.in", "chip1.mem_e.slice0.map", "chip1.mem_e.slice0.op",
                       "chip1.mem_e.slice0.out", "chip1.mem_e.slice0.valid"}));
}

TEST_F(WaveFileTest, HoldsOnlyTheWindow) {
  WaveFile::Config window = config("a.vcd");
  window.first = {3};
  window.last = {4};
  write(window);
  const VcdReader vcd(temp.file("a.vcd"));
  EXPECT_EQ(vcd.changes("chip1.cycle"), (Changes{{3'000'000, "11"}, {4'000'000, "100"}}));
  EXPECT_EQ(vcd.changes("chip1.mem_e.slice0.valid"), (Changes{{3'000'000, "1"}, {4'000'000, "0"}}));
}

TEST_F(WaveFileTest, SameEventsSameBytes) {
  write(config("a.vcd"));
  const std::string first = slurp(temp.file("a.vcd"));
  write(config("a.vcd"));
  EXPECT_EQ(slurp(temp.file("a.vcd")), first);
}

TEST_F(WaveFileTest, TheSaveFileShowsTheQueuesThatDidSomething) {
  write(config("a.vcd"));
  const std::string save = slurp(temp.file("a.gtkw"));
  EXPECT_THAT(save, HasSubstr("[dumpfile] \"" + temp.file("a.vcd") + "\""));
  EXPECT_THAT(save, HasSubstr("+{slice0} chip1.mem_e.slice0.op[79:0]"));
  EXPECT_THAT(save, Not(HasSubstr("slice1.op")));
  EXPECT_THAT(save, Not(HasSubstr("-mem_w")));
}

TEST_F(WaveFileTest, RefusesWhatCannotBeShown) {
  const auto message = [&](const WaveFile::Config& wrong) {
    try {
      WaveFile wave(wrong, geometry, 2);
      wave.open();
    } catch (const isa::InputError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_THAT(message(config("a.txt")), HasSubstr("a waveform's name ends in .vcd or .fst"));
  EXPECT_THAT(message(config("a.vcd", "chip7*")),
              HasSubstr("no unit of 2 chips is meant by the wave scope 'chip7*'"));
  WaveFile::Config backwards = config("a.vcd");
  backwards.first = {5};
  backwards.last = {4};
  EXPECT_THAT(message(backwards), HasSubstr("the wave window 5:4 ends before it begins"));
  EXPECT_THAT(message(config("none/a.vcd")), HasSubstr("No such file or directory"));
  EXPECT_TRUE(temp.is_empty());
}

TEST_F(WaveFileTest, AnEventThatComesTooLateIsAnError) {
  WaveFile wave(config("a.vcd"), geometry, 1);
  wave.open();
  wave.cycle({5});
  wave.record(event(5, 0, 0, isa::Op::kRead));
  EXPECT_THROW(wave.cycle({6}), std::logic_error);
}

TEST_F(WaveFileTest, OnAFullDiskNothingIsLeft) {
  const FullDisk full(100'000);
  EXPECT_THROW(write(config("a.vcd"), 20000), isa::InputError);
  EXPECT_TRUE(temp.is_empty());
}

#ifdef LPU_WITH_RTL
// A full disk cannot be had here: the FST writer maps files, and a refused byte ends the process.
TEST_F(WaveFileTest, AnFstThatLacksBytesAnywhereIsNotWhole) {
  write(config("a.fst"));
  const std::string path = temp.file("a.fst");
  const std::string whole = slurp(path);
  EXPECT_TRUE(is_whole_fst(path));
  for (std::size_t size = 0; size < whole.size(); size += 13) {
    std::filesystem::resize_file(path, size);
    EXPECT_FALSE(is_whole_fst(path)) << size << " of " << whole.size() << " bytes";
    std::ofstream(path, std::ios::binary) << whole;
  }
}

TEST_F(WaveFileTest, ForeignReadersFindTheSameInVcdAndFst) {
  if (std::system("fst2vcd --help >/dev/null 2>&1; test $? -ne 127") != 0) {
    GTEST_SKIP() << "fst2vcd of Debian's gtkwave is not installed";
  }
  write(config("a.vcd"));
  write(config("b.fst"));
  const std::string from = "cd " + temp.file("") + " && ";
  ASSERT_EQ(std::system((from + "fst2vcd -f b.fst -o b.vcd").c_str()), 0);
  ASSERT_EQ(std::system((from + "vcd2fst -v a.vcd -f c.fst >/dev/null").c_str()), 0);
  ASSERT_EQ(std::system((from + "fst2vcd -f c.fst -o c.vcd").c_str()), 0);
  const VcdReader ours(temp.file("a.vcd"));
  EXPECT_GT(ours.signals().size(), 100U);
  EXPECT_EQ(VcdReader(temp.file("b.vcd")).signals(), ours.signals());
  EXPECT_EQ(VcdReader(temp.file("c.vcd")).signals(), ours.signals());
  EXPECT_EQ(VcdReader(temp.file("b.vcd")).timescale(), "1fs");
}

TEST_F(WaveFileTest, AnFstHasNoDateAndNothingBesideIt) {
  write(config("a.fst"));
  const std::string first = slurp(temp.file("a.fst"));
  write(config("a.fst"));
  EXPECT_EQ(slurp(temp.file("a.fst")), first);
  std::filesystem::remove(temp.file("a.fst"));
  std::filesystem::remove(temp.file("a.gtkw"));
  EXPECT_TRUE(temp.is_empty());
}
#else
TEST_F(WaveFileTest, WithoutVerilatorAnFstIsRefusedInWords) {
  EXPECT_THROW(write(config("a.fst")), isa::InputError);
  EXPECT_TRUE(temp.is_empty());
}
#endif

}  // namespace
}  // namespace lpu::traces
