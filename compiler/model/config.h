// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lpu::compiler {

/// Frequency scaling of Llama 3.1 ("rope_type": "llama3"): slow frequencies are divided by
/// `factor`, fast ones kept, those between blended.
struct RopeScaling {
  double factor{1.0};
  double low_freq_factor{1.0};
  double high_freq_factor{4.0};
  std::int64_t original_max_position_embeddings{8192};
};

/// A decoder of the Llama family, as its Hugging Face config.json describes it. Members carry the
/// names of the keys. `read_config` returns only what `check` accepts.
struct ModelConfig {
  std::string model_type{"llama"};  ///< "llama", or "mixtral" with experts
  std::int64_t vocab_size{0};
  std::int64_t hidden_size{0};
  std::int64_t intermediate_size{0};
  std::int64_t num_hidden_layers{0};
  std::int64_t num_attention_heads{0};
  std::int64_t num_key_value_heads{0};  ///< default: num_attention_heads
  std::int64_t head_dim{0};             ///< default: hidden_size / num_attention_heads
  std::int64_t max_position_embeddings{2048};
  double rms_norm_eps{1e-6};
  double rope_theta{10000.0};
  std::optional<RopeScaling> rope_scaling;
  bool tie_word_embeddings{false};
  std::int64_t num_local_experts{0};  ///< 0: one dense feed-forward network
  std::int64_t num_experts_per_tok{0};
  std::optional<std::int64_t> bos_token_id;
  std::vector<std::int64_t> eos_token_ids;  ///< decoding stops after any of them
};

/// One impossible value.
struct ConfigError {
  std::string key;
  std::string reason;
};

/// Every impossible value, not only the first one. Empty means usable.
[[nodiscard]] std::vector<ConfigError> check(const ModelConfig& config);

/// Reads and checks. Throws one isa::InputError whose reason has one line "key: reason" for each
/// missing key, wrong type, impossible value and feature that is not modelled (biases, other
/// activations, sliding windows, quantised checkpoints).
[[nodiscard]] ModelConfig read_config(const std::filesystem::path& file);
[[nodiscard]] ModelConfig parse_config(std::string_view text, const std::string& file);

/// Angle per position of each of the head_dim / 2 rotated pairs, with `rope_scaling` applied.
[[nodiscard]] std::vector<double> rope_frequencies(const ModelConfig& config);

}  // namespace lpu::compiler
