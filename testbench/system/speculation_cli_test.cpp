// SPDX-License-Identifier: Apache-2.0
// lpu study speculation with the trained model as both models.
#include <nlohmann/json.hpp>

#include "testbench/system/program_fixture.h"

namespace lpu::testbench {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class SpeculationCliTest : public ProgramTest {
 protected:
  std::string study(const std::string& draft_system) {
    return "study speculation --context 5 --matmul fp16" + system("node8") + model("addition") +
           " --draft-system " + draft_system + " --draft-model " + model_directory("addition");
  }
  json json_of(const std::string& arguments) {
    EXPECT_EQ(lpu(arguments + " --json " + path("j.json")), 0) << err_;
    return json::parse(contents("j.json"));
  }
};

TEST_F(SpeculationCliTest, FiguresAreThoseOfTheRuns) {
  const json study_of = json_of(study(system_file("chip")) + " --acceptance 1");
  const auto cycles = [&](const std::string& where, const std::string& more) {
    return json_of("run --values none --context 5 --tokens 1 --matmul fp16" + system(where) +
                   model("addition") + more)["simulated_cycles"]
        .get<std::int64_t>();
  };
  const std::int64_t drafting = cycles("chip", "");
  EXPECT_EQ(study_of["alone"], cycles("node8", ""));
  EXPECT_EQ(study_of["drafting"], drafting);
  const json& round = study_of["rounds"][1];
  ASSERT_EQ(round["draft"], 2);
  const std::int64_t checking = cycles("node8", " --prompt-ids 1,2,3 --draft 2");
  EXPECT_EQ(round["checking"], checking);
  EXPECT_EQ(round["cycles"], 2 * drafting + checking);
  // All accepted: three tokens a round, at 900 MHz.
  EXPECT_NEAR(round["rates"][0]["tokens_per_second"],
              3 * 900e6 / static_cast<double>(2 * drafting + checking), 1e-6);
}

TEST_F(SpeculationCliTest, WrongUseAndBadInputs) {
  EXPECT_EQ(lpu("study speculation" + system("chip") + model("addition")), 2);
  EXPECT_THAT(err_, HasSubstr("--draft-system and --draft-model"));
  EXPECT_EQ(lpu(study(system_file("chip")) + " --acceptance 1.5"), 2);
  write("chip.toml", replaced(config("chips/lpu1.toml"), "value = 900", "value = 1000"));
  const auto other = write(
      "fast.toml", replaced(config("systems/chip.toml"), "../chips/lpu1.toml", path("chip.toml")));
  EXPECT_EQ(lpu(study(other)), 3);
  EXPECT_THAT(err_, HasSubstr("its clock is another"));
}

}  // namespace
}  // namespace lpu::testbench
