// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {

using isa::Hemisphere;
using isa::Op;
using isa::Type;

// in W0, cos E0, sin E1, map W2. The rotated half comes back from the SXM just when the vector
// itself is read a second time.
void Kernels::rope(const Chunks& in, const Place& cos, const Place& sin,
                   const std::vector<Destination>& out) {
  constexpr Hemisphere kSide = Hemisphere::kWest;
  const TensorId map = constant(p_.rotate_half);
  for (std::size_t chunk = 0; chunk < in.size(); ++chunk) {
    Fragment f = s_.fragment();
    const int x = g_.sxm_x(kSide);
    const auto turned = f.permute(read(f, in[chunk], x, 0), read(f, map, x, 0), kSide, Type::kF32);
    const Time at = f.time_at(turned, 0);
    const auto sines = read(f, constant(sin), 0, at, 1, 0, token_.row);
    const auto cosines = read(f, constant(cos), 0, at, 1, 0, token_.row);
    const auto a = f.op(at, Op::kMul, Type::kF32, Fragment::flow(turned), Fragment::flow(sines));
    const auto b = f.op(at, Op::kMul, Type::kF32, Fragment::flow(read(f, in[chunk], 0, at)),
                        Fragment::flow(cosines));
    const auto sum = f.op(at + k_, Op::kAdd, Type::kF32, b, a);
    if (s_.place_of(out[chunk].tensor).type == Type::kF16) {
      f.cast(at + 2 * k_, Type::kF32, Type::kF16, sum);
    }
    write(f, f.drive(toward(out[chunk].tensor)), out[chunk]);
    s_.place(f);
  }
}

// q W0, keys W1, scores E0, largest W0. Products of a key with the query, summed over each head by
// the heads tile, which leaves a head's score in all of its lanes; so the softmax is lane by lane.
// A plane takes half of the lanes: the lower half goes east, the upper half west, and each tile
// leaves zeros in the lanes of the other.
void Kernels::scores(TensorId q, TensorId keys, TensorId out, TensorId largest) {
  const Time count = position() + 1;
  Fragment f = s_.fragment();
  const auto key =
      f.cast(0, Type::kF16, Type::kF32, Fragment::flow(read(f, keys, 0, 0, count, 1)), {count});
  const auto query = Fragment::flow(read(f, q, 0, k_, count, 0));
  const auto product = f.op(k_, Op::kMul, Type::kF32, key, query, {count});
  const auto summed = [&](Hemisphere side, int half) {
    f.cast(2 * k_, Type::kF32, Type::kF16, product, {count});
    const auto activation = f.drive(isa::outward(side));
    const Time abc = f.time_at(activation, g_.mxm_in_x(side));
    f.multiply(activation, {side}, Type::kF16, half, count);
    return f.accumulate_out({side}, abc, 0, false, count);
  };
  auto score = summed(Hemisphere::kEast, 0);
  Fragment::Arg value = Fragment::flow(score);
  Time at = f.time_at(score, 0);
  if (p_.sharding.query_halves() > 1) {
    value = f.op(at, Op::kAdd, Type::kF32, value, Fragment::flow(summed(Hemisphere::kWest, 1)),
                 {count});
    score = f.drive(toward(out));
    at += k_;
  }
  write(f, score, {out}, count, 1);
  Fragment::Arg result;
  running(f, at, Op::kMax, value, count, result);
  write(f, f.drive(toward(largest)), {largest});
  s_.place(f);
}

// scores E0, largest W0, values E1, out E1High. Softmax and weighted sum in one pass; the sum of
// the weights divides at the end (its reciprocal is a squared rsqrt).
void Kernels::weigh(TensorId scores, TensorId largest, TensorId values, TensorId out) {
  const Time count = position() + 1;
  Fragment f = s_.fragment();
  const auto score = Fragment::flow(read(f, scores, 0, 0, count, 1));
  const auto top = Fragment::flow(read(f, largest, 0, 0, count, 0));
  const auto below = f.op(0, Op::kSub, Type::kF32, score, top, {count});
  const auto weight = f.op(k_, Op::kExp2, Type::kF32, below, {}, {count});
  const Time at = k_ + special_;
  const auto stored = Fragment::flow(read(f, values, 0, at - k_, count, 1));
  const auto value = f.cast(at - k_, Type::kF16, Type::kF32, stored, {count});
  const auto weighted = f.op(at, Op::kMul, Type::kF32, weight, value, {count});
  Fragment::Arg total;
  running(f, at, Op::kAdd, weight, count, total);
  Fragment::Arg sum;
  running(f, at + k_, Op::kAdd, weighted, count, sum);

  const Time last = at + count - 1;  // dispatch of the last addition to `total`
  const auto reciprocal = reciprocal_of(f, last + k_, total);
  const Time joined = last + 2 * k_ + special_;
  // `sum` is done one operation after `total`; moves keep it until the reciprocal is there.
  for (Time t = last + 2 * k_; t < joined; t += k_) {
    sum = f.op(t, Op::kMov, Type::kF32, sum);
  }
  const auto average = f.op(joined, Op::kMul, Type::kF32, sum, reciprocal);
  f.cast(joined + k_, Type::kF32, Type::kF16, average);
  write(f, f.drive(toward(out)), {out});
  s_.place(f);
}

Chunks Kernels::attention(const Chunks& queries, const std::vector<TensorId>& keys,
                          const std::vector<TensorId>& values) {
  const int positions = position() + 1;
  for (std::size_t half = 0; half < p_.heads_tiles.size(); ++half) {
    load_tile({half == 0 ? Hemisphere::kEast : Hemisphere::kWest}, Type::kF16, p_.heads_tiles[half],
              0, p_.head_groups);
  }
  Chunks all_scores;
  Chunks all_largest;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    all_scores.push_back(temporary(home::kE0, Type::kF32, "scores", positions));
    all_largest.push_back(temporary(home::kW0, Type::kF32, "largest score"));
    scores(queries[i], keys[i % keys.size()], all_scores.back(), all_largest.back());
  }
  Chunks out;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    out.push_back(temporary(home::kE1High, Type::kF16, "attention"));
    weigh(all_scores[i], all_largest[i], values[i % values.size()], out.back());
  }
  return out;
}

}  // namespace lpu::compiler
