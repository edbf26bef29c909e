// SPDX-License-Identifier: Apache-2.0
#include "traces/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "isa/error/input_error.h"
#include "testbench/unit/traces/traces_fixture.h"

namespace lpu::traces {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class ReportTest : public testing::Test {
 protected:
  static ReportData data() {
    return {.title = "tiny <run> & more",
            .facts = {{"System", "tiny"}, {"Text", "</script><b>"}},
            .phases = {{"layer 0 attention", {0}, {40}}},
            .links = {{"chip0.link8 -> chip1.link0", 12, 0.1}, {"back", 30, 0.2}},
            .cycles_per_token = {{100}, {101}},
            .cycles = {201},
            .clock_mhz = 900};
  }
  static json embedded(const std::string& page) {
    const std::string open = "id=\"data\">";
    const std::size_t begin = page.find(open) + open.size();
    return json::parse(page.substr(begin, page.find("</script>", begin) - begin));
  }

  TempFolder temp;
  isa::Geometry geometry{tiny_spec()};
};

TEST_F(ReportTest, ARepeatIsOneRun) {
  ReportSink sink(geometry, 1);
  for (int i = 0; i < 5; ++i) sink.record(event(10 + 4 * i, 0, 3, isa::Op::kRead, i));
  sink.record(event(27, 0, 3, isa::Op::kWrite));
  sink.record(event(200, 0, 3, isa::Op::kWrite));
  ASSERT_EQ(sink.runs().size(), 3U);
  EXPECT_EQ(sink.runs()[0].count, 5U);
  EXPECT_EQ(sink.runs()[0].step, 4U);
  EXPECT_EQ(sink.runs()[2].begin, isa::Cycle{200});
  EXPECT_EQ(sink.dispatches(0, 3), 7);
}

TEST_F(ReportTest, ChipsThatAreNotShownAreCounted) {
  ReportSink sink(geometry, 3, 1);
  sink.record(event(1, 2, 0, isa::Op::kRead));
  EXPECT_TRUE(sink.runs().empty());
  EXPECT_EQ(sink.dispatches(2, 0), 1);
  const json page = embedded(report_html(data(), sink));
  EXPECT_EQ(page.at("totals")[0],
            (json{{"kind", "mem"}, {"queues", 3 * geometry.vxm_queue(0)}, {"dispatches", 1}}));
}

TEST_F(ReportTest, SaysUpToWhichCycleTheScheduleIsComplete) {
  ReportSink sink(geometry, 1, 1, 2);
  for (const int cycle : {1, 100, 200, 300}) sink.record(event(cycle, 0, 0, isa::Op::kRead));
  EXPECT_EQ(sink.runs().size(), 2U);
  EXPECT_EQ(sink.complete_until(), isa::Cycle{200});
  EXPECT_EQ(sink.dispatches(0, 0), 4);
}

TEST_F(ReportTest, ThePageHoldsTheDataAndNeedsNoNetwork) {
  ReportSink sink(geometry, 2, 2);
  sink.record(event(5, 0, 0, isa::Op::kRead));
  sink.record(event(6, 0, 0, isa::Op::kRead));
  sink.record(event(9, 1, 2, isa::Op::kWrite));
  const std::string page = report_html(data(), sink);
  EXPECT_THAT(page, HasSubstr("<title>tiny &lt;run&gt; &amp; more</title>"));
  EXPECT_THAT(page, Not(HasSubstr("</script><b>")));
  EXPECT_THAT(page, Not(HasSubstr("https://")));
  EXPECT_THAT(page, Not(HasSubstr(" src=")));
  const json in = embedded(page);
  EXPECT_EQ(in.at("runs"), (json{0, 0, 0, 5, 2, 1, 1, 2, 1, 4, 1, 1}));
  EXPECT_EQ(in.at("ops"), (json{"read", "write"}));
  EXPECT_EQ(in.at("facts")[1][1], "</script><b>");
  EXPECT_EQ(in.at("links")[0][0], "back") << "the busiest first";
  EXPECT_EQ(in.at("phases"), json::parse(R"([["layer 0 attention", 0, 40]])"));
}

TEST_F(ReportTest, SameInputSameBytesAndWholeOrNotAtAll) {
  ReportSink sink(geometry, 1);
  sink.record(event(5, 0, 0, isa::Op::kRead));
  write_report(temp.file("a.html"), data(), sink);
  EXPECT_EQ(slurp(temp.file("a.html")), report_html(data(), sink));
  EXPECT_THROW(write_report(temp.file("none/a.html"), data(), sink), isa::InputError);
}

}  // namespace
}  // namespace lpu::traces
