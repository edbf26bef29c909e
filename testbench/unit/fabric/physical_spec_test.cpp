// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/physical_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "fabric/topology/system_spec.h"
#include "isa/spec/toml_file.h"

namespace lpu::fabric {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> faults(const std::string& text) {
  std::vector<std::string> all;
  (void)read_physical(isa::parse_toml(text, "s.toml"), 248,
                      [&](int line, const std::string& reason) {
                        all.push_back(std::to_string(line) + ": " + reason);
                      });
  return all;
}

std::string spread(const std::string& least, const std::string& most, const std::string& mean,
                   const std::string& deviation) {
  const auto line = [](const std::string& key, const std::string& value) {
    return key + " = { value = " + value + ", source = 'P' }\n";
  };
  return "[link.spread]\n" + line("least", least) + line("most", most) + line("mean", mean) +
         line("deviation", deviation);
}

TEST(PhysicalSpecTest, WhatIsNotThereIsIdeal) {
  EXPECT_THAT(faults(""), IsEmpty());
  const PhysicalSpec ideal = read_physical(isa::parse_toml("", "s.toml"), 217, {});
  EXPECT_FALSE(ideal.clock || ideal.spread || ideal.fifo || ideal.errors);
  EXPECT_EQ(print_physical(ideal), "");
}

TEST(PhysicalSpecTest, WhatIsPrintedReadsBackAsTheSame) {
  const auto spec = read_system_spec(LPU_SOURCE_DIR "/configs/systems/node8-clocks.toml");
  const std::string text = print_physical(spec.physical);
  EXPECT_THAT(faults(text), IsEmpty());
  EXPECT_EQ(print_physical(read_physical(isa::parse_toml(text, "s.toml"), 248, {})), text);
  EXPECT_THAT(text, HasSubstr("ppm = { value = 50, source = \"C\" }"));
}

TEST(PhysicalSpecTest, EveryFaultHasItsLine) {
  EXPECT_THAT(
      faults("[clock]\nppm = { value = 2000, source = 'C' }\ndrift = 3\nspeed = 1\n"),
      ElementsAre("4: unknown key 'clock.speed'", "2: 'clock.ppm' needs an integer of 0 to 1000",
                  "3: 'clock.drift' needs { value, source }"));
  EXPECT_THAT(
      faults("[clock]\nppm = { value = 50, source = 'X', unit = 'm' }\n"),
      ElementsAre("2: unknown key 'clock.ppm.unit'", "2: 'clock.ppm' needs a source: P, S, U or C",
                  "1: missing key 'clock.drift'"));
  EXPECT_THAT(faults("clock = 3\n"), ElementsAre("1: 'clock' must be a section"));
  EXPECT_THAT(faults("[link.fifo]\ndepth = { value = 0, source = 'C' }\n"),
              ElementsAre(HasSubstr("2: 'link.fifo.depth' needs an integer of 1 to")));
  EXPECT_THAT(faults("[link.errors]\ninterval = { value = 1.5, source = 'C' }\n"
                     "burst = { value = 65, source = 'C' }\n"),
              ElementsAre(HasSubstr("2: 'link.errors.interval' needs an integer"),
                          HasSubstr("3: 'link.errors.burst' needs an integer of 1 to 64")));
}

// A counter moves by one an epoch, so two epochs need two cycles, and one at either end.
TEST(PhysicalSpecTest, AnIntervalIsWholeEpochsAndAStallLongEnough) {
  const std::string head =
      "[clock]\nppm = { value = 1, source = 'C' }\ndrift = { value = 1, source = 'C' }\n"
      "[clock.deskew]\n";
  const auto deskew = [&](int interval, int stall) {
    return faults(head + "interval = { value = " + std::to_string(interval) +
                  ", source = 'C' }\nstall = { value = " + std::to_string(stall) +
                  ", source = 'C' }\n");
  };
  const auto refused = ElementsAre(HasSubstr("4: 'clock.deskew': an interval is whole epochs"));
  EXPECT_THAT(deskew(504, 503), IsEmpty());
  EXPECT_THAT(deskew(504, 4), IsEmpty());
  EXPECT_THAT(deskew(504, 504), refused);
  EXPECT_THAT(deskew(504, 3), refused);
  EXPECT_THAT(deskew(505, 10), refused);
}

// The deviation is at most that of both ends only, and above that of independent cycles.
TEST(PhysicalSpecTest, AFlightTimeMustBePossible) {
  EXPECT_THAT(faults(spread("209", "228", "217.0", "2.75")), IsEmpty());
  EXPECT_THAT(faults(spread("209", "228", "217", "9.3")), IsEmpty());
  EXPECT_THAT(faults(spread("209", "228", "217.0", "9.4")),
              ElementsAre(HasSubstr("no flight time of 209 to 228 cycles has mean 217 and")));
  EXPECT_THAT(faults(spread("209", "228", "217.0", "2.1")),
              ElementsAre(HasSubstr("no flight time of")));
  EXPECT_THAT(faults(spread("209", "228", "208.0", "2.75")),
              ElementsAre(HasSubstr("no flight time of")));
  EXPECT_THAT(faults(spread("209", "249", "217.0", "2.9")),
              ElementsAre(HasSubstr("a flight may take 249 cycles, the schedule counts 248")));
}

}  // namespace
}  // namespace lpu::fabric
