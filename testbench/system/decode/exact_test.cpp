// SPDX-License-Identifier: Apache-2.0
// Every bit of the machine's logits against a reference that adds in the stated order.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "testbench/system/decode/exact_fixture.h"

namespace lpu {
namespace {

using compiler::Matmul;

class ExactTest : public ExactFixture {
 protected:
  void expect_trained_model(const std::string& system, Matmul matmul, std::size_t problems) {
    build(system, matmul);
    ExactLlama reference = exact(LPU_SOURCE_DIR "/configs/models/addition", matmul);
    for (const std::string& problem : heldout(problems, kPrompt)) {
      const std::string prompt = problem.substr(0, kPrompt);
      expect_equal(reference, model_.tokenizer().encode(prompt), run(prompt));
    }
  }

  /// Two layers with sums of several tiles: 400 elements of a hidden state, 16 query heads of eight
  /// KV heads, shards of 200 intermediate elements; a vocabulary of two vectors.
  void expect_generated_model(const std::string& system, Matmul matmul) {
    const std::filesystem::path directory =
        std::filesystem::path(testing::TempDir()) /
        testing::UnitTest::GetInstance()->current_test_info()->name();
    write_model(directory);
    model_ = compiler::ModelSource::open(directory.string());
    const std::vector<int> prompt{3, 399, 77};
    constexpr int kTokens = 3;
    build(fabric::read_system_spec(LPU_SOURCE_DIR "/configs/systems/" + system),
          {{matmul, 0, static_cast<int>(prompt.size()) + kTokens - 1},
           static_cast<int>(prompt.size())});
    const cli::Decoded decoded = decode_->run(prompt, {}, options_);
    EXPECT_EQ(decoded.predicted_cycles, decoded.simulated_cycles);
    ExactLlama reference = exact(directory, matmul);
    expect_equal(reference, prompt, decoded);
    std::filesystem::remove_all(directory);
  }

 private:
  static void write_model(const std::filesystem::path& directory) {
    constexpr std::size_t kHidden = 400, kHeads = 16, kKvHeads = 8, kDim = 24, kWide = 1600,
                          kVocabulary = 400, kLayers = 2;
    std::filesystem::create_directories(directory);
    std::ofstream(directory / "config.json")
        << nlohmann::json{{"model_type", "llama"},
                          {"architectures", {"LlamaForCausalLM"}},
                          {"hidden_size", kHidden},
                          {"num_attention_heads", kHeads},
                          {"num_key_value_heads", kKvHeads},
                          {"head_dim", kDim},
                          {"intermediate_size", kWide},
                          {"vocab_size", kVocabulary},
                          {"num_hidden_layers", kLayers},
                          {"rms_norm_eps", 1e-5},
                          {"rope_theta", 10000.0},
                          {"max_position_embeddings", 32},
                          {"hidden_act", "silu"},
                          {"tie_word_embeddings", false}};
    std::mt19937 random(5);
    std::normal_distribution<double> normal;
    golden::Tensors tensors;
    const auto add = [&](const std::string& name, std::vector<std::size_t> shape, double mean,
                         double deviation) {
      golden::Tensor& tensor = tensors[name];
      std::size_t count = 1;
      for (const std::size_t size : shape) {
        count *= size;
      }
      for (std::size_t i = 0; i < count; ++i) {
        tensor.halves.push_back(golden::half_of(mean + deviation * normal(random)));
      }
      tensor.shape = std::move(shape);
    };
    constexpr double kWeight = 0.05;
    add("model.embed_tokens.weight", {kVocabulary, kHidden}, 0, 1);
    add("lm_head.weight", {kVocabulary, kHidden}, 0, kWeight);
    add("model.norm.weight", {kHidden}, 1, 0.1);
    for (std::size_t layer = 0; layer < kLayers; ++layer) {
      const std::string at = "model.layers." + std::to_string(layer) + ".";
      add(at + "input_layernorm.weight", {kHidden}, 1, 0.1);
      add(at + "post_attention_layernorm.weight", {kHidden}, 1, 0.1);
      add(at + "self_attn.q_proj.weight", {kHeads * kDim, kHidden}, 0, kWeight);
      add(at + "self_attn.k_proj.weight", {kKvHeads * kDim, kHidden}, 0, kWeight);
      add(at + "self_attn.v_proj.weight", {kKvHeads * kDim, kHidden}, 0, kWeight);
      add(at + "self_attn.o_proj.weight", {kHidden, kHeads * kDim}, 0, kWeight);
      add(at + "mlp.gate_proj.weight", {kWide, kHidden}, 0, kWeight);
      add(at + "mlp.up_proj.weight", {kWide, kHidden}, 0, kWeight);
      add(at + "mlp.down_proj.weight", {kHidden, kWide}, 0, kWeight);
    }
    golden::write_tensors(directory / "model.safetensors", tensors);
  }
};

TEST_F(ExactTest, TheTrainedModelInFp16) { expect_trained_model("chip.toml", Matmul::kF16, 20); }
TEST_F(ExactTest, TheTrainedModelInW8a16) { expect_trained_model("chip.toml", Matmul::kW8A16, 20); }
TEST_F(ExactTest, TheTrainedModelOnARack) { expect_trained_model("rack72.toml", Matmul::kF16, 2); }
TEST_F(ExactTest, AGeneratedModelInFp16) { expect_generated_model("chip.toml", Matmul::kF16); }
TEST_F(ExactTest, AGeneratedModelInW8a16) { expect_generated_model("chip.toml", Matmul::kW8A16); }
TEST_F(ExactTest, AGeneratedModelOnEightChips) {
  expect_generated_model("node8.toml", Matmul::kW8A16);
}

}  // namespace
}  // namespace lpu
