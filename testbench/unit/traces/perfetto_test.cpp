// SPDX-License-Identifier: Apache-2.0
#include "traces/perfetto/perfetto.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "isa/error/input_error.h"
#include "testbench/unit/traces/traces_fixture.h"

namespace lpu::traces {
namespace {

using nlohmann::json;

class PerfettoTest : public testing::Test {
 protected:
  json write(const std::vector<Event>& events, std::int64_t max = PerfettoFile::kMaxSlices) {
    PerfettoFile out(path, geometry, 2, 900, max);
    for (const Event& e : events) out.record(e);
    out.close();
    return json::parse(slurp(path)).at("traceEvents");
  }
  static std::vector<json> of_kind(const json& lines, const std::string& ph) {
    std::vector<json> found;
    for (const json& line : lines) {
      if (line.at("ph") == ph) found.push_back(line);
    }
    return found;
  }

  TempFolder temp;
  std::string path{temp.file("run.json")};
  isa::Geometry geometry{tiny_spec()};
};

TEST_F(PerfettoTest, ARepeatIsOneSliceAndAGapEndsIt) {
  const auto slices =
      of_kind(write({event(9, 1, 0, isa::Op::kRead, 4), event(10, 1, 0, isa::Op::kRead, 5),
                     event(11, 1, 0, isa::Op::kRead, 6), event(13, 1, 0, isa::Op::kRead, 7),
                     event(14, 1, 0, isa::Op::kWrite, 7)}),
              "X");
  ASSERT_EQ(slices.size(), 3U);
  EXPECT_EQ(slices[0].at("name"), "read");
  EXPECT_EQ(slices[0].at("pid"), 1);
  EXPECT_EQ(slices[0].at("ts"), 0.01);  // 9 cycles of 900 MHz
  EXPECT_EQ(slices[0].at("dur"), 0.003333);
  EXPECT_EQ(slices[0].at("args"), (json{{"cycle", 9}, {"dispatches", 3}, {"addr", 4}}));
  EXPECT_EQ(slices[1].at("args").at("cycle"), 13);
  EXPECT_EQ(slices[2].at("name"), "write");
}

TEST_F(PerfettoTest, TracksHaveTheNamesOfQueuesAndChips) {
  const auto names = of_kind(write({event(0, 1, 3, isa::Op::kRead)}), "M");
  std::vector<std::string> found;
  for (const json& line : names) {
    if (line.at("args").contains("name")) found.push_back(line.at("args").at("name"));
  }
  EXPECT_EQ(found, (std::vector<std::string>{"chip0", "chip1", geometry.name(3)}));
}

TEST_F(PerfettoTest, SlicesOfATrackNeverOverlap) {
  std::vector<Event> events;
  for (int t = 0; t < 5000; ++t) {
    events.push_back(event(t, 0, 0, t % 2 == 0 ? isa::Op::kRead : isa::Op::kWrite));
  }
  double end = 0;
  for (const json& s : of_kind(write(events), "X")) {
    EXPECT_GE(s.at("ts").get<double>(), end - 1e-9);
    end = s.at("ts").get<double>() + s.at("dur").get<double>();
  }
}

TEST_F(PerfettoTest, SaysWhatDidNotFit) {
  const json lines = write({event(0, 0, 0, isa::Op::kRead), event(5, 0, 0, isa::Op::kRead),
                            event(9, 0, 0, isa::Op::kRead)},
                           1);
  EXPECT_EQ(of_kind(lines, "X").size(), 1U);
  ASSERT_EQ(of_kind(lines, "i").size(), 1U);
  EXPECT_EQ(of_kind(lines, "i")[0].at("name"), "2 slices left out from here on");
  EXPECT_EQ(of_kind(lines, "i")[0].at("ts"), 0.005555);
}

TEST_F(PerfettoTest, SameEventsSameBytes) {
  const std::vector<Event> events{event(0, 0, 0, isa::Op::kRead), event(1, 1, 2, isa::Op::kWrite)};
  write(events);
  const std::string first = slurp(path);
  write(events);
  EXPECT_EQ(slurp(path), first);
}

TEST_F(PerfettoTest, AnUnwritablePathIsAnInputError) {
  EXPECT_THROW(PerfettoFile(temp.file("none/a.json"), geometry, 1, 900), isa::InputError);
}

}  // namespace
}  // namespace lpu::traces
