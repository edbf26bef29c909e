// SPDX-License-Identifier: Apache-2.0
// Routed experts with generated weights against the independent reference: the machine, which
// computes all experts, has the logits of a model that computes those which its router chooses.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "testbench/golden/golden_llama.h"
#include "testbench/golden/tensors.h"
#include "testbench/system/decode/decode_fixture.h"

namespace lpu {
namespace {

namespace fs = std::filesystem;
using compiler::Matmul;
using nlohmann::json;

/// As for the trained model: docs/numbers.md, section 6.
constexpr float kRoundingBound = 0.02F;
/// Router logits that are closer than this may be ordered otherwise by fp16.
constexpr double kNearTie = 0.01;

struct Shape {
  int hidden{328};  // two vectors
  int intermediate{344};
  int experts{6};
  double router_scale{2.0};
};

/// Writes a directory with a model of two layers, whose weights are fp16 numbers.
class GeneratedModel {
 public:
  explicit GeneratedModel(const Shape& shape) : shape_(shape) {
    fs::create_directories(dir_);
    write_config(2);
    write_weights();
  }
  ~GeneratedModel() { fs::remove_all(dir_); }
  GeneratedModel(const GeneratedModel&) = delete;
  GeneratedModel& operator=(const GeneratedModel&) = delete;

  [[nodiscard]] const fs::path& dir() const { return dir_; }

  void write_config(int experts_a_token) const {
    std::ofstream(dir_ / "config.json") << json{{"model_type", "mixtral"},
                                                {"vocab_size", kVocabulary},
                                                {"hidden_size", shape_.hidden},
                                                {"intermediate_size", shape_.intermediate},
                                                {"num_hidden_layers", kLayers},
                                                {"num_attention_heads", 8},
                                                {"num_key_value_heads", 4},
                                                {"head_dim", 16},
                                                {"max_position_embeddings", 64},
                                                {"rms_norm_eps", 1e-5},
                                                {"num_local_experts", shape_.experts},
                                                {"num_experts_per_tok", experts_a_token}};
  }

  static constexpr int kVocabulary = 48;

 private:
  static constexpr int kLayers = 2;

  /// Uniform with variance scale² / cols.
  void add(const std::string& name, int rows, int cols, double scale = 1.0) {
    const double bound = scale * std::sqrt(3.0 / cols);
    golden::Tensor tensor{{static_cast<std::size_t>(rows), static_cast<std::size_t>(cols)}, {}};
    for (int i = 0; i < rows * cols; ++i) {
      // Not std::uniform_real_distribution, whose numbers depend on the library.
      const double part = static_cast<double>(random_()) / static_cast<double>(random_.max());
      tensor.halves.push_back(golden::half_of(bound * (2.0 * part - 1.0)));
    }
    tensors_.emplace(name, std::move(tensor));
  }

  void add_norm(const std::string& name) {
    const auto count = static_cast<std::size_t>(shape_.hidden);
    tensors_.emplace(
        name, golden::Tensor{{count}, std::vector<std::uint16_t>(count, golden::half_of(1))});
  }

  void write_weights() {
    const int hidden = shape_.hidden;
    const int wide = shape_.intermediate;
    add("model.embed_tokens.weight", kVocabulary, hidden, std::sqrt(hidden));
    add("lm_head.weight", kVocabulary, hidden);
    add_norm("model.norm.weight");
    for (int i = 0; i < kLayers; ++i) {
      const std::string layer = "model.layers." + std::to_string(i) + ".";
      add_norm(layer + "input_layernorm.weight");
      add_norm(layer + "post_attention_layernorm.weight");
      add(layer + "self_attn.q_proj.weight", 128, hidden);
      add(layer + "self_attn.k_proj.weight", 64, hidden);
      add(layer + "self_attn.v_proj.weight", 64, hidden);
      add(layer + "self_attn.o_proj.weight", hidden, 128);
      const std::string routed = layer + "block_sparse_moe.";
      add(routed + "gate.weight", shape_.experts, hidden, shape_.router_scale);
      for (int e = 0; e < shape_.experts; ++e) {
        const std::string expert = routed + "experts." + std::to_string(e) + ".";
        add(expert + "w1.weight", wide, hidden);
        add(expert + "w2.weight", hidden, wide);
        add(expert + "w3.weight", wide, hidden);
      }
    }
    golden::write_tensors(dir_ / "model.safetensors", tensors_);
  }

  Shape shape_;
  fs::path dir_{fs::temp_directory_path() / ("lpu_experts_" + std::to_string(getpid()))};
  std::mt19937 random_{5};
  golden::Tensors tensors_;
};

/// First the model's directory, then what reads it.
class ExpertsTest : private GeneratedModel, public DecodeFixture {
 protected:
  explicit ExpertsTest(const Shape& shape = {})
      : GeneratedModel(shape), DecodeFixture(GeneratedModel::dir()) {}

  static constexpr int kTokens = 10;

  cli::Decoded decoded_on(const fabric::SystemSpec& spec, Matmul matmul = Matmul::kF16) {
    build(spec, {{matmul, 0, kTokens}, 1});
    cli::Decoded decoded = decode_->run(kPrompt, {}, options_);
    EXPECT_EQ(decoded.predicted_cycles, decoded.simulated_cycles);
    EXPECT_EQ(decoded.tokens.size(), std::size_t{kTokens});
    return decoded;
  }

  struct Difference {
    float largest{0};
    double margin{HUGE_VAL};  // the smallest of all routers
    std::size_t choices{0};   // different ones
  };
  /// From a reference that takes `experts` a token and the tokens that the machine chose.
  Difference difference(const cli::Decoded& decoded, int experts) {
    write_config(experts);
    golden::GoldenLlama golden;
    golden.load(dir());
    Difference d;
    std::vector<std::vector<std::size_t>> seen;
    int token = kPrompt.front();
    const float* logits = reinterpret_cast<const float*>(decoded.logits.data());
    for (const int chosen : decoded.tokens) {
      for (const float expected : golden.step(token)) {
        d.largest = std::max(d.largest, std::fabs(*logits++ - expected));
      }
      for (const auto& routing : golden.routing()) {
        d.margin = std::min(d.margin, routing.margin);
        seen.push_back(routing.chosen);
      }
      token = chosen;
    }
    std::sort(seen.begin(), seen.end());
    d.choices = static_cast<std::size_t>(std::unique(seen.begin(), seen.end()) - seen.begin());
    return d;
  }

  /// Routers choose this and that, none of it by a hair; and with one expert less or more, logits
  /// are far away.
  void expect_logits_of_the_reference(const cli::Decoded& decoded) {
    const Difference two = difference(decoded, 2);
    RecordProperty("largest_logit_error", std::to_string(two.largest));
    EXPECT_LE(two.largest, kRoundingBound);
    EXPECT_GE(two.margin, kNearTie);
    EXPECT_GE(two.choices, 6U);
    for (const int other : {1, 3}) {
      EXPECT_GT(difference(decoded, other).largest, 5 * kRoundingBound) << other;
    }
  }

 private:
  const std::vector<int> kPrompt{3};
};

TEST_F(ExpertsTest, AChipHasTheLogitsOfTheReference) {
  expect_logits_of_the_reference(decoded_on(system_spec("chip.toml")));
}

TEST_F(ExpertsTest, TwoChipsHaveTheLogitsOfTheReference) {
  expect_logits_of_the_reference(decoded_on(system_spec("pair.toml")));
}

TEST_F(ExpertsTest, EightChipsHaveTheLogitsOfTheReference) {
  expect_logits_of_the_reference(decoded_on(system_spec("node8.toml")));
}

/// No expert is better than another: the first ones are chosen, with the same weight.
class TiedExpertsTest : public ExpertsTest {
 protected:
  TiedExpertsTest() : ExpertsTest({328, 344, 6, 0.0}) {}
};

TEST_F(TiedExpertsTest, TheFirstOfEqualExpertsAreChosen) {
  const cli::Decoded decoded = decoded_on(system_spec("chip.toml"));
  const Difference two = difference(decoded, 2);
  EXPECT_LE(two.largest, kRoundingBound);
  EXPECT_EQ(two.margin, 0.0);
  EXPECT_EQ(two.choices, 1U);
  EXPECT_GT(difference(decoded, 3).largest, 5 * kRoundingBound);
}

/// An expert's shard is two vectors, 375 elements; no stage has room for a network.
class ExpertsOverStagesTest : public ExpertsTest {
 protected:
  ExpertsOverStagesTest() : ExpertsTest({120, 3000, 4, 2.0}) {}
};

TEST_F(ExpertsOverStagesTest, ANetworkOverSeveralStagesHasTheLogitsOfTheReference) {
  fabric::SystemSpec spec = system_spec("rack72.toml");
  spec.chip.mem_rows = 112;
  const cli::Decoded decoded = decoded_on(spec);
  const auto inside = [](const compiler::PlacedStage& s) { return s.part.begins_inside_network(); };
  const auto& stages = compiled_->stages();
  EXPECT_GE(std::count_if(stages.begin(), stages.end(), inside), 2);
  expect_logits_of_the_reference(decoded);
}

}  // namespace
}  // namespace lpu
