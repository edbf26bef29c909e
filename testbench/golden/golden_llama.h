// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace lpu::golden {

/// Reference for a decoding Llama or Mixtral: plain loops, fp32 values, sums in double. It shares
/// no code with the compiler or the machine, its readers included, so that a fault there cannot
/// hide here.
///
/// Models with fp16 weights in model.safetensors, without rotary scaling. Anything else throws
/// std::runtime_error.
class GoldenLlama {
 public:
  void load(const std::filesystem::path& dir);

  /// Feeds one token and returns the logits of the next. Throws std::out_of_range if the token is
  /// not in the vocabulary.
  std::vector<float> step(int token);

  /// Forgets all tokens.
  void reset();

  /// What routers said of the last token, a layer after the other.
  struct Routing {
    std::vector<std::size_t> chosen;  // experts, the best first
    double margin{0.0};  // by which the logit of the last of them is above the next one's
  };
  [[nodiscard]] std::vector<Routing> routing() const;

 private:
  using Vector = std::vector<float>;
  struct Matrix {
    std::size_t rows{0};
    std::size_t cols{0};
    Vector values;
  };
  struct Network {
    Matrix gate, up, down;
  };
  struct Layer {
    Matrix input_norm, q, k, v, o, post_norm;
    Matrix router;                     // without routed experts: empty
    std::vector<Network> experts;      // or the one network
    std::vector<Vector> keys, values;  // one entry a token
    Routing routing;
  };

  void read_config(const std::filesystem::path& file);
  Vector rms_norm(const Vector& x, const Matrix& weight) const;
  void rotate(Vector& heads) const;
  Vector attend(const Layer& layer, const Vector& q) const;
  static Vector network(const Network& network, const Vector& x);
  Vector routed(Layer& layer, const Vector& x) const;

  std::size_t layer_count_{0};
  std::size_t heads_{0};
  std::size_t kv_heads_{0};
  std::size_t head_dim_{0};
  std::size_t hidden_{0};
  std::size_t experts_{0};  // 0: a network without
  std::size_t experts_a_token_{0};
  bool tied_{false};
  double eps_{0.0};
  double theta_{0.0};
  Matrix embedding_, norm_, head_;
  std::vector<Layer> layers_;
  std::size_t position_{0};
};

/// The index of the largest logit, the first of equals.
[[nodiscard]] int greedy(std::span<const float> logits);

}  // namespace lpu::golden
