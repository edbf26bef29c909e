// SPDX-License-Identifier: Apache-2.0
// Models of other shapes with generated weights: the same bits from a pipeline as from one node.
#include <nlohmann/json.hpp>

#include "testbench/system/program_fixture.h"

namespace lpu::testbench {
namespace {

using nlohmann::json;

struct Shape {
  const char* name;
  const char* system;
  int layers;
  int hidden;
  int tokens;
};

class StagesRunTest : public ProgramTest, public testing::WithParamInterface<Shape> {
 protected:
  json run(const std::string& on, const std::string& model) {
    EXPECT_EQ(lpu("run" + system(on) + "--model " + model +
                  " --weights random:3 --prompt-ids 1,2 --tokens " +
                  std::to_string(GetParam().tokens) + " --json " + path("s.json")),
              0)
        << err_;
    json summary = json::parse(contents("s.json"), nullptr, false);
    EXPECT_EQ(summary.value("predicted_cycles", 0), summary.value("simulated_cycles", -1));
    return summary;
  }
};

TEST_P(StagesRunTest, APipelineGivesTheLogitsOfOneNode) {
  json model = json::parse(config("models/addition/config.json"));
  model["num_hidden_layers"] = GetParam().layers;
  model["hidden_size"] = GetParam().hidden;
  write("model/config.json", model.dump());
  const json node = run("node8", path("model"));
  const json pipeline = run(GetParam().system, path("model"));
  EXPECT_EQ(node["logits_sha256"].get<std::string>().size(), 64U);
  EXPECT_EQ(pipeline["logits_sha256"], node["logits_sha256"]);
  EXPECT_EQ(pipeline["tokens"], node["tokens"]);
  EXPECT_GT(pipeline["simulated_cycles"], node["simulated_cycles"]);
}

// A hidden state of 800 values is three vectors of four bytes: three rounds over four cables,
// twelve over one. 73 layers are 72 stages, which go through all eight racks.
INSTANTIATE_TEST_SUITE_P(, StagesRunTest,
                         testing::Values(Shape{"SeveralRounds", "rack72", 3, 800, 2},
                                         Shape{"OneCable", "dragonfly264", 2, 800, 1},
                                         Shape{"EightRacks", "llama70b-576", 73, 128, 1}),
                         [](const auto& shape) { return std::string(shape.param.name); });

}  // namespace
}  // namespace lpu::testbench
