// SPDX-License-Identifier: Apache-2.0
#include "compiler/model/model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "testbench/unit/compiler/model/rejection.h"

namespace lpu::compiler {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path kAddition = LPU_SOURCE_DIR "/configs/models/addition";

/// A model directory of this test's own, removed afterwards.
class ModelSourceTest : public testing::Test {
 protected:
  ModelSourceTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    dir = fs::path(testing::TempDir()) / (std::string("lpu_model_") + test->name());
    fs::create_directories(dir);
    write_config();
  }
  ~ModelSourceTest() override { fs::remove_all(dir); }

  void write_config() { std::ofstream(dir / "config.json") << config; }

  /// A file of fp32 tensors with these shapes; element i of each is i.
  void write_weights(const json& shapes) {
    json header;
    std::string data;
    for (const auto& [name, shape] : shapes.items()) {
      std::size_t count = 1;
      for (const auto& size : shape) count *= size.get<std::size_t>();
      const std::size_t begin = data.size();
      for (std::size_t i = 0; i < count; ++i) {
        const auto value = static_cast<float>(i);
        data.append(reinterpret_cast<const char*>(&value), sizeof value);
      }
      header[name] = {{"dtype", "F32"}, {"shape", shape}, {"data_offsets", {begin, data.size()}}};
    }
    const std::string text = header.dump();
    const std::uint64_t length = text.size();
    std::ofstream out(dir / "model.safetensors", std::ios::binary);
    out.write(reinterpret_cast<const char*>(&length), sizeof length) << text << data;
  }

  json all_shapes() const {
    const std::string layer = "model.layers.0.";
    return {{"model.embed_tokens.weight", {5, 4}},
            {layer + "input_layernorm.weight", {4}},
            {layer + "self_attn.q_proj.weight", {4, 4}},
            {layer + "self_attn.k_proj.weight", {2, 4}},
            {layer + "self_attn.v_proj.weight", {2, 4}},
            {layer + "self_attn.o_proj.weight", {4, 4}},
            {layer + "post_attention_layernorm.weight", {4}},
            {layer + "mlp.gate_proj.weight", {6, 4}},
            {layer + "mlp.up_proj.weight", {6, 4}},
            {layer + "mlp.down_proj.weight", {4, 6}},
            {"model.norm.weight", {4}},
            {"lm_head.weight", {5, 4}}};
  }

  std::string rejection_of_dir() {
    return rejection([this] { return ModelSource::open(dir); });
  }

  fs::path dir;
  json config = {{"model_type", "llama"},   {"vocab_size", 5},        {"hidden_size", 4},
                 {"intermediate_size", 6},  {"num_hidden_layers", 1}, {"num_attention_heads", 2},
                 {"num_key_value_heads", 1}};
};

TEST_F(ModelSourceTest, ReadsTensorsByName) {
  write_weights(all_shapes());
  const ModelSource model = ModelSource::open(dir);
  EXPECT_TRUE(model.has_weights());
  EXPECT_EQ(model.shape("model.norm.weight").rows, 1);
  EXPECT_EQ(model.shape("lm_head.weight").rows, 5);
  std::vector<float> row(4);
  model.read_row("lm_head.weight", 3, row);
  EXPECT_EQ(row, (std::vector{12.0F, 13.0F, 14.0F, 15.0F}));
  EXPECT_EQ(model.read("model.layers.0.self_attn.k_proj.weight"),
            (std::vector{0.0F, 1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F, 7.0F}));
  EXPECT_THROW(model.read_row("lm_head.weight", 5, row), std::out_of_range);
  EXPECT_EQ(rejection([&] { return model.read("lm_head.bias"); }),
            dir.string() + ": the model has no tensor 'lm_head.bias'");
}

TEST_F(ModelSourceTest, ReportsEveryWrongTensorAtOnce) {
  json shapes = all_shapes();
  shapes.erase("model.norm.weight");
  shapes["lm_head.weight"] = {4, 5};
  shapes["model.layers.0.self_attn.q_proj.bias"] = {4};
  shapes["model.layers.0.self_attn.rotary_emb.inv_freq"] = {1};
  write_weights(shapes);
  EXPECT_EQ(rejection_of_dir(),
            (dir / "model.safetensors").string() +
                ": tensor 'lm_head.weight': shape [4, 5] should be [5, 4]\n"
                "  tensor 'model.norm.weight': is missing\n"
                "  tensor 'model.layers.0.self_attn.q_proj.bias': is not part of this model");
}

TEST_F(ModelSourceTest, TiedEmbeddingsAreTheHead) {
  config["tie_word_embeddings"] = true;
  write_config();
  json shapes = all_shapes();
  shapes.erase("lm_head.weight");
  write_weights(shapes);
  const ModelSource model = ModelSource::open(dir);
  EXPECT_EQ(model.read("lm_head.weight"), model.read("model.embed_tokens.weight"));
}

TEST_F(ModelSourceTest, WithoutWeightsThereIsGeometryOnly) {
  const ModelSource model = ModelSource::open(dir);
  EXPECT_FALSE(model.has_weights());
  EXPECT_FALSE(model.has_tokenizer());
  EXPECT_EQ(model.shape("model.embed_tokens.weight").cols, 4);
  EXPECT_EQ(rejection([&] { return model.read("lm_head.weight"); }),
            dir.string() + ": the model has no weights");
}

TEST_F(ModelSourceTest, RandomWeightsFollowFromTheSeedAlone) {
  config["hidden_size"] = 512;
  write_config();
  const ModelSource model = ModelSource::open(dir, "random:7");
  const std::vector<float> q = model.read("model.layers.0.self_attn.q_proj.weight");
  EXPECT_EQ(ModelSource::open(dir, "random:7").read("model.layers.0.self_attn.q_proj.weight"), q);
  EXPECT_NE(ModelSource::open(dir, "random:8").read("model.layers.0.self_attn.q_proj.weight"), q);
  EXPECT_NE(model.read("model.layers.0.self_attn.o_proj.weight"), q);
  EXPECT_EQ(model.read("model.norm.weight"), std::vector<float>(512, 1.0F));
  // A row on its own is the row of the whole.
  std::vector<float> row(512);
  model.read_row("model.layers.0.self_attn.q_proj.weight", 100, row);
  EXPECT_EQ(row, std::vector(q.begin() + 51200, q.begin() + 51712));

  double sum = 0.0;
  double squares = 0.0;
  for (const float value : q) {
    sum += value;
    squares += static_cast<double>(value) * value;
  }
  const auto count = static_cast<double>(q.size());
  EXPECT_NEAR(sum / count, 0.0, 1e-3);
  EXPECT_NEAR(squares / count, 1.0 / 512, 1e-4);
}

TEST_F(ModelSourceTest, RefusesASeedThatIsNone) {
  for (const char* weights : {"random:", "random:x", "random:-1", "random:1 ", "file"}) {
    EXPECT_EQ(rejection([&] { return ModelSource::open(dir, weights); }),
              std::string("weights: '") + weights + "' is not random:SEED with a seed below 2^64");
  }
}

TEST_F(ModelSourceTest, RefusesWeightsInSeveralFiles) {
  std::ofstream(dir / "model.safetensors.index.json") << "{}";
  EXPECT_EQ(rejection_of_dir(), (dir / "model.safetensors.index.json").string() +
                                    ": weights in several files are not read, only "
                                    "model.safetensors");
}

TEST_F(ModelSourceTest, RefusesATokenizerLargerThanTheModel) {
  std::ofstream(dir / "tokenizer.json") << R"({"model": {"vocab": {"a": 5}}})";
  const ModelSource model = ModelSource::open(dir);
  ASSERT_TRUE(model.has_tokenizer());
  EXPECT_EQ(rejection([&] { return model.tokenizer(); }),
            (dir / "tokenizer.json").string() + ": token 5 is outside the model's vocabulary of 5");
}

TEST_F(ModelSourceTest, RefusesADirectoryThatIsNotThere) {
  EXPECT_EQ(rejection([] { return ModelSource::open("/nowhere"); }),
            "/nowhere: no such model directory");
  fs::remove(dir / "config.json");
  EXPECT_EQ(rejection_of_dir(), (dir / "config.json").string() + ": no such file");
}

TEST(TrainedModelTest, IsComplete) {
  const ModelSource model = ModelSource::open(kAddition);
  EXPECT_EQ(model.name(), "addition");
  EXPECT_TRUE(model.has_weights());
  EXPECT_EQ(model.tokenizer().vocab_size(), model.config().vocab_size);
  EXPECT_LT(fs::file_size(kAddition / "model.safetensors"), 2U << 20);
}

TEST(ExpectedTensorsTest, EveryExpertHasItsOwnWeights) {
  const auto tensors =
      expected_tensors(read_config(LPU_SOURCE_DIR "/configs/models/mixtral-8x7b/config.json"));
  EXPECT_EQ(tensors.size(), 3U + 32U * (6U + 1U + 8U * 3U));
}

}  // namespace
}  // namespace lpu::compiler
