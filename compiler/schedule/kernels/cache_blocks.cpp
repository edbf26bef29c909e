// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {
namespace {

using isa::Op;
using isa::Type;

/// The pairs of slices of a column of 16: rows i, 8 + i, 16 + i, ... of a tile of two bytes.
std::vector<Place> pairs_of(const std::vector<Place>& column) {
  std::vector<Place> pairs;
  for (std::size_t i = 0; i < column.size(); i += 2) {
    pairs.push_back(column[i]);
    pairs.back().type = Type::kF16;
  }
  return pairs;
}

}  // namespace

// Key W1, lanes E1. A position is a lane of the tile, MEM writes rows: so the key's elements, one
// at a time, go through a plane that leaves them in the position's lane, and join what the rows
// hold already.
void Kernels::append_key(const CacheBlock& block, TensorId key, int number) {
  const BlockTables& tables = *p_.block_tables;
  const isa::Hemisphere h = block.hemisphere;
  const int count = static_cast<int>(p_.config.head_dim);
  const auto pairs = pairs_of(block.keys);
  const int rows = static_cast<int>(pairs.size());
  std::vector<Place> tile = tables.position_tile;
  for (Place& place : tile) {
    place.row += token_.row;
    place.rows = 1;
  }
  load_tile({h}, Type::kF16, tile, number * count / rows, count / rows);
  const TensorId out = cached(block).keys;
  Fragment f = s_.fragment();
  const auto whole = Fragment::flow(read(f, key, 0, 0, count, 0));
  const auto lane =
      Fragment::flow(read(f, constant(tables.key_lanes), 0, 0, count, 1, number * count));
  f.op(0, Op::kAnd, Type::kI16, whole, lane, {count});
  const auto element = f.drive(isa::outward(h));
  f.multiply(element, {h}, Type::kF16, 0, count);
  const auto moved = f.accumulate_out({h}, f.time_at(element, g_.mxm_in_x(h)), 0, false, count);
  const Time at = f.time_at(moved, 0);
  const auto stored = f.cast(at, Type::kF32, Type::kF16, Fragment::flow(moved), {count});
  if (position() % p_.sharding.lanes() > 0) {
    const auto others = f.read_in_turn(out, pairs, 0, at + k_);
    f.op(at + k_, Op::kOr, Type::kI16, stored, Fragment::flow(others), {count});
  }
  f.write_in_turn(f.drive(isa::outward(h)), out, pairs);
  s_.place(f);
}

// Value E1High, lanes W2. Row i has two positions, each in a half of its lanes.
void Kernels::append_value(const CacheBlock& block, TensorId value) {
  const int in_block = position() % p_.sharding.lanes();
  const int row = in_block % p_.sharding.half();
  const auto pairs = pairs_of(block.values);
  const int each = static_cast<int>(pairs.size());
  Place place = pairs[static_cast<std::size_t>(row % each)];
  place.row += row / each;
  place.rows = 1;
  const TensorId out = cached(block).values;
  Fragment f = s_.fragment();
  const auto lanes = read(f, constant(p_.block_tables->value_lanes), 0, 0, 1, 0, token_.row);
  const auto own =
      f.op(0, Op::kAnd, Type::kI16, Fragment::flow(read(f, value, 0, 0)), Fragment::flow(lanes));
  if (in_block >= p_.sharding.half()) {
    f.op(k_, Op::kOr, Type::kI16, own, Fragment::flow(f.read(out, place, 0, k_)));
  }
  f.write(f.drive(isa::outward(block.hemisphere)), out, place);
  s_.place(f);
}

const Kernels::Cached& Kernels::cached(const CacheBlock& block) {
  const auto found = cached_.find(&block);
  if (found != cached_.end()) {
    return found->second;
  }
  const Cached tensors{s_.tensor(block.keys.front()), s_.tensor(block.values.front())};
  return cached_.emplace(&block, tensors).first->second;
}

void Kernels::append(const std::vector<std::vector<CacheBlock>>& heads, const Chunks& keys,
                     const Chunks& values) {
  const auto newest = static_cast<std::size_t>(position() / p_.sharding.lanes());
  const auto per_chunk = static_cast<std::size_t>(p_.sharding.heads_per_chunk());
  for (std::size_t head = 0; head < heads.size(); ++head) {
    const CacheBlock& block = heads[head][newest];
    const std::size_t chunk = head / per_chunk;
    append_key(block, keys[chunk], static_cast<int>(head % per_chunk));
    append_value(block, values[chunk]);
  }
}

}  // namespace lpu::compiler
