// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {

using isa::Hemisphere;
using isa::Op;
using isa::Type;

// queries W0, padding W1, scores E0. A block of keys is in a plane while all queries that share its
// head pass: scores of as many positions as there are lanes.
TensorId Kernels::block_scores(const HeadBlocks& head, TensorId queries) {
  const int groups = static_cast<int>(p_.config.head_dim) / kRowsPerGroup;
  const TensorId out = temporary(home::kE0, Type::kF32, "scores", head.count() * head.queries);
  for (int block = 0; block < head.count(); ++block) {
    const CacheBlock& keys = head.blocks[static_cast<std::size_t>(block)];
    const Hemisphere h = keys.hemisphere;
    load_tile({h}, Type::kF16, keys.keys, head.number * groups, groups, cached(keys).keys);
    Fragment f = s_.fragment();
    int first = 0;
    for (int half = 0; first < head.queries; ++half) {
      const int count = half == 0 ? head.lower() : head.queries - head.lower();
      const auto query =
          read(f, queries, g_.mxm_in_x(h), first, count, p_.sharding.head_chunks(), head.chunk);
      f.multiply(query, {h}, Type::kF16, half, count);
      auto score = f.accumulate_out({h}, first, 0, false, count);
      if (head.newest(block)) {
        const Time at = f.time_at(score, 0);
        const auto pad =
            read(f, constant(p_.block_tables->position_pad), 0, at, count, 0, token_.row);
        f.op(at, Op::kAdd, Type::kF32, Fragment::flow(score), Fragment::flow(pad), {count});
        score = f.drive(toward(out));
      }
      write(f, score, {out, block * head.queries + first}, count, 1);
      first += count;
    }
    s_.place(f);
  }
  return out;
}

// scores E0, largest W0 then W1, weights E1, sums W0. A sum over lanes is a product with ones,
// which takes fp16: hence in two parts.
TensorId Kernels::block_weights(const HeadBlocks& head, TensorId scores, TensorId coarse,
                                TensorId fine) {
  const Time count = head.count();
  const int stride = head.queries;
  Chunks largest;
  for (int query = 0; query < head.queries; ++query) {
    const TensorId in_lanes = temporary(home::kW0, Type::kF32, "largest score");
    Fragment f = s_.fragment();
    Fragment::Arg result;
    running(f, 0, Op::kMax, Fragment::flow(read(f, scores, 0, 0, count, stride, query)), count,
            result);
    write(f, f.drive(toward(in_lanes)), {in_lanes});
    s_.place(f);
    largest.push_back(over_lanes(in_lanes, Op::kMax, Type::kF32,
                                 temporary(home::kW1, Type::kF32, "largest score")));
  }
  const TensorId weights =
      temporary(home::kE1, Type::kF16, "attention weights", head.count() * head.queries);
  for (int query = 0; query < head.queries; ++query) {
    Fragment f = s_.fragment();
    const auto score = Fragment::flow(read(f, scores, 0, 0, count, stride, query));
    const auto top =
        Fragment::flow(read(f, largest[static_cast<std::size_t>(query)], 0, 0, count, 0));
    const auto below = f.op(0, Op::kSub, Type::kF32, score, top, {count});
    const auto weight = f.op(k_, Op::kExp2, Type::kF32, below, {}, {count});
    const Time at = k_ + special_;
    f.cast(at, Type::kF32, Type::kF16, weight, {count});
    write(f, f.drive(toward(weights)), {weights, query}, count, stride);
    Fragment::Arg sum;
    running(f, at, Op::kAdd, weight, count, sum);
    const Time last = at + count - 1;
    const auto rounded = f.cast(last + k_, Type::kF32, Type::kF16, sum);
    write(f, f.drive(toward(coarse)), {coarse, query});
    const auto back = f.cast(last + 2 * k_, Type::kF16, Type::kF32, rounded);
    for (const Time t : {last + k_, last + 2 * k_}) {  // waits for `back`
      sum = f.op(t, Op::kMov, Type::kF32, sum);
    }
    const auto lost = f.op(last + 3 * k_, Op::kSub, Type::kF32, sum, back);
    f.cast(last + 4 * k_, Type::kF32, Type::kF16, lost);
    write(f, f.drive(toward(fine)), {fine, query});
    s_.place(f);
  }
  return weights;
}

// coarse, fine W0, lanes W1, factors W2.
TensorId Kernels::block_factors(const HeadBlocks& head, TensorId coarse, TensorId fine) {
  constexpr Hemisphere kSide = Hemisphere::kEast;
  const int count = head.queries;
  load_tile({kSide}, Type::kF16, p_.ones_tile, 0, static_cast<int>(spec_.superlanes));
  Fragment f = s_.fragment();
  const auto part = [&](TensorId from, int half, Time at) {
    f.multiply(read(f, from, g_.mxm_in_x(kSide), at, count, 1), {kSide}, Type::kF16, half, count);
  };
  part(coarse, 0, 0);
  f.accumulate({kSide}, 0, 0, false, count, 1);
  part(coarse, 1, count);
  f.accumulate({kSide}, count, 0, true, count, 1);
  part(fine, 0, 2 * count);
  f.accumulate({kSide}, 2 * count, 0, true, count, 1);
  part(fine, 1, 3 * count);
  const auto sum = f.accumulate_out({kSide}, 3 * count, 0, true, count, 1);
  const Time at = f.time_at(sum, 0);
  const auto factor = reciprocal_of(f, at, Fragment::flow(sum), count);
  const auto lanes = read(f, constant(p_.block_tables->own_lanes), 0, at + special_ + k_, count, 1,
                          head.number * count);
  f.op(at + special_ + k_, Op::kAnd, Type::kI32, factor, Fragment::flow(lanes), {count});
  const TensorId out = temporary(home::kW2, Type::kF32, "attention factors", count);
  write(f, f.drive(toward(out)), {out}, count, 1);
  s_.place(f);
  return out;
}

// Values of a block as weights of a plane, while those of some queries pass.
void Kernels::add_values(const HeadBlocks& head, TensorId weights, int block,
                         const Queries& queries, const HalfSums& sums) {
  const CacheBlock& values = head.blocks[static_cast<std::size_t>(block)];
  const Hemisphere h = values.hemisphere;
  const int all = p_.sharding.half();
  const int filled = head.newest(block) ? std::min(position() % p_.sharding.lanes() + 1, all) : all;
  load_tile({h}, Type::kF16, values.values, 0, divide_up(filled, kRowsPerGroup),
            cached(values).values);
  const Time count = queries.count;
  Fragment f = s_.fragment();
  for (int half = 0; half < 2; ++half) {
    const Time at = half * count;
    const int slot = half * queries.count;
    const auto weight =
        read(f, weights, g_.mxm_in_x(h), at, count, 1, block * head.queries + queries.first);
    f.multiply(weight, {h}, Type::kF16, half, count);
    const bool adds = block >= 2;  // blocks take the hemispheres in turn
    if (block + 2 < head.count()) {
      f.accumulate({h}, at, slot, adds, count, 1);
    } else {
      const TensorId sum = sums[static_cast<std::size_t>(half)];
      write(f, f.accumulate_out({h}, at, slot, adds, count, 1), {sum, queries.first}, count, 1);
    }
  }
  s_.place(f);
}

// weights E1, sums W0, W1 of the planes in the east, E0, E1 of those in the west.
Kernels::HalfSums Kernels::block_values(const HeadBlocks& head, TensorId weights) {
  const int count = head.queries;
  const int sides = std::min(head.count(), 2);
  std::array<HalfSums, 2> sums{};
  for (int side = 0; side < sides; ++side) {
    for (std::size_t half = 0; half < 2; ++half) {
      const Home& home =
          side == 0 ? (half == 0 ? home::kW0 : home::kW1) : (half == 0 ? home::kE0 : home::kE1);
      sums[static_cast<std::size_t>(side)][half] =
          temporary(home, Type::kF32, "weighted values", count);
    }
  }
  // Two accumulators a query: blocks are loaded again for queries beyond that.
  const int most = static_cast<int>(spec_.mxm_accumulators) / 2;
  for (int first = 0; first < count; first += most) {
    for (int block = 0; block < head.count(); ++block) {
      add_values(head, weights, block, {first, std::min(most, count - first)},
                 sums[static_cast<std::size_t>(block % 2)]);
    }
  }
  if (sides == 1) {
    return sums[0];
  }
  return {add_rows(sums[0][0], sums[1][0], count, home::kW0),
          add_rows(sums[0][1], sums[1][1], count, home::kE0)};
}

TensorId Kernels::add_rows(TensorId a, TensorId b, int rows, const Home& home) {
  const TensorId out = temporary(home, Type::kF32, "weighted values", rows);
  Fragment f = s_.fragment();
  f.op(0, Op::kAdd, Type::kF32, Fragment::flow(read(f, a, 0, 0, rows, 1)),
       Fragment::flow(read(f, b, 0, 0, rows, 1)), {rows});
  write(f, f.drive(toward(out)), {out}, rows, 1);
  s_.place(f);
  return out;
}

// sums W0 and W1 or E0, map and factors W2, result E1.
void Kernels::block_result(const HalfSums& sums, TensorId factors, const HeadBlocks& head,
                           int query, const Destination& out) {
  constexpr Hemisphere kSide = Hemisphere::kWest;
  const int x = g_.sxm_x(kSide);
  const std::size_t own = query < head.lower() ? 0 : 1;
  Fragment f = s_.fragment();
  const auto map = read(f, constant(p_.block_tables->swap_halves), x, 0);
  const auto other = f.permute(read(f, sums[1 - own], x, 0, 1, 0, query), map, kSide, Type::kF32);
  const Time at = f.time_at(other, 0);
  const auto sum =
      f.op(at, Op::kAdd, Type::kF32, Fragment::flow(read(f, sums[own], 0, at, 1, 0, query)),
           Fragment::flow(other));
  f.op(at + k_, Op::kMul, Type::kF32, sum,
       Fragment::flow(read(f, factors, 0, at + k_, 1, 0, query)));
  write(f, f.drive(toward(out.tensor)), out);
  s_.place(f);
}

void Kernels::add_up(TensorId rows, TensorId out) {
  const Time count = s_.place_of(rows).rows;
  Fragment f = s_.fragment();
  Fragment::Arg sum;
  running(f, 0, Op::kAdd, Fragment::flow(read(f, rows, 0, 0, count, 1)), count, sum);
  f.cast(count - 1 + k_, Type::kF32, Type::kF16, sum);
  write(f, f.drive(toward(out)), {out});
  s_.place(f);
}

// A vector of the result holds two queries of each KV head of a chunk; every lane is of one.
Chunks Kernels::attention_in_blocks(const std::vector<std::vector<CacheBlock>>& heads,
                                    TensorId queries) {
  const Sharding& s = p_.sharding;
  const auto blocks = static_cast<std::size_t>(position() / s.lanes()) + 1;
  const int chunks = s.head_chunks();
  const int pairs = divide_up(s.query_groups(), 2);
  const auto contributions = [&](int pair, int chunk) {
    const int in_chunk = std::min(s.heads_per_chunk(), s.kv_heads() - chunk * s.heads_per_chunk());
    return in_chunk * std::min(2, s.query_groups() - 2 * pair);
  };
  Chunks parts;
  for (int i = 0; i < pairs * chunks; ++i) {
    parts.push_back(temporary(home::kE1, Type::kF32, "attention of a head",
                              contributions(i / chunks, i % chunks)));
  }
  std::vector<int> rows(parts.size(), 0);
  // Planes keep the order of the calls: so each stage for all heads before the next one.
  std::vector<HeadBlocks> all;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    const int number = static_cast<int>(i);
    all.push_back({std::span(heads[i]).first(blocks), number / s.heads_per_chunk(),
                   number % s.heads_per_chunk(), s.query_groups()});
  }
  Chunks scores;
  for (const HeadBlocks& head : all) {
    scores.push_back(block_scores(head, queries));
  }
  Chunks weights;
  Chunks coarse;
  Chunks fine;
  for (std::size_t i = 0; i < all.size(); ++i) {
    coarse.push_back(temporary(home::kW0, Type::kF16, "sums of weights", s.query_groups()));
    fine.push_back(temporary(home::kW0, Type::kF16, "sums of weights", s.query_groups()));
    weights.push_back(block_weights(all[i], scores[i], coarse[i], fine[i]));
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    const HeadBlocks& head = all[i];
    const TensorId factors = block_factors(head, coarse[i], fine[i]);
    const HalfSums sums = block_values(head, weights[i]);
    for (int query = 0; query < head.queries; ++query) {
      const int pair = query < head.lower() ? query : query - head.lower();
      const auto part = static_cast<std::size_t>(pair * chunks + head.chunk);
      block_result(sums, factors, head, query, {parts[part], rows[part]++});
    }
  }
  Chunks out;
  for (const TensorId part : parts) {
    out.push_back(temporary(home::kE1High, Type::kF16, "attention"));
    add_up(part, out.back());
  }
  return out;
}

}  // namespace lpu::compiler
