// SPDX-License-Identifier: Apache-2.0
#include "compiler/model/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "compiler/model/json_text.h"
#include "compiler/model/random_weights.h"
#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

constexpr std::string_view kEmbedding = "model.embed_tokens.weight";
constexpr std::string_view kHead = "lm_head.weight";
/// A broken checkpoint has the same fault in every layer: more lines say nothing new.
constexpr std::size_t kMaxFaults = 40;

void add_feed_forward(const ModelConfig& config, const std::string& layer,
                      std::vector<TensorShape>& out) {
  const std::int64_t hidden = config.hidden_size;
  const std::int64_t ffn = config.intermediate_size;
  if (config.num_local_experts == 0) {
    out.push_back({layer + "mlp.gate_proj.weight", ffn, hidden});
    out.push_back({layer + "mlp.up_proj.weight", ffn, hidden});
    out.push_back({layer + "mlp.down_proj.weight", hidden, ffn});
    return;
  }
  const std::string moe = layer + "block_sparse_moe.";
  out.push_back({moe + "gate.weight", config.num_local_experts, hidden});
  for (std::int64_t expert = 0; expert < config.num_local_experts; ++expert) {
    const std::string at = fmt::format("{}experts.{}.", moe, expert);
    out.push_back({at + "w1.weight", ffn, hidden});
    out.push_back({at + "w2.weight", hidden, ffn});
    out.push_back({at + "w3.weight", ffn, hidden});
  }
}

std::uint64_t parse_seed(std::string_view weights) {
  constexpr std::string_view kPrefix = "random:";
  const bool random = weights.starts_with(kPrefix);
  const std::string_view digits = random ? weights.substr(kPrefix.size()) : "";
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seed);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
    throw isa::InputError(
        "weights", 0,
        fmt::format("'{}' is not random:SEED with a seed below 2^64", printable(weights)));
  }
  return seed;
}

}  // namespace

std::vector<TensorShape> expected_tensors(const ModelConfig& config) {
  const std::int64_t hidden = config.hidden_size;
  const std::int64_t q = config.num_attention_heads * config.head_dim;
  const std::int64_t kv = config.num_key_value_heads * config.head_dim;
  std::vector<TensorShape> out;
  out.push_back({std::string(kEmbedding), config.vocab_size, hidden});
  for (std::int64_t index = 0; index < config.num_hidden_layers; ++index) {
    const std::string layer = fmt::format("model.layers.{}.", index);
    out.push_back({layer + "input_layernorm.weight", 1, hidden});
    out.push_back({layer + "self_attn.q_proj.weight", q, hidden});
    out.push_back({layer + "self_attn.k_proj.weight", kv, hidden});
    out.push_back({layer + "self_attn.v_proj.weight", kv, hidden});
    out.push_back({layer + "self_attn.o_proj.weight", hidden, q});
    out.push_back({layer + "post_attention_layernorm.weight", 1, hidden});
    add_feed_forward(config, layer, out);
  }
  out.push_back({"model.norm.weight", 1, hidden});
  if (!config.tie_word_embeddings) out.push_back({std::string(kHead), config.vocab_size, hidden});
  return out;
}

std::vector<std::string> tensors_of(const ModelConfig& config, const std::string& name) {
  const std::size_t star = name.find('*');
  if (star == std::string::npos) {
    return {name};
  }
  std::vector<std::string> tensors;
  for (std::int64_t expert = 0; expert < config.num_local_experts; ++expert) {
    tensors.push_back(std::string(name).replace(star, 1, fmt::format("{}", expert)));
  }
  return tensors;
}

ModelSource ModelSource::open(const std::filesystem::path& dir, std::string_view weights) {
  if (!std::filesystem::is_directory(dir)) {
    throw isa::InputError(dir.string(), 0, "no such model directory");
  }
  ModelSource source;
  source.dir_ = dir;
  source.name_ = std::filesystem::canonical(dir).filename().string();
  source.config_ = read_config(dir / "config.json");
  source.shapes_ = expected_tensors(source.config_);
  std::ranges::sort(source.shapes_, {}, &TensorShape::name);
  source.has_tokenizer_ = std::filesystem::exists(dir / "tokenizer.json");
  const auto file = dir / "model.safetensors";
  if (!weights.empty()) {
    source.seed_ = parse_seed(weights);
  } else if (std::filesystem::exists(file)) {
    source.file_ = Safetensors::open(file);
    source.check_weights(file);
  } else if (const auto index = dir / "model.safetensors.index.json";
             std::filesystem::exists(index)) {
    throw isa::InputError(index.string(), 0,
                          "weights in several files are not read, only model.safetensors");
  }
  return source;
}

void ModelSource::check_weights(const std::filesystem::path& file) const {
  std::vector<std::string> faults;
  std::set<std::string_view> used;
  for (const TensorShape& wanted : shapes_) {
    used.insert(wanted.name);
    const TensorInfo* tensor = file_->find(wanted.name);
    if (tensor == nullptr) {
      faults.push_back(fmt::format("tensor '{}': is missing", wanted.name));
      continue;
    }
    const std::vector<std::int64_t> shape = wanted.name.ends_with("norm.weight")
                                                ? std::vector{wanted.cols}
                                                : std::vector{wanted.rows, wanted.cols};
    if (tensor->shape == shape) continue;
    faults.push_back(fmt::format("tensor '{}': shape [{}] should be [{}]", wanted.name,
                                 fmt::join(tensor->shape, ", "), fmt::join(shape, ", ")));
  }
  for (const TensorInfo& tensor : file_->tensors()) {
    // Old checkpoints store what follows from the configuration.
    const bool redundant = tensor.name.ends_with(".rotary_emb.inv_freq") ||
                           (config_.tie_word_embeddings && tensor.name == kHead);
    if (redundant || used.contains(tensor.name)) continue;
    faults.push_back(fmt::format("tensor '{}': is not part of this model", printable(tensor.name)));
  }
  if (faults.empty()) return;
  if (faults.size() > kMaxFaults) {
    const std::size_t rest = faults.size() - kMaxFaults;
    faults.resize(kMaxFaults);
    faults.push_back(fmt::format("and {} more", rest));
  }
  throw isa::InputError(file.string(), 0, fmt::format("{}", fmt::join(faults, "\n  ")));
}

const TensorShape& ModelSource::shape(std::string_view tensor) const {
  const bool tied = config_.tie_word_embeddings && tensor == kHead;
  const std::string_view name = tied ? kEmbedding : tensor;
  const auto at = std::ranges::lower_bound(
      shapes_, name, {}, [](const TensorShape& entry) { return std::string_view(entry.name); });
  if (at == shapes_.end() || at->name != name) {
    throw isa::InputError(dir_.string(), 0,
                          fmt::format("the model has no tensor '{}'", printable(tensor)));
  }
  return *at;
}

void ModelSource::read_row(std::string_view tensor, std::int64_t row, std::span<float> out) const {
  const TensorShape& wanted = shape(tensor);
  if (!has_weights()) throw isa::InputError(dir_.string(), 0, "the model has no weights");
  if (row < 0 || row >= wanted.rows || std::ssize(out) != wanted.cols) {
    throw std::out_of_range(fmt::format("row {} of '{}' into {} values", row, tensor, out.size()));
  }
  if (seed_) return random_row(*seed_, wanted, row, out);
  file_->read_row(*file_->find(wanted.name), row, out);
}

std::vector<float> ModelSource::read(std::string_view tensor) const {
  const TensorShape& wanted = shape(tensor);
  const auto cols = static_cast<std::size_t>(wanted.cols);
  std::vector<float> values(static_cast<std::size_t>(wanted.rows) * cols);
  for (std::int64_t row = 0; row < wanted.rows; ++row) {
    read_row(tensor, row, std::span(values).subspan(static_cast<std::size_t>(row) * cols, cols));
  }
  return values;
}

Tokenizer ModelSource::tokenizer() const {
  const auto file = dir_ / "tokenizer.json";
  Tokenizer tokenizer = Tokenizer::read(file);
  if (tokenizer.vocab_size() > config_.vocab_size) {
    throw isa::InputError(file.string(), 0,
                          fmt::format("token {} is outside the model's vocabulary of {}",
                                      tokenizer.vocab_size() - 1, config_.vocab_size));
  }
  return tokenizer;
}

}  // namespace lpu::compiler
