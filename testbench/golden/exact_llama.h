// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "testbench/golden/tensors.h"

namespace lpu::golden {

/// What the machine makes of a decoding Llama, to the bit: the operations and the order of the sums
/// that docs/compiler.md (sections 6 and 8) and docs/numbers.md state, in plain loops that know
/// elements of a vector and no lane, chunk, chip or schedule. It shares no code with compiler or
/// machine. Attention lane by lane, fp16 or w8a16, of at most eight KV heads.
class ExactLlama {
 public:
  enum class Weights { kF16, kInt8 };
  /// Of docs/numbers.md, section 3, which unit.tlm.vxm holds against 80-bit arithmetic.
  struct Functions {
    std::function<float(float)> exp2, rsqrt, tanh;
  };

  /// `half_lanes`: what a tile of an fp16 product takes, 160.
  ExactLlama(const std::filesystem::path& dir, Weights weights, Functions functions,
             std::size_t half_lanes);

  /// Every network goes over two stages: the first has so many elements of each shard.
  void cut_networks(std::size_t elements) { cut_ = elements; }

  /// Feeds one token and returns the logits of the next.
  std::vector<float> step(int token);
  /// Forgets all tokens.
  void reset();

 private:
  using Vector = std::vector<float>;
  using Elements = std::vector<std::size_t>;
  struct Matrix {
    std::size_t rows{0};
    std::size_t cols{0};
    std::vector<std::int64_t> units;  // weights: fp16 in units of 2^-24, int8 in those of 1
    Vector scales;                    // int8: of each row
  };
  struct Layer {
    Vector input_norm, post_norm;
    Matrix q, k, v, o, gate, up, down;
    std::vector<Vector> keys, values;  // one entry a token
  };

  [[nodiscard]] Matrix matrix(const Tensor& tensor) const;
  [[nodiscard]] Vector rms_norm(const Vector& x, const Vector& gain) const;
  /// Exact sums over the elements of each tile, rounded once, added up in order.
  [[nodiscard]] Vector product(const Matrix& m, const Vector& x,
                               const std::vector<Elements>& tiles) const;
  [[nodiscard]] Vector product(const Matrix& m, const Vector& x) const;
  /// x + the sum of all shards, as a binary tree.
  [[nodiscard]] Vector plus_shards(const Vector& x, const Matrix& m, const Vector& in,
                                   const std::vector<std::vector<Elements>>& shards) const;
  [[nodiscard]] Vector rotated(const Vector& heads, double factor) const;
  [[nodiscard]] Vector attend(const Layer& layer, const Vector& q) const;
  [[nodiscard]] std::vector<std::vector<Elements>> head_shards() const;
  [[nodiscard]] std::vector<std::vector<Elements>> feed_forward_shards(std::size_t first,
                                                                       std::size_t end) const;
  /// So many elements at a time.
  [[nodiscard]] std::vector<Elements> in_tiles(std::size_t first, std::size_t end) const;

  Weights weights_;
  Functions functions_;
  std::size_t half_lanes_;
  std::size_t hidden_{0}, heads_{0}, kv_heads_{0}, head_dim_{0}, feed_forward_{0};
  double eps_{0}, theta_{0};
  Vector embedding_, norm_;
  Matrix head_;
  std::vector<Layer> layers_;
  std::size_t position_{0};
  std::size_t cut_{0};
};

}  // namespace lpu::golden
