// SPDX-License-Identifier: Apache-2.0
#include "testbench/golden/exact_llama.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <numbers>
#include <numeric>
#include <utility>

namespace lpu::golden {
namespace {

using Vector = std::vector<float>;
__extension__ using Exact = __int128;

constexpr std::size_t kShards = 8;

float to_half(float value) { return static_cast<float>(number_of(half_of(value))); }

Vector to_halves(Vector values) {
  for (float& value : values) value = to_half(value);
  return values;
}

/// An fp16 in units of 2^-24: every one is a whole number of them.
std::int64_t units_of(float half) { return static_cast<std::int64_t>(std::ldexp(half, 24)); }

/// Rounded once to fp32, which the conversion of an integer does.
float rounded(Exact sum, int exponent) { return std::ldexp(static_cast<float>(sum), exponent); }

}  // namespace

ExactLlama::ExactLlama(const std::filesystem::path& dir, Weights weights, Functions functions,
                       std::size_t half_lanes)
    : weights_(weights), functions_(std::move(functions)), half_lanes_(half_lanes) {
  const auto config = nlohmann::json::parse(std::ifstream(dir / "config.json"));
  config.at("hidden_size").get_to(hidden_);
  config.at("num_attention_heads").get_to(heads_);
  config.at("num_key_value_heads").get_to(kv_heads_);
  config.at("intermediate_size").get_to(feed_forward_);
  config.at("rms_norm_eps").get_to(eps_);
  config.at("rope_theta").get_to(theta_);
  head_dim_ = config.value("head_dim", hidden_ / heads_);
  const Tensors tensors = read_tensors(dir / "model.safetensors");
  embedding_ = numbers_of(tensors.at("model.embed_tokens.weight"));
  norm_ = numbers_of(tensors.at("model.norm.weight"));
  head_ = matrix(tensors.at("lm_head.weight"));
  for (std::size_t i = 0; i < config.at("num_hidden_layers").get<std::size_t>(); ++i) {
    const std::string at = "model.layers." + std::to_string(i) + ".";
    const auto of = [&](const std::string& name) { return matrix(tensors.at(at + name)); };
    layers_.push_back({numbers_of(tensors.at(at + "input_layernorm.weight")),
                       numbers_of(tensors.at(at + "post_attention_layernorm.weight")),
                       of("self_attn.q_proj.weight"),
                       of("self_attn.k_proj.weight"),
                       of("self_attn.v_proj.weight"),
                       of("self_attn.o_proj.weight"),
                       of("mlp.gate_proj.weight"),
                       of("mlp.up_proj.weight"),
                       of("mlp.down_proj.weight"),
                       {},
                       {}});
  }
}

/// int8: the largest of a row is 127 steps.
ExactLlama::Matrix ExactLlama::matrix(const Tensor& tensor) const {
  const Vector values = numbers_of(tensor);
  Matrix m{tensor.shape.at(0), tensor.shape.at(1), {}, {}};
  for (std::size_t row = 0; row < m.rows; ++row) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row * m.cols);
    const auto end = begin + static_cast<std::ptrdiff_t>(m.cols);
    const float largest = std::accumulate(
        begin, end, 0.0F, [](float most, float w) { return std::max(most, std::fabs(w)); });
    const float scale = largest > 0 ? largest / 127.0F : 1.0F;
    if (weights_ == Weights::kInt8) {
      m.scales.push_back(scale);
    }
    for (auto w = begin; w != end; ++w) {
      m.units.push_back(weights_ == Weights::kF16
                            ? units_of(*w)
                            : static_cast<std::int64_t>(std::nearbyint(*w / scale)));
    }
  }
  return m;
}

void ExactLlama::reset() {
  position_ = 0;
  for (Layer& layer : layers_) {
    layer.keys.clear();
    layer.values.clear();
  }
}

std::vector<ExactLlama::Elements> ExactLlama::in_tiles(std::size_t first, std::size_t end) const {
  std::vector<Elements> tiles;
  for (; first < end; first += tiles.back().size()) {
    Elements tile(std::min(half_lanes_, end - first));
    std::iota(tile.begin(), tile.end(), first);
    tiles.push_back(std::move(tile));
  }
  return tiles;
}

ExactLlama::Vector ExactLlama::product(const Matrix& m, const Vector& x,
                                       const std::vector<Elements>& tiles) const {
  const int exponent = weights_ == Weights::kF16 ? -48 : -24;
  Vector out(m.rows);
  for (std::size_t row = 0; row < m.rows; ++row) {
    for (std::size_t t = 0; t < tiles.size(); ++t) {
      Exact sum = 0;
      for (const std::size_t e : tiles[t]) {
        sum += Exact{m.units[row * m.cols + e]} * units_of(x[e]);
      }
      out[row] = t == 0 ? rounded(sum, exponent) : out[row] + rounded(sum, exponent);
    }
    if (weights_ == Weights::kInt8) {
      out[row] *= m.scales[row];
    }
  }
  return out;
}

ExactLlama::Vector ExactLlama::product(const Matrix& m, const Vector& x) const {
  return product(m, x, in_tiles(0, m.cols));
}

/// Squares in two parts that fp16 holds, each part added up in tiles.
ExactLlama::Vector ExactLlama::rms_norm(const Vector& x, const Vector& gain) const {
  Vector coarse;
  Vector fine;
  for (const float value : x) {
    const float square = value * value;
    coarse.push_back(to_half(square * 0x1p-10F));
    fine.push_back(to_half((square - coarse.back() * 0x1p10F) * 2.0F));
  }
  const auto sum_of = [&](const Vector& parts) {
    float sum = 0;
    bool first = true;
    for (const Elements& tile : in_tiles(0, parts.size())) {
      Exact exact = 0;
      for (const std::size_t e : tile) exact += units_of(parts[e]);
      sum = first ? rounded(exact, -24) : sum + rounded(exact, -24);
      first = false;
    }
    return sum;
  };
  const float total = sum_of(coarse) * 0x1p10F + sum_of(fine) * 0.5F;
  const float mean = total * (1.0F / static_cast<float>(x.size()));
  const float factor = functions_.rsqrt(mean + static_cast<float>(eps_));
  Vector out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    out[i] = to_half(x[i] * factor * gain[i]);
  }
  return out;
}

ExactLlama::Vector ExactLlama::plus_shards(const Vector& x, const Matrix& m, const Vector& in,
                                           const std::vector<std::vector<Elements>>& shards) const {
  std::vector<Vector> sums;
  for (const auto& tiles : shards) {
    sums.push_back(product(m, in, tiles));
  }
  for (std::size_t apart = 1; apart < sums.size(); apart *= 2) {
    for (std::size_t i = 0; i < sums.size(); i += 2 * apart) {
      for (std::size_t e = 0; e < x.size(); ++e) sums[i][e] += sums[i + apart][e];
    }
  }
  Vector out = x;
  for (std::size_t e = 0; e < x.size(); ++e) out[e] += sums.front()[e];
  return out;
}

/// Heads in the order of their shard; in a shard, the n-th query heads of KV heads that share a
/// half of the lanes are a tile, and halves come in order.
std::vector<std::vector<ExactLlama::Elements>> ExactLlama::head_shards() const {
  std::size_t shards = kShards;
  while (heads_ % shards != 0) shards /= 2;
  const std::size_t groups = heads_ / kv_heads_;
  const std::size_t together = half_lanes_ / head_dim_;
  std::vector<std::vector<Elements>> all(shards);
  for (std::size_t shard = 0; shard < shards; ++shard) {
    std::map<std::pair<std::size_t, std::size_t>, Elements> tiles;
    for (std::size_t head = 0; head < heads_; ++head) {
      for (std::size_t d = 0; head * shards / heads_ == shard && d < head_dim_; ++d) {
        tiles[{head % groups, head / groups / together}].push_back(head * head_dim_ + d);
      }
    }
    for (auto& [at, tile] : tiles) all[shard].push_back(std::move(tile));
  }
  return all;
}

/// Elements from `first` to `end` of each shard.
std::vector<std::vector<ExactLlama::Elements>> ExactLlama::feed_forward_shards(
    std::size_t first, std::size_t end) const {
  const std::size_t size = (feed_forward_ + kShards - 1) / kShards;
  std::vector<std::vector<Elements>> all;
  for (std::size_t at = 0; at < feed_forward_; at += size) {
    all.push_back(in_tiles(at + first, std::min({at + end, at + size, feed_forward_})));
  }
  return all;
}

ExactLlama::Vector ExactLlama::rotated(const Vector& heads, double factor) const {
  const std::size_t half = head_dim_ / 2;
  Vector out(heads.size());
  for (std::size_t i = 0; i < heads.size(); ++i) {
    const std::size_t d = i % head_dim_;
    const double angle =
        static_cast<double>(position_) /
        std::pow(theta_, 2.0 * static_cast<double>(d % half) / static_cast<double>(head_dim_));
    const float turned = heads[d < half ? i + half : i - half];
    const auto sine = static_cast<float>(factor * (d < half ? -1.0 : 1.0) * std::sin(angle));
    out[i] = heads[i] * static_cast<float>(factor * std::cos(angle)) + turned * sine;
  }
  return out;
}

ExactLlama::Vector ExactLlama::attend(const Layer& layer, const Vector& q) const {
  const std::size_t tokens = layer.keys.size();
  Vector out(q.size());
  for (std::size_t head = 0; head < heads_; ++head) {
    const std::size_t from = head * head_dim_;
    const std::size_t kv = head / (heads_ / kv_heads_) * head_dim_;
    Vector scores;
    for (const Vector& key : layer.keys) {
      Exact sum = 0;
      for (std::size_t i = 0; i < head_dim_; ++i) {
        sum += units_of(to_half(key[kv + i] * q[from + i]));
      }
      scores.push_back(rounded(sum, -24));
    }
    const float largest = *std::max_element(scores.begin(), scores.end());
    Vector weights;
    for (const float score : scores) weights.push_back(functions_.exp2(score - largest));
    float total = weights.front();
    for (std::size_t t = 1; t < tokens; ++t) total += weights[t];
    const float root = functions_.rsqrt(total);
    const float reciprocal = root * root;
    for (std::size_t i = 0; i < head_dim_; ++i) {
      float sum = weights.front() * layer.values.front()[kv + i];
      for (std::size_t t = 1; t < tokens; ++t) {
        const float weighted = weights[t] * layer.values[t][kv + i];
        sum += weighted;
      }
      out[from + i] = to_half(sum * reciprocal);
    }
  }
  return out;
}

std::vector<float> ExactLlama::step(int token) {
  const auto first = embedding_.begin() + static_cast<std::ptrdiff_t>(token * hidden_);
  Vector x(first, first + static_cast<std::ptrdiff_t>(hidden_));
  const double scale = std::numbers::log2e / std::sqrt(static_cast<double>(head_dim_));
  for (Layer& layer : layers_) {
    const Vector normed = rms_norm(x, layer.input_norm);
    const Vector q = rotated(product(layer.q, normed), scale);
    layer.keys.push_back(to_halves(rotated(product(layer.k, normed), 1.0)));
    layer.values.push_back(to_halves(product(layer.v, normed)));
    x = plus_shards(x, layer.o, attend(layer, q), head_shards());

    const Vector between = rms_norm(x, layer.post_norm);
    const Vector gate = product(layer.gate, between);
    const Vector up = product(layer.up, between);
    Vector gated(gate.size());
    for (std::size_t i = 0; i < gate.size(); ++i) {
      const float sigmoid = functions_.tanh(gate[i] * 0.5F) * 0.5F + 0.5F;
      const float silu = sigmoid * gate[i];
      gated[i] = to_half(silu * up[i]);
    }
    if (cut_ > 0) {
      x = plus_shards(x, layer.down, gated, feed_forward_shards(0, cut_));
    }
    x = plus_shards(x, layer.down, gated, feed_forward_shards(cut_, feed_forward_));
  }
  ++position_;
  return product(head_, rms_norm(x, norm_));
}

}  // namespace lpu::golden
