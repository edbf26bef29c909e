// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/model/config.h"
#include "compiler/placement/layout.h"

namespace lpu::compiler {

/// Which heads, feed-forward rows and vocabulary entries a chip of a tensor parallel group holds,
/// and in which lanes.
///
/// Sums over the heads (output projection) and over the feed-forward rows (down projection) are
/// cut into a fixed number of shards, whatever the number of chips, and added as a binary tree;
/// so their bits do not depend on the number of chips (docs/decisions/0004).
class Sharding {
 public:
  static constexpr int kSumShards = 8;

  /// Throws isa::InputError if `chips` cannot divide the model.
  Sharding(const ModelConfig& config, int lanes, int chips);

  [[nodiscard]] int chips() const { return chips_; }
  [[nodiscard]] int lanes() const { return lanes_; }
  [[nodiscard]] int half() const { return lanes_ / 2; }

  [[nodiscard]] int kv_heads() const { return local_kv_heads_; }  // of a chip
  [[nodiscard]] int heads_per_chunk() const { return heads_per_chunk_; }
  /// Query heads that share a local key/value head.
  [[nodiscard]] int query_groups() const { return query_groups_; }
  /// Halves of the lanes that hold query heads: two groups share a vector.
  [[nodiscard]] int query_halves() const { return query_groups_ > 1 ? 2 : 1; }
  /// Chunks of the key/value layout. Heads use a half of the lanes, so that one constant tile adds
  /// up the products of every head (kernels/attention.cpp).
  [[nodiscard]] int head_chunks() const;
  /// Lanes of a half that can hold heads.
  [[nodiscard]] int head_lanes() const { return heads_per_chunk_ * head_dim_; }

  [[nodiscard]] Layout hidden() const;
  /// The same in each of so many halves.
  [[nodiscard]] Layout keys(int chip, int halves) const;
  /// Query groups two by two, in the halves of chunk group / 2 * head_chunks + head chunk.
  [[nodiscard]] Layout queries(int chip) const;
  /// A share has the same elements of every shard: whole vectors of them, so that a shard of a sum
  /// is made of the same tiles whatever the number of chips. A vector is of one expert, whose
  /// elements are counted on from those of the expert before; each is cut into shards by itself.
  [[nodiscard]] Layout feed_forward(int chip, const Share& share = {}) const;
  /// The expert of each chunk of `feed_forward`.
  [[nodiscard]] std::vector<int> experts(const Share& share) const;
  /// Blocks of a network that is cut as finely as can be: vectors of a shard.
  [[nodiscard]] int feed_forward_blocks() const;
  /// A router's logits: on every chip those of all experts.
  [[nodiscard]] Layout router() const { return dense(lanes_, experts_); }
  [[nodiscard]] Layout vocabulary(int chip) const;

  /// Shards of a sum that one chip holds, and the part of a layout that belongs to one of them.
  [[nodiscard]] int local_head_shards() const { return head_shards_ / chips_; }
  [[nodiscard]] int local_feed_forward_shards() const { return kSumShards / chips_; }
  [[nodiscard]] Layout head_shard(int chip, int local) const;
  [[nodiscard]] Layout feed_forward_shard(int chip, int local, const Share& share = {}) const;

 private:
  [[nodiscard]] int first_kv_head(int chip) const;
  [[nodiscard]] int query_head(int chip, int local_kv_head, int group) const;
  /// Vectors of a shard of one expert.
  [[nodiscard]] int expert_blocks() const { return divide_up(feed_forward_shard_, lanes_); }
  /// Of the vectors of an expert's shard those that are in a share, from `first` to before `end`.
  struct Vectors {
    int first{0};
    int end{0};
  };
  [[nodiscard]] Vectors vectors_of(int expert, const Share& share) const;
  [[nodiscard]] Layout expert(int chip, int expert, const Vectors& vectors) const;

  int lanes_;
  int chips_;
  int hidden_, heads_, kv_heads_, head_dim_, vocabulary_;
  int feed_forward_;  // of an expert
  int experts_;       // 1: a network without
  int local_kv_heads_{0};
  int query_groups_{0};
  int heads_per_chunk_{0};
  int head_shards_{0};
  int feed_forward_shard_{0};
};

}  // namespace lpu::compiler
