// SPDX-License-Identifier: Apache-2.0
#include "compiler/model/config.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "compiler/model/model.h"
#include "testbench/unit/compiler/model/rejection.h"

namespace lpu::compiler {
namespace {

using nlohmann::json;

const json kSmall = json::parse(R"({
  "model_type": "llama", "vocab_size": 13, "hidden_size": 128, "intermediate_size": 344,
  "num_hidden_layers": 4, "num_attention_heads": 8, "num_key_value_heads": 4,
  "rms_norm_eps": 1e-5, "eos_token_id": 12, "max_position_embeddings": 32})");

ModelConfig parse(const json& root) { return parse_config(root.dump(), "c.json"); }

std::string rejection_of(const json& root) {
  return rejection([&] { return parse(root); });
}

/// The message for kSmall with one key changed.
std::string rejection_with(const char* key, const json& value) {
  json root = kSmall;
  root[key] = value;
  return rejection_of(root);
}

TEST(ConfigTest, ReadsKeysAndDerivesDefaults) {
  const ModelConfig config = parse(kSmall);
  EXPECT_EQ(config.hidden_size, 128);
  EXPECT_EQ(config.head_dim, 16);
  EXPECT_EQ(config.num_key_value_heads, 4);
  EXPECT_EQ(config.rope_theta, 10000.0);
  EXPECT_EQ(config.rms_norm_eps, 1e-5);
  EXPECT_EQ(config.eos_token_ids, std::vector<std::int64_t>{12});
  EXPECT_FALSE(config.bos_token_id.has_value());
  EXPECT_FALSE(config.tie_word_embeddings);
}

TEST(ConfigTest, WithoutKeyValueHeadsEveryHeadHasItsOwn) {
  json root = kSmall;
  root.erase("num_key_value_heads");
  EXPECT_EQ(parse(root).num_key_value_heads, 8);
}

TEST(ConfigTest, NullIsNotSet) { EXPECT_EQ(rejection_with("rope_scaling", nullptr), "accepted"); }

TEST(ConfigTest, EndOfSequenceMayBeAList) {
  json root = kSmall;
  root["eos_token_id"] = {10, 12};
  EXPECT_EQ(parse(root).eos_token_ids, (std::vector<std::int64_t>{10, 12}));
}

TEST(ConfigTest, ReportsEveryFaultAtOnce) {
  json root = kSmall;
  root.erase("vocab_size");
  root["hidden_size"] = "wide";
  root["num_hidden_layers"] = 0;
  root["num_key_value_heads"] = 3;
  root["hidden_act"] = "gelu";
  root["eos_token_id"] = nullptr;
  EXPECT_EQ(rejection_of(root),
            "c.json: vocab_size: is missing\n"
            "  hidden_size: must be an integer\n"
            "  hidden_act: 'gelu' is not modelled, only 'silu'\n"
            "  num_hidden_layers: 0 is below 1\n"
            "  num_key_value_heads: num_attention_heads 8 is not a multiple of 3\n"
            "  head_dim: 0 is below 2");
}

TEST(ConfigTest, NamesTheImpossibleValue) {
  EXPECT_EQ(rejection_with("num_attention_heads", 7),
            "c.json: hidden_size: 128 is not a multiple of num_attention_heads 7\n"
            "  num_key_value_heads: num_attention_heads 7 is not a multiple of 4");
  EXPECT_EQ(rejection_with("head_dim", 15),
            "c.json: head_dim: 15 is odd; rotary embedding turns pairs");
  EXPECT_EQ(rejection_with("rms_norm_eps", 0), "c.json: rms_norm_eps: 0 is not above 0");
  EXPECT_EQ(rejection_with("rope_theta", -1.0), "c.json: rope_theta: -1 is not above 0");
  EXPECT_EQ(rejection_with("eos_token_id", 13),
            "c.json: eos_token_id: 13 is outside the vocabulary of 13");
  EXPECT_EQ(rejection_with("vocab_size", std::uint64_t{1} << 63),
            "c.json: vocab_size: 9223372036854775808 is above 2147483648\n"
            "  eos_token_id: 12 is outside the vocabulary of 0");
  EXPECT_EQ(rejection_with("num_hidden_layers", 5000),
            "c.json: num_hidden_layers: 5000 is above 4096");
}

TEST(ConfigTest, RefusesWhatItWouldHaveToIgnore) {
  EXPECT_EQ(rejection_with("attention_bias", true), "c.json: attention_bias: true is not modelled");
  EXPECT_EQ(rejection_with("sliding_window", 4096), "c.json: sliding_window: is not modelled");
  EXPECT_EQ(rejection_with("partial_rotary_factor", 0.5),
            "c.json: partial_rotary_factor: other than 1 is not modelled");
  EXPECT_EQ(rejection_with("num_local_experts", 8),
            "c.json: num_local_experts: needs model_type 'mixtral'");
  EXPECT_EQ(rejection_with("model_type", "gpt2"),
            "c.json: model_type: 'gpt2' is not modelled, only 'llama' and 'mixtral'");
  EXPECT_EQ(rejection_with("rope_scaling", {{"type", "yarn"}}),
            "c.json: rope_scaling.rope_type: 'yarn' is not modelled, only 'llama3'");
}

TEST(ConfigTest, BrokenJsonHasALine) {
  EXPECT_EQ(rejection([] { return parse_config("{\n\"a\": 1,\n}", "c.json"); }).substr(0, 18),
            "c.json:3: not JSON");
  EXPECT_EQ(rejection([] { return parse_config("[]", "c.json"); }),
            "c.json: the root is not an object");
  EXPECT_EQ(rejection([] { return parse_config(R"({"a": 1, "a": 2})", "c.json"); }),
            "c.json: key 'a' occurs twice");
  EXPECT_EQ(rejection([] { return parse_config(std::string(100, '['), "c.json"); }),
            "c.json: nesting is deeper than 64");
}

/// Formula of Llama 3.1: long wavelengths are stretched by `factor`, short ones kept.
TEST(ConfigTest, RotaryScalingStretchesLongWavelengthsOnly) {
  json root = kSmall;
  root["head_dim"] = 128;
  root["rope_theta"] = 500000.0;
  const std::vector<double> plain = rope_frequencies(parse(root));
  root["rope_scaling"] = {{"rope_type", "llama3"},
                          {"factor", 8.0},
                          {"low_freq_factor", 1.0},
                          {"high_freq_factor", 4.0},
                          {"original_max_position_embeddings", 8192}};
  const std::vector<double> scaled = rope_frequencies(parse(root));
  ASSERT_EQ(plain.size(), 64U);
  ASSERT_EQ(scaled.size(), 64U);
  EXPECT_EQ(plain[0], 1.0);
  EXPECT_EQ(scaled[0], plain[0]);
  EXPECT_DOUBLE_EQ(scaled[63], plain[63] / 8.0);
  // 8192 tokens are 2.7785 turns of pair 30, of which (2.7785 - 1) / (4 - 1) are kept.
  EXPECT_NEAR(plain[30], 0.0021311, 1e-7);
  EXPECT_NEAR(scaled[30] / plain[30], 0.59283 + (1.0 - 0.59283) / 8.0, 1e-4);
}

struct Published {
  const char* name;
  std::int64_t parameters;
};

class PublishedModelTest : public testing::TestWithParam<Published> {};

TEST_P(PublishedModelTest, HasTheKnownNumberOfParameters) {
  const ModelConfig config = read_config(std::string(LPU_SOURCE_DIR "/configs/models/") +
                                         GetParam().name + "/config.json");
  std::int64_t parameters = 0;
  for (const TensorShape& tensor : expected_tensors(config)) {
    parameters += tensor.rows * tensor.cols;
  }
  EXPECT_EQ(parameters, GetParam().parameters);
}

INSTANTIATE_TEST_SUITE_P(Configs, PublishedModelTest,
                         testing::Values(Published{"llama-3.2-3b-layer", 102'638'592},
                                         Published{"llama-3-8b-layer", 220'737'536},
                                         Published{"llama-2-7b", 6'738'415'616},
                                         Published{"llama-2-70b", 68'976'648'192},
                                         Published{"llama-3-8b", 8'030'261'248},
                                         Published{"llama-3-70b", 70'553'706'496},
                                         Published{"llama-3.1-8b", 8'030'261'248},
                                         Published{"llama-3.1-70b", 70'553'706'496},
                                         Published{"llama-3.1-405b", 405'853'388'800},
                                         Published{"mixtral-8x7b", 46'702'792'704}));

}  // namespace
}  // namespace lpu::compiler
