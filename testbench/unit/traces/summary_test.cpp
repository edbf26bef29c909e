// SPDX-License-Identifier: Apache-2.0
#include "traces/summary/summary.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "isa/error/input_error.h"
#include "testbench/unit/traces/traces_fixture.h"

namespace lpu::traces {
namespace {

RunSummary example() {
  return {.system = "node8",
          .model = "adder",
          .chips = 8,
          .matmul = "w8a16",
          .values = "full",
          .text = "42\n",
          .tokens = {17, 15},
          .logits_sha256 = "ab",
          .users = 2,
          .draft = 3,
          .accepted = 2,
          .prompt_cycles = {4711},
          .cycles_per_token = {{51234}, {51240}},
          .simulated_tokens_per_second = 17560.1,
          .predicted_cycles = {102474},
          .simulated_cycles = {102474},
          .vector_ops = 1234567,
          .wall_seconds = 0.41,
          .peak_rss_bytes = 123456789,
          .units = {{"mxm", 0.031}, {"vxm", 0.25}},
          .queues = {{"vxm.alu0", 0.5}},
          .links_busy = 0.002,
          .traffic = {{0, 1, 2, 3, 44}},
          .operators = {{"q", 4, {120}, {100}, "install"}},
          .stages = {{"layers 0..3", 0, 8, {0}, {900}, {{"weights", 77}, {"text", 5}}}},
          .cosim = {5120, 0}};
}

TEST(SummaryTest, HasTheDocumentedKeysAndValues) {
  const auto expected = nlohmann::json::parse(R"({
    "system": "node8", "model": "adder", "chips": 8, "matmul": "w8a16", "values": "full",
    "text": "42\n", "tokens": [17, 15], "logits_sha256": "ab",
    "users": 2, "draft": {"tokens": 3, "accepted": 2}, "prompt_cycles": 4711,
    "cycles_per_token": [51234, 51240], "simulated_tokens_per_second": 17560.1,
    "predicted_cycles": 102474, "simulated_cycles": 102474,
    "vector_ops": 1234567, "wall_seconds": 0.41, "peak_rss_bytes": 123456789,
    "units": {"mxm": {"busy": 0.031}, "vxm": {"busy": 0.25}},
    "queues": {"vxm.alu0": {"busy": 0.5}},
    "links": {"busy": 0.002, "traffic": [[0, 1, 2, 3, 44]]},
    "operators": [{"name": "q", "times": 4, "cycles": 120, "bound": 100, "limit": "install"}],
    "stages": [{"part": "layers 0..3", "first_chip": 0, "chips": 8, "begin": 0, "end": 900,
                "rows": {"weights": 77, "text": 5}}],
    "cosim": {"compared_outputs": 5120, "differences": 0} })");
  EXPECT_EQ(nlohmann::json::parse(to_json(example())), expected);
}

TEST(SummaryTest, AnEmptySummaryHasTheSameKeys) {
  const auto json = nlohmann::json::parse(to_json({}));
  EXPECT_EQ(json.size(), nlohmann::json::parse(to_json(example())).size());
  EXPECT_TRUE(json.at("tokens").is_array());
  EXPECT_TRUE(json.at("units").is_object());
}

TEST(SummaryTest, TextThatIsNoUtf8IsStillJson) {
  RunSummary summary = example();
  summary.text = "a\xff";
  EXPECT_EQ(nlohmann::json::parse(to_json(summary)).at("text"), "a\xef\xbf\xbd");
}

TEST(SummaryTest, IsWrittenWholeOrNotAtAll) {
  const TempFolder temp;
  write_summary(temp.file("run.json"), example());
  EXPECT_EQ(slurp(temp.file("run.json")), to_json(example()));
  EXPECT_THROW(write_summary(temp.file("none/run.json"), example()), isa::InputError);
}

}  // namespace
}  // namespace lpu::traces
