// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/sharding.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/placement/place.h"
#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

int up(int n, int multiple) { return (n + multiple - 1) / multiple * multiple; }

}  // namespace

Sharding::Sharding(const ModelConfig& c, int lanes, int chips)
    : lanes_(lanes),
      chips_(chips),
      hidden_(static_cast<int>(c.hidden_size)),
      heads_(static_cast<int>(c.num_attention_heads)),
      kv_heads_(static_cast<int>(c.num_key_value_heads)),
      head_dim_(static_cast<int>(c.head_dim)),
      vocabulary_(static_cast<int>(c.vocab_size)),
      feed_forward_(static_cast<int>(c.intermediate_size)),
      experts_(std::max(static_cast<int>(c.num_local_experts), 1)) {
  std::string faults;
  const auto fault = [&faults](const std::string& text) {
    faults += (faults.empty() ? "" : "\n") + text;
  };
  head_shards_ = kSumShards;
  while (head_shards_ > 1 && heads_ % head_shards_ != 0) {
    head_shards_ /= 2;
  }
  if (kSumShards % chips != 0) {
    fault(fmt::format("{} chips: a tensor parallel group has 1, 2, 4 or 8", chips));
  } else if (head_shards_ % chips != 0) {
    fault(fmt::format("num_attention_heads: {} heads do not divide among {} chips", heads_, chips));
  }
  if (kv_heads_ % chips != 0 && chips % kv_heads_ != 0) {
    fault(fmt::format("num_key_value_heads: {} heads do not divide among {} chips", kv_heads_,
                      chips));
  }
  if (head_dim_ > half()) {
    fault(fmt::format("head_dim: {} is more than the {} lanes of a two-byte product: not modelled",
                      head_dim_, half()));
  }
  if (!faults.empty()) {
    throw isa::InputError("model", 0, faults);
  }
  local_kv_heads_ = std::max(1, kv_heads_ / chips);
  query_groups_ = heads_ / chips / local_kv_heads_;
  // Key/value heads of one shard of a sum. Chunks hold whole shards, or shards whole chunks:
  // then the products of a shard add up in the same order on any number of chips.
  const int shard_heads = std::max(1, kv_heads_ / head_shards_);
  const bool torn = kv_heads_ > head_shards_ && kv_heads_ % head_shards_ != 0;
  heads_per_chunk_ = torn ? 1 : half() / head_dim_;
  while (heads_per_chunk_ % shard_heads != 0 && shard_heads % heads_per_chunk_ != 0) {
    --heads_per_chunk_;
  }
  feed_forward_shard_ = divide_up(feed_forward_, kSumShards);
}

int Sharding::head_chunks() const { return divide_up(local_kv_heads_, heads_per_chunk_); }

int Sharding::first_kv_head(int chip) const { return chip * kv_heads_ / chips_; }

int Sharding::query_head(int chip, int local_kv_head, int group) const {
  return chip * (heads_ / chips_) + local_kv_head * query_groups_ + group;
}

Layout Sharding::hidden() const { return dense(lanes_, hidden_); }

Layout Sharding::keys(int chip, int halves) const {
  Layout layout = padding(lanes_, head_chunks());
  for (int h = 0; h < halves; ++h) {
    for (int j = 0; j < local_kv_heads_; ++j) {
      put(layout, j / heads_per_chunk_, h * half() + j % heads_per_chunk_ * head_dim_,
          (first_kv_head(chip) + j) * head_dim_, head_dim_);
    }
  }
  return layout;
}

Layout Sharding::queries(int chip) const {
  Layout layout = padding(lanes_, divide_up(query_groups_, 2) * head_chunks());
  for (int group = 0; group < query_groups_; ++group) {
    for (int j = 0; j < local_kv_heads_; ++j) {
      put(layout, group / 2 * head_chunks() + j / heads_per_chunk_,
          group % 2 * half() + j % heads_per_chunk_ * head_dim_,
          query_head(chip, j, group) * head_dim_, head_dim_);
    }
  }
  return layout;
}

int Sharding::feed_forward_blocks() const { return experts_ * expert_blocks(); }

Sharding::Vectors Sharding::vectors_of(int expert, const Share& share) const {
  const auto vector = [&](int block) {
    const int before = expert * expert_blocks();
    return std::clamp(feed_forward_blocks() * block / share.of - before, 0, expert_blocks());
  };
  return {vector(share.first), vector(share.first + share.count)};
}

Layout Sharding::feed_forward(int chip, const Share& share) const {
  Layout layout = padding(lanes_, 0);
  for (int e = 0; e < experts_; ++e) {
    if (const Vectors vectors = vectors_of(e, share); vectors.first < vectors.end) {
      const Layout more = expert(chip, e, vectors);
      layout.element.insert(layout.element.end(), more.element.begin(), more.element.end());
    }
  }
  return layout;
}

std::vector<int> Sharding::experts(const Share& share) const {
  std::vector<int> all;
  for (int e = 0; e < experts_; ++e) {
    if (const Vectors vectors = vectors_of(e, share); vectors.first < vectors.end) {
      all.insert(all.end(), static_cast<std::size_t>(expert(0, e, vectors).chunks()), e);
    }
  }
  return all;
}

Layout Sharding::expert(int chip, int expert, const Vectors& vectors) const {
  const int local = local_feed_forward_shards();
  const int padded = up(feed_forward_shard_, kRowsPerGroup);  // shards begin with a group
  const int per_half = half() / padded;  // small shards share a half, large ones take several
  const auto halves_to = [&](int vector) {
    return std::min(2 * vector, divide_up(feed_forward_shard_, half()));
  };
  const int begin = halves_to(vectors.first);
  const int halves_each = halves_to(vectors.end) - begin;
  const int halves = per_half > 0 ? divide_up(local, per_half) : local * halves_each;
  Layout layout = padding(lanes_, divide_up(halves, 2));
  const auto put_half = [&](int h, int lane, int first, int count) {
    put(layout, h / 2, h % 2 * half() + lane, expert * feed_forward_ + first, count);
  };
  for (int s = 0; s < local; ++s) {
    const int first = (chip * local + s) * feed_forward_shard_;
    const int count = std::clamp(feed_forward_ - first, 0, feed_forward_shard_);
    if (per_half > 0) {
      put_half(s / per_half, s % per_half * padded, first, count);
      continue;
    }
    for (int part = 0; part < halves_each; ++part) {
      const int done = (begin + part) * half();
      put_half(s * halves_each + part, 0, first + done, std::clamp(count - done, 0, half()));
    }
  }
  return layout;
}

Layout Sharding::vocabulary(int chip) const {
  const int each = divide_up(vocabulary_, chips_);
  Layout layout = padding(lanes_, divide_up(each, lanes_));
  for (int i = 0; i < layout.chunks(); ++i) {
    const int first = chip * each + i * lanes_;
    const int end = std::min({first + lanes_, (chip + 1) * each, vocabulary_});
    put(layout, i, 0, first, std::max(end - first, 0));
  }
  return layout;
}

Layout Sharding::head_shard(int chip, int local) const {
  const int shard = chip * local_head_shards() + local;
  return only(queries(chip),
              [&](int element) { return element / head_dim_ * head_shards_ / heads_ == shard; });
}

Layout Sharding::feed_forward_shard(int chip, int local, const Share& share) const {
  const int shard = chip * local_feed_forward_shards() + local;
  return only(feed_forward(chip, share),
              [&](int element) { return element % feed_forward_ / feed_forward_shard_ == shard; });
}

}  // namespace lpu::compiler
