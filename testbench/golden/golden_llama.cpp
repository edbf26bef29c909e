// SPDX-License-Identifier: Apache-2.0
#include "testbench/golden/golden_llama.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "testbench/golden/tensors.h"

namespace lpu::golden {
namespace {

using nlohmann::json;
using Vector = std::vector<float>;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& reason) {
  throw std::runtime_error(file.string() + ": " + reason);
}

template <typename Matrix>
Vector multiply(const Matrix& matrix, const Vector& x) {
  Vector out(matrix.rows);
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    double sum = 0.0;
    for (std::size_t col = 0; col < matrix.cols; ++col) {
      sum += static_cast<double>(matrix.values[row * matrix.cols + col]) * x[col];
    }
    out[row] = static_cast<float>(sum);
  }
  return out;
}

void add_to(Vector& x, const Vector& y) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += y[i];
}

float silu(float x) { return x / (1.0F + std::exp(-x)); }

}  // namespace

void GoldenLlama::load(const std::filesystem::path& dir) {
  read_config(dir / "config.json");
  const auto file = dir / "model.safetensors";
  const Tensors weights = read_tensors(file);
  const auto take = [&](const std::string& name) {
    const auto at = weights.find(name);
    if (at == weights.end()) fail(file, "no tensor " + name);
    const auto& shape = at->second.shape;
    if (shape.empty() || shape.size() > 2) fail(file, name + " is neither vector nor matrix");
    return Matrix{shape.size() == 2 ? shape[0] : 1, shape.back(), numbers_of(at->second)};
  };
  embedding_ = take("model.embed_tokens.weight");
  norm_ = take("model.norm.weight");
  head_ = tied_ ? embedding_ : take("lm_head.weight");
  layers_.clear();
  for (std::size_t i = 0; i < layer_count_; ++i) {
    const std::string at = "model.layers." + std::to_string(i) + ".";
    Layer& layer = layers_.emplace_back();
    layer.input_norm = take(at + "input_layernorm.weight");
    layer.q = take(at + "self_attn.q_proj.weight");
    layer.k = take(at + "self_attn.k_proj.weight");
    layer.v = take(at + "self_attn.v_proj.weight");
    layer.o = take(at + "self_attn.o_proj.weight");
    layer.post_norm = take(at + "post_attention_layernorm.weight");
    if (experts_ == 0) {
      layer.experts.push_back({take(at + "mlp.gate_proj.weight"), take(at + "mlp.up_proj.weight"),
                               take(at + "mlp.down_proj.weight")});
      continue;
    }
    const std::string routed = at + "block_sparse_moe.";
    layer.router = take(routed + "gate.weight");
    for (std::size_t e = 0; e < experts_; ++e) {
      const std::string expert = routed + "experts." + std::to_string(e) + ".";
      layer.experts.push_back(
          {take(expert + "w1.weight"), take(expert + "w3.weight"), take(expert + "w2.weight")});
    }
  }
  reset();
}

void GoldenLlama::read_config(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) fail(file, "cannot be opened");
  const json config = json::parse(in);
  const bool routed = config.at("model_type") == "mixtral";
  if (!routed && config.at("model_type") != "llama") fail(file, "neither Llama nor Mixtral");
  experts_ = routed ? config.at("num_local_experts").get<std::size_t>() : 0;
  experts_a_token_ = routed ? config.at("num_experts_per_tok").get<std::size_t>() : 0;
  if (config.contains("rope_scaling") && !config["rope_scaling"].is_null()) {
    fail(file, "rotary scaling");
  }
  layer_count_ = config.at("num_hidden_layers").get<std::size_t>();
  hidden_ = config.at("hidden_size").get<std::size_t>();
  heads_ = config.at("num_attention_heads").get<std::size_t>();
  kv_heads_ = config.value("num_key_value_heads", heads_);
  head_dim_ = config.value("head_dim", hidden_ / heads_);
  tied_ = config.value("tie_word_embeddings", false);
  eps_ = config.at("rms_norm_eps").get<double>();
  theta_ = config.value("rope_theta", 10000.0);
}

void GoldenLlama::reset() {
  position_ = 0;
  for (Layer& layer : layers_) {
    layer.keys.clear();
    layer.values.clear();
  }
}

GoldenLlama::Vector GoldenLlama::rms_norm(const Vector& x, const Matrix& weight) const {
  double sum = 0.0;
  for (const float value : x) sum += static_cast<double>(value) * value;
  const double scale = 1.0 / std::sqrt(sum / static_cast<double>(x.size()) + eps_);
  Vector out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    out[i] = static_cast<float>(x[i] * scale) * weight.values[i];
  }
  return out;
}

/// Turns element i of the first half of each head with element i of the second half.
void GoldenLlama::rotate(Vector& heads) const {
  const std::size_t half = head_dim_ / 2;
  for (std::size_t start = 0; start < heads.size(); start += head_dim_) {
    for (std::size_t i = 0; i < half; ++i) {
      const double exponent = 2.0 * static_cast<double>(i) / static_cast<double>(head_dim_);
      const double angle = static_cast<double>(position_) / std::pow(theta_, exponent);
      const double low = heads[start + i];
      const double high = heads[start + half + i];
      heads[start + i] = static_cast<float>(low * std::cos(angle) - high * std::sin(angle));
      heads[start + half + i] = static_cast<float>(high * std::cos(angle) + low * std::sin(angle));
    }
  }
}

/// Softmax attention of each query head over all tokens so far.
GoldenLlama::Vector GoldenLlama::attend(const Layer& layer, const Vector& q) const {
  const std::size_t tokens = layer.keys.size();
  Vector out(heads_ * head_dim_);
  std::vector<double> weight(tokens);
  for (std::size_t head = 0; head < heads_; ++head) {
    const std::size_t from = head * head_dim_;
    const std::size_t kv = head / (heads_ / kv_heads_) * head_dim_;
    for (std::size_t t = 0; t < tokens; ++t) {
      double dot = 0.0;
      for (std::size_t i = 0; i < head_dim_; ++i) {
        dot += static_cast<double>(q[from + i]) * layer.keys[t][kv + i];
      }
      weight[t] = dot / std::sqrt(static_cast<double>(head_dim_));
    }
    const double largest = *std::max_element(weight.begin(), weight.end());
    double total = 0.0;
    for (double& w : weight) total += w = std::exp(w - largest);
    for (std::size_t i = 0; i < head_dim_; ++i) {
      double sum = 0.0;
      for (std::size_t t = 0; t < tokens; ++t) sum += weight[t] * layer.values[t][kv + i];
      out[from + i] = static_cast<float>(sum / total);
    }
  }
  return out;
}

GoldenLlama::Vector GoldenLlama::network(const Network& network, const Vector& x) {
  Vector gated = multiply(network.gate, x);
  const Vector up = multiply(network.up, x);
  for (std::size_t i = 0; i < gated.size(); ++i) gated[i] = silu(gated[i]) * up[i];
  return multiply(network.down, gated);
}

/// Only the chosen experts, each with its part of a softmax over their logits.
GoldenLlama::Vector GoldenLlama::routed(Layer& layer, const Vector& x) const {
  const Vector logits = multiply(layer.router, x);
  std::vector<std::size_t> order(logits.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return logits[a] > logits[b]; });
  const auto last = order.begin() + static_cast<std::ptrdiff_t>(experts_a_token_);
  layer.routing.chosen.assign(order.begin(), last);
  layer.routing.margin =
      last == order.end() ? HUGE_VAL : static_cast<double>(logits[*(last - 1)]) - logits[*last];
  const double best = logits[order.front()];
  double total = 0.0;
  for (const std::size_t e : layer.routing.chosen) total += std::exp(logits[e] - best);
  std::vector<double> sum(hidden_);
  for (const std::size_t e : layer.routing.chosen) {
    const double weight = std::exp(logits[e] - best) / total;
    const Vector out = network(layer.experts[e], x);
    for (std::size_t i = 0; i < hidden_; ++i) sum[i] += weight * out[i];
  }
  return {sum.begin(), sum.end()};
}

std::vector<GoldenLlama::Routing> GoldenLlama::routing() const {
  std::vector<Routing> all;
  for (const Layer& layer : layers_) all.push_back(layer.routing);
  return all;
}

std::vector<float> GoldenLlama::step(int token) {
  const auto row = static_cast<std::size_t>(token);
  if (token < 0 || row >= embedding_.rows) {
    throw std::out_of_range("token " + std::to_string(token));
  }
  const auto first = embedding_.values.begin() + static_cast<std::ptrdiff_t>(row * hidden_);
  Vector x(first, first + static_cast<std::ptrdiff_t>(hidden_));
  for (Layer& layer : layers_) {
    const Vector normed = rms_norm(x, layer.input_norm);
    Vector q = multiply(layer.q, normed);
    Vector k = multiply(layer.k, normed);
    rotate(q);
    rotate(k);
    layer.keys.push_back(std::move(k));
    layer.values.push_back(multiply(layer.v, normed));
    add_to(x, multiply(layer.o, attend(layer, q)));

    const Vector between = rms_norm(x, layer.post_norm);
    add_to(x, experts_ > 0 ? routed(layer, between) : network(layer.experts.front(), between));
  }
  ++position_;
  return multiply(head_, rms_norm(x, norm_));
}

int greedy(std::span<const float> logits) {
  return static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

}  // namespace lpu::golden
