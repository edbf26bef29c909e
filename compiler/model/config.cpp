// SPDX-License-Identifier: Apache-2.0
#include "compiler/model/config.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <utility>

#include "compiler/model/json_text.h"
#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

using nlohmann::json;

/// Products of any two such numbers fit into 64 bits.
constexpr std::int64_t kMaxCount = std::int64_t{1} << 31;
/// Far beyond any model; keeps a list of all tensors affordable.
constexpr std::int64_t kMaxLayers = 4096;
constexpr std::int64_t kMaxExperts = 1024;

/// Reads keys of one object and collects what is wrong with them.
class KeyReader {
 public:
  KeyReader(const json& root, std::string prefix, std::vector<ConfigError>& errors)
      : root_(root), prefix_(std::move(prefix)), errors_(errors) {}

  /// Null and absent are the same: Hugging Face writes null for "not set".
  bool has(const char* key) const { return root_.contains(key) && !root_[key].is_null(); }

  void error(const char* key, std::string reason) {
    errors_.push_back({prefix_ + key, std::move(reason)});
  }

  void require(const char* key, std::int64_t& value) {
    if (!has(key)) return error(key, "is missing");
    integer(key, value);
  }
  void integer(const char* key, std::int64_t& value) {
    if (!has(key)) return;
    const json& node = root_[key];
    if (!node.is_number_integer()) return error(key, "must be an integer");
    if (node.is_number_unsigned() && node.get<std::uint64_t>() > kMaxCount) {
      return error(key, fmt::format("{} is above {}", node.get<std::uint64_t>(), kMaxCount));
    }
    value = node.get<std::int64_t>();
  }
  void real(const char* key, double& value) {
    if (!has(key)) return;
    if (!root_[key].is_number()) return error(key, "must be a number");
    value = root_[key].get<double>();
  }
  void boolean(const char* key, bool& value) {
    if (!has(key)) return;
    if (!root_[key].is_boolean()) return error(key, "must be true or false");
    value = root_[key].get<bool>();
  }
  void text(const char* key, std::string& value) {
    if (!has(key)) return;
    if (!root_[key].is_string()) return error(key, "must be a string");
    value = root_[key].get<std::string>();
  }

 private:
  const json& root_;
  std::string prefix_;
  std::vector<ConfigError>& errors_;
};

void read_geometry(KeyReader& keys, ModelConfig& config) {
  keys.require("vocab_size", config.vocab_size);
  keys.require("hidden_size", config.hidden_size);
  keys.require("intermediate_size", config.intermediate_size);
  keys.require("num_hidden_layers", config.num_hidden_layers);
  keys.require("num_attention_heads", config.num_attention_heads);
  config.num_key_value_heads = config.num_attention_heads;
  keys.integer("num_key_value_heads", config.num_key_value_heads);
  if (config.num_attention_heads > 0) {
    config.head_dim = config.hidden_size / config.num_attention_heads;
  }
  keys.integer("head_dim", config.head_dim);
  if (!keys.has("head_dim") && config.num_attention_heads > 0 &&
      config.hidden_size % config.num_attention_heads != 0) {
    keys.error("hidden_size", fmt::format("{} is not a multiple of num_attention_heads {}",
                                          config.hidden_size, config.num_attention_heads));
  }
  keys.integer("max_position_embeddings", config.max_position_embeddings);
}

void read_experts(KeyReader& keys, ModelConfig& config) {
  if (config.model_type == "mixtral") {
    keys.require("num_local_experts", config.num_local_experts);
    keys.require("num_experts_per_tok", config.num_experts_per_tok);
    return;
  }
  for (const char* key : {"num_local_experts", "num_experts_per_tok"}) {
    if (keys.has(key)) keys.error(key, "needs model_type 'mixtral'");
  }
}

void read_rope(const json& root, KeyReader& keys, ModelConfig& config,
               std::vector<ConfigError>& errors) {
  keys.real("rope_theta", config.rope_theta);
  if (!keys.has("rope_scaling")) return;
  const json& node = root["rope_scaling"];
  if (!node.is_object()) return keys.error("rope_scaling", "must be an object or null");
  KeyReader scaling(node, "rope_scaling.", errors);
  std::string type;
  scaling.text(scaling.has("rope_type") ? "rope_type" : "type", type);
  if (type == "default") return;
  if (type != "llama3") {
    return scaling.error("rope_type",
                         fmt::format("'{}' is not modelled, only 'llama3'", printable(type)));
  }
  RopeScaling& rope = config.rope_scaling.emplace();
  scaling.real("factor", rope.factor);
  scaling.real("low_freq_factor", rope.low_freq_factor);
  scaling.real("high_freq_factor", rope.high_freq_factor);
  scaling.integer("original_max_position_embeddings", rope.original_max_position_embeddings);
}

void read_token_ids(const json& root, KeyReader& keys, ModelConfig& config) {
  if (keys.has("bos_token_id")) keys.integer("bos_token_id", config.bos_token_id.emplace(0));
  if (!keys.has("eos_token_id")) return;
  const json& eos = root["eos_token_id"];
  if (!eos.is_array()) {
    keys.integer("eos_token_id", config.eos_token_ids.emplace_back(0));
    return;
  }
  for (const json& id : eos) {
    if (!id.is_number_integer() || id.get<double>() > static_cast<double>(kMaxCount)) {
      return keys.error("eos_token_id", "must be an integer or a list of integers");
    }
    config.eos_token_ids.push_back(id.get<std::int64_t>());
  }
}

/// Keys whose wrong value would silently change the arithmetic.
void refuse_unmodelled(KeyReader& keys) {
  std::string activation = "silu";
  keys.text("hidden_act", activation);
  if (activation != "silu") {
    keys.error("hidden_act",
               fmt::format("'{}' is not modelled, only 'silu'", printable(activation)));
  }
  for (const char* key : {"attention_bias", "mlp_bias"}) {
    bool bias = false;
    keys.boolean(key, bias);
    if (bias) keys.error(key, "true is not modelled");
  }
  double rotary = 1.0;
  keys.real("partial_rotary_factor", rotary);
  if (rotary != 1.0) keys.error("partial_rotary_factor", "other than 1 is not modelled");
  for (const char* key : {"sliding_window", "quantization_config", "rope_parameters"}) {
    if (keys.has(key)) keys.error(key, "is not modelled");
  }
}

class Checker {
 public:
  void count(const char* key, std::int64_t value, std::int64_t low = 1,
             std::int64_t high = kMaxCount) {
    if (value < low) add(key, fmt::format("{} is below {}", value, low));
    if (value > high) add(key, fmt::format("{} is above {}", value, high));
  }
  void positive(const char* key, double value) {
    if (!(value > 0.0) || !std::isfinite(value)) add(key, fmt::format("{} is not above 0", value));
  }
  void token_id(const char* key, std::int64_t id, std::int64_t vocab_size) {
    if (id < 0 || id >= vocab_size) {
      add(key, fmt::format("{} is outside the vocabulary of {}", id, vocab_size));
    }
  }
  void add(const char* key, std::string reason) { errors_.push_back({key, std::move(reason)}); }
  std::vector<ConfigError> take() { return std::move(errors_); }

 private:
  std::vector<ConfigError> errors_;
};

void check_heads(Checker& rules, const ModelConfig& config) {
  rules.count("num_attention_heads", config.num_attention_heads);
  rules.count("num_key_value_heads", config.num_key_value_heads);
  if (config.num_key_value_heads > 0 &&
      config.num_attention_heads % config.num_key_value_heads != 0) {
    rules.add("num_key_value_heads",
              fmt::format("num_attention_heads {} is not a multiple of {}",
                          config.num_attention_heads, config.num_key_value_heads));
  }
  rules.count("head_dim", config.head_dim, 2);
  if (config.head_dim % 2 != 0) {
    rules.add("head_dim", fmt::format("{} is odd; rotary embedding turns pairs", config.head_dim));
  }
}

void check_experts(Checker& rules, const ModelConfig& config) {
  if (config.model_type != "mixtral") return;
  rules.count("num_local_experts", config.num_local_experts, 1, kMaxExperts);
  rules.count("num_experts_per_tok", config.num_experts_per_tok);
  if (config.num_experts_per_tok > config.num_local_experts) {
    rules.add("num_experts_per_tok",
              fmt::format("{} is above num_local_experts {}", config.num_experts_per_tok,
                          config.num_local_experts));
  }
}

void check_rope(Checker& rules, const ModelConfig& config) {
  rules.positive("rope_theta", config.rope_theta);
  if (!config.rope_scaling) return;
  const RopeScaling& rope = *config.rope_scaling;
  rules.positive("rope_scaling.factor", rope.factor);
  rules.positive("rope_scaling.low_freq_factor", rope.low_freq_factor);
  rules.positive("rope_scaling.high_freq_factor", rope.high_freq_factor);
  rules.count("rope_scaling.original_max_position_embeddings",
              rope.original_max_position_embeddings);
  if (rope.high_freq_factor <= rope.low_freq_factor) {
    rules.add("rope_scaling.high_freq_factor",
              fmt::format("{} is not above low_freq_factor {}", rope.high_freq_factor,
                          rope.low_freq_factor));
  }
}

}  // namespace

std::vector<ConfigError> check(const ModelConfig& config) {
  Checker rules;
  if (config.model_type != "llama" && config.model_type != "mixtral") {
    rules.add("model_type", fmt::format("'{}' is not modelled, only 'llama' and 'mixtral'",
                                        printable(config.model_type)));
  }
  rules.count("vocab_size", config.vocab_size);
  rules.count("hidden_size", config.hidden_size);
  rules.count("intermediate_size", config.intermediate_size);
  rules.count("num_hidden_layers", config.num_hidden_layers, 1, kMaxLayers);
  rules.count("max_position_embeddings", config.max_position_embeddings);
  rules.positive("rms_norm_eps", config.rms_norm_eps);
  check_heads(rules, config);
  check_experts(rules, config);
  check_rope(rules, config);
  if (config.bos_token_id) rules.token_id("bos_token_id", *config.bos_token_id, config.vocab_size);
  for (const std::int64_t id : config.eos_token_ids) {
    rules.token_id("eos_token_id", id, config.vocab_size);
  }
  return rules.take();
}

ModelConfig parse_config(std::string_view text, const std::string& file) {
  const json root = parse_json_object(text, file);
  ModelConfig config;
  std::vector<ConfigError> errors;
  KeyReader keys(root, "", errors);
  keys.text("model_type", config.model_type);
  read_geometry(keys, config);
  read_experts(keys, config);
  read_rope(root, keys, config, errors);
  read_token_ids(root, keys, config);
  keys.real("rms_norm_eps", config.rms_norm_eps);
  keys.boolean("tie_word_embeddings", config.tie_word_embeddings);
  refuse_unmodelled(keys);

  // A key that could not be read keeps a value nobody wrote: only the first complaint counts.
  const auto complained = [&errors](const std::string& key) {
    for (const ConfigError& error : errors) {
      if (error.key == key) return true;
    }
    return false;
  };
  for (ConfigError& error : check(config)) {
    if (!complained(error.key)) errors.push_back(std::move(error));
  }
  if (errors.empty()) return config;
  std::string reason;
  for (const ConfigError& error : errors) {
    reason += (reason.empty() ? "" : "\n  ") + error.key + ": " + error.reason;
  }
  throw isa::InputError(file, 0, reason);
}

ModelConfig read_config(const std::filesystem::path& file) {
  return parse_config(read_text(file), file.string());
}

std::vector<double> rope_frequencies(const ModelConfig& config) {
  std::vector<double> frequencies;
  for (std::int64_t i = 0; i < config.head_dim; i += 2) {
    const double exponent = static_cast<double>(i) / static_cast<double>(config.head_dim);
    double frequency = 1.0 / std::pow(config.rope_theta, exponent);
    if (config.rope_scaling) {
      const RopeScaling& rope = *config.rope_scaling;
      const double turns = static_cast<double>(rope.original_max_position_embeddings) * frequency /
                           (2.0 * std::numbers::pi);
      const double kept =
          (turns - rope.low_freq_factor) / (rope.high_freq_factor - rope.low_freq_factor);
      const double blend = std::fmin(1.0, std::fmax(0.0, kept));
      frequency *= blend + (1.0 - blend) / rope.factor;
    }
    frequencies.push_back(frequency);
  }
  return frequencies;
}

}  // namespace lpu::compiler
