// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "compiler/schedule/bound/model.h"

namespace lpu::compiler {
// In blocks: the elements of a key pass a plane one by one, for every head of the planes of a side;
// a value goes through an ALU.
StageModel::Result StageModel::append(const Operator& o) {
  const Ready key = in(o);
  const Ready value = in(o, 1);
  if (!p_.block_tables) {  // they were written into the cache
    cached_values_[o.layer] = value;
    return {key, Limit::kLatency};
  }
  const Time through_vxm = paths_.from_mem() + paths_.alus(1) + paths_.to_mem();
  cached_values_[o.layer] = {value.first + through_vxm, value.last + through_vxm};
  const auto newest = static_cast<std::size_t>(position() / p_.sharding.lanes());
  std::array<Time, 2> passes{};
  for (const auto& head : p_.blocks.at({o.layer, token().user})) {
    passes[static_cast<std::size_t>(head[newest].hemisphere)] += p_.config.head_dim;
  }
  const Time way = through_vxm - paths_.to_mem() + paths_.vxm_to_plane() + paths_.plane_to_vxm() +
                   paths_.alus(1) + paths_.to_mem();
  const Time all = *std::max_element(passes.begin(), passes.end()) - 1;
  return {{key.first + way, std::max(key.last, key.first + all) + way}, Limit::kLatency};
}

// A position a cycle, twice: products of key and query through a plane to scores, of which the
// largest; then exp2 of what they are below it, and sums. A key serves every query that meets it.
StageModel::Result StageModel::attention_by_lanes(const Operator& o) {
  const Time positions = position() + 1;
  const Time begin = std::max(in(o).last, in(o, 1).last) + paths_.from_mem();
  const bool halves = p_.sharding.query_halves() > 1;
  const Time scores =
      paths_.alus(2) + paths_.vxm_to_plane() + paths_.plane_to_vxm() + paths_.alus(halves ? 2 : 1);
  // Below the largest, exp2; times value, sum; rsqrt, squared, times, fp16.
  const Time weights = paths_.more(1) + spec_.vxm_special_latency;
  const Time result = paths_.more(5) + spec_.vxm_special_latency + paths_.to_mem();
  const Time alone = begin + scores + weights + result;
  Latest last(begin, alone);
  last.wait(alone + 2 * (positions - 1), Limit::kPorts);
  // Of the newest value: fp32, weighed, summed, times, fp16.
  last.wait(cached_values_[o.layer].last + paths_.from_mem() + paths_.alus(5) + paths_.to_mem());
  // Cast, times, cast, maximum; below, exp2, cast, times, two sums.
  constexpr Time kOperations = 4 + 6;
  const Time work = kOperations * positions * chunks_of(Role::kQueries);
  last.wait(alone + divide_up(work, kAlus) - 1, Limit::kAlus);
  return {{last.at, last.at}, last.limit()};
}

// Keys of all blocks are weights, while the queries of a head pass, head by head; softmax over
// blocks, then over lanes; then values of all blocks are weights, head by head.
StageModel::Result StageModel::attention_in_blocks(const Operator& o) {
  const auto count = static_cast<std::size_t>(position() / p_.sharding.lanes() + 1);
  const auto& heads = p_.blocks.at({o.layer, token().user});
  // Until weights that are made in this step are in their plane.
  const auto fresh = [this](const Ready& made, Time rows) {
    return made.last + paths_.mem_to_plane() + rows + spec_.mxm_install_latency;
  };
  const Time key_rows = p_.config.head_dim / kRowsPerGroup;
  const Time query = in(o).last + paths_.mem_to_plane();
  std::vector<Time> scores;
  for (const auto& head : heads) {
    Time all = std::max(query, fresh(in(o, 1), key_rows));
    for (std::size_t i = 0; i < count; ++i) {
      all = std::max(all, tile({head[i].hemisphere}, key_rows, query));
    }
    scores.push_back(all);
  }
  // Padding and maximum, of the lanes; below it, exp2, fp16.
  const Time softmax = paths_.plane_to_vxm() + paths_.alus(2) + over_lanes() + paths_.more(2) +
                       spec_.vxm_special_latency + paths_.vxm_to_plane();
  const Time all_rows = p_.sharding.half() / kRowsPerGroup;  // of values; the newest can be fewer
  const Time rows = divide_up(position() % p_.sharding.lanes() + 1, kRowsPerGroup);
  const Time newest_rows = std::min(all_rows, rows);
  // Halves of the lanes added, times the factor, to the chunk's other heads, fp16.
  const Time result = paths_.plane_to_sxm() + paths_.permute() + paths_.alus(4) + paths_.to_mem();
  Latest last(query, std::max(query, fresh(in(o, 1), key_rows)) + softmax + result);
  for (std::size_t h = 0; h < heads.size(); ++h) {
    const Time weights = scores[h] + softmax;
    last.wait(weights + result, Limit::kInstall);
    last.wait(fresh(cached_values_[o.layer], newest_rows) + result);
    for (std::size_t i = 0; i < count; ++i) {
      const Time rows_of_block = i + 1 == count ? newest_rows : all_rows;
      last.wait(tile({heads[h][i].hemisphere}, rows_of_block, weights) + result, Limit::kInstall);
    }
  }
  return {{last.at, last.at}, last.limit()};
}

}  // namespace lpu::compiler
