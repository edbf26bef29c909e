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

/// Runs the model of the test with generated weights and returns the summary.
class GeneratedModelTest : public ProgramTest {
 protected:
  /// The trained model's configuration but for these.
  void write_model(const json& others) {
    json model = json::parse(config("models/addition/config.json"));
    model.update(others);
    write("model/config.json", model.dump());
  }
  json run(const std::string& on, const std::string& arguments) {
    EXPECT_EQ(lpu("run --system " + on + " --model " + path("model") + " --weights random:3 " +
                  arguments + " --json " + path("s.json")),
              0)
        << err_;
    json summary = json::parse(contents("s.json"), nullptr, false);
    EXPECT_EQ(summary.value("predicted_cycles", 0), summary.value("simulated_cycles", -1));
    return summary;
  }
};

class StagesRunTest : public GeneratedModelTest, public testing::WithParamInterface<Shape> {};

TEST_P(StagesRunTest, APipelineGivesTheLogitsOfOneNode) {
  write_model({{"num_hidden_layers", GetParam().layers}, {"hidden_size", GetParam().hidden}});
  const std::string tokens = "--prompt-ids 1,2 --tokens " + std::to_string(GetParam().tokens);
  const json node = run(system_file("node8"), tokens);
  const json pipeline = run(system_file(GetParam().system), tokens);
  EXPECT_EQ(node["logits_sha256"].get<std::string>().size(), 64U);
  EXPECT_EQ(pipeline["logits_sha256"], node["logits_sha256"]);
  EXPECT_EQ(pipeline["tokens"], node["tokens"]);
  EXPECT_GT(pipeline["simulated_cycles"], node["simulated_cycles"]);
}

/// Hidden states of so many vectors: a sum over chips that each chip has a part of, in groups of as
/// many as there are chips, or whole.
class WideModelTest : public GeneratedModelTest, public testing::WithParamInterface<int> {};

TEST_P(WideModelTest, AnyNumberOfChipsGivesTheSameLogits) {
  write_model({{"num_hidden_layers", 1}, {"hidden_size", 320 * GetParam() - 8}});
  const std::string tokens = "--matmul fp16 --prompt-ids 1,2 --tokens 2";
  const json chip = run(system_file("chip"), tokens);
  for (const char* name : {"pair", "quad", "node8"}) {
    const json other = run(system_file(name), tokens);
    EXPECT_EQ(other["logits_sha256"], chip["logits_sha256"]) << name;
  }
}

// Two groups of which one is not full; one group and two whole ones.
INSTANTIATE_TEST_SUITE_P(Vectors, WideModelTest, testing::Values(5, 10));

// Sixteen query heads of one KV head, as Llama-3.1 405B has them: a chip has all of them, eight
// chips have two each.
TEST_F(GeneratedModelTest, ManyQueriesOfAKeyGiveTheLogitsOfFew) {
  write_model({{"num_hidden_layers", 1},
               {"num_attention_heads", 16},
               {"num_key_value_heads", 1},
               {"head_dim", 16}});
  const std::string tokens = "--matmul fp16 --attention blocks --prompt-ids 1,2,3 --tokens 2";
  const json node = run(system_file("node8"), tokens);
  for (const char* name : {"chip", "pair", "quad"}) {
    const json other = run(system_file(name), tokens);
    EXPECT_EQ(other["logits_sha256"], node["logits_sha256"]) << name;
  }
}

/// Routed experts, all of which are computed: what each chip has of them adds up alike.
class RoutedModelTest : public GeneratedModelTest,
                        public testing::WithParamInterface<const char*> {};

TEST_P(RoutedModelTest, AnyNumberOfChipsAndStagesGivesTheSameLogits) {
  write_model({{"model_type", "mixtral"},
               {"num_hidden_layers", 2},
               {"num_local_experts", 5},
               {"num_experts_per_tok", 3}});
  const std::string tokens =
      std::string("--prompt-ids 1,2,3 --tokens 2 --matmul ") + GetParam() + " --attention lanes";
  const json chip = run(system_file("chip"), tokens);
  for (const char* name : {"pair", "quad", "node8", "rack72"}) {
    const json other = run(system_file(name), tokens);
    EXPECT_EQ(other["logits_sha256"], chip["logits_sha256"]) << name;
  }
  const json together = run(system_file("pair"), tokens + " --prefill 3 --users 2");
  EXPECT_EQ(together["logits_sha256"], chip["logits_sha256"]);
}

INSTANTIATE_TEST_SUITE_P(, RoutedModelTest, testing::Values("fp16", "w8a16"),
                         [](const auto& matmul) { return std::string(matmul.param); });

/// A table of 5,000 tokens, which is divided among the chips, and with fewer rows among stages.
class LargeVocabularyTest : public GeneratedModelTest {
 protected:
  std::string system_of(const std::string& name, int slices, int rows) {
    const std::string chip =
        replaced(replaced(config("chips/lpu1.toml"), "rows = { value = 8192",
                          "rows = { value = " + std::to_string(rows)),
                 "slices = { value = 44", "slices = { value = " + std::to_string(slices));
    write("chip.toml", chip);
    return write("system.toml",
                 replaced(config("systems/" + name + ".toml"), "../chips/lpu1", "chip"));
  }
};

TEST_F(LargeVocabularyTest, EveryDivisionOfTheTableGivesTheSameLogits) {
  write_model({{"num_hidden_layers", 2}, {"vocab_size", 5000}});
  const std::string tokens = "--matmul w8a16 --tokens 2 --prompt-ids 4999,17,2500";
  const json whole =
      run(system_of("chip", 44, 16384), tokens);  // in one pair of slices, not divided
  for (const char* name : {"chip", "pair", "node8", "rack72"}) {
    const json divided = run(system_file(name), tokens);
    EXPECT_EQ(divided["logits_sha256"], whole["logits_sha256"]) << name;
    EXPECT_EQ(divided["tokens"], whole["tokens"]) << name;
  }
}

// Chips with 16 slices of 512 rows for weights: 3 vectors a token, 5 blocks of 448 tokens a chip.
// So 20,000 tokens are two stages' worth, and more than one block of each.
TEST_F(LargeVocabularyTest, ATableOfTwoStagesGivesTheLogitsOfOneNode) {
  write_model({{"num_hidden_layers", 1}, {"hidden_size", 800}, {"vocab_size", 20000}});
  const std::string tokens = "--matmul w8a16 --tokens 2 --prompt-ids 17,12000,9999";
  const json node = run(system_file("node8"), tokens);
  const std::string rack = system_of("rack72", 28, 512);
  EXPECT_EQ(lpu("compile --system " + rack + " --model " + path("model") +
                " --matmul w8a16 --dump placement"),
            0)
      << err_;
  EXPECT_THAT(out_, testing::HasSubstr("stage 1 : chips 8..15, embedding of tokens 10000..19999"));
  const json pipeline = run(rack, tokens);
  EXPECT_EQ(pipeline["logits_sha256"], node["logits_sha256"]);
  EXPECT_EQ(pipeline["tokens"], node["tokens"]);
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
