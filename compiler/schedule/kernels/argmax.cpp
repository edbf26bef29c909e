// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {

using isa::Hemisphere;
using isa::Op;
using isa::Type;

// Rotations inside a superlane, then of superlanes. A lane meets some values more than once, so
// `op` must be max or min. v and what is between W0, lane maps W2.
TensorId Kernels::over_lanes(TensorId v, Op op, Type type, TensorId last) {
  const auto inside = rotations_to_all(isa::ChipSpec::kLanesPerSuperlane);
  const auto across = rotations_to_all(static_cast<int>(spec_.superlanes));
  const std::size_t steps = inside.size() + across.size();
  for (std::size_t i = 0; i < steps; ++i) {
    const bool superlanes = i >= inside.size();
    const TensorId to = i + 1 == steps ? last : temporary(home::kW0, type, "lane reduction");
    meet(v, op, type, superlanes ? across[i - inside.size()] : inside[i], superlanes, to);
    v = to;
  }
  return v;
}

void Kernels::meet(TensorId v, Op op, Type type, const std::vector<int>& rotations, bool superlanes,
                   TensorId out) {
  constexpr Hemisphere kSide = Hemisphere::kWest;
  const int x = g_.sxm_x(kSide);
  const Time interval = superlanes ? spec_.sxm_permute_interval : 1;
  Fragment f = s_.fragment();
  const int alu = f.alu();
  Time at = 0;
  for (const int by : rotations) {
    const auto in = read(f, v, x, at);
    const auto moved =
        superlanes
            ? f.permute(in, read(f, constant(p_.superlane_rotations.at(by)), x, at), kSide, type)
            : f.rotate(in, kSide, type, by);
    const Time here = f.time_at(moved, 0);
    const auto so_far = at == 0 ? Fragment::flow(read(f, v, 0, here)) : Fragment::acc();
    f.op_on(alu, here, op, type, so_far, Fragment::flow(moved));
    at += interval;
  }
  write(f, f.drive(toward(out)), {out});
  s_.place(f);
}

void Kernels::largest(
    std::size_t count, Type type, TensorId out,
    const std::function<Fragment::Arg(Fragment& f, int alu, std::size_t chunk, Time at)>& each) {
  Fragment f = s_.fragment();
  const int prepare = f.alu();
  const int most = f.alu();
  for (std::size_t chunk = 0; chunk < count; ++chunk) {
    const Time at = spaced(static_cast<int>(chunk));
    const auto value = each(f, prepare, chunk, at);
    if (chunk == 0) {
      f.op_on(most, at + k_, Op::kMov, type, value);
    } else {
      f.op_on(most, at + k_, Op::kMax, type, Fragment::acc(), value);
    }
  }
  write(f, f.drive(toward(out)), {out});
  s_.place(f);
}

TensorId Kernels::token_of(const Token& token) {
  Place place = p_.tokens.value();
  place.row += p_.token_row(token.user, token.row);
  place.rows = 1;
  return s_.tensor(place);
}

// values[i] and ids[i] in different homes, best in another. The smallest of the ids at which a
// value is the best, lane by lane; kNoToken where none is.
TensorId Kernels::smallest(const Chunks& values, TensorId best, const Chunks& ids, TensorId index) {
  const auto minus_none = Fragment::imm(static_cast<std::uint32_t>(-kNoToken));
  Fragment f = s_.fragment();
  const int compare = f.alu();
  const int shift = f.alu();
  const int select = f.alu();
  const int least = f.alu();
  Fragment::Arg result;
  Time at = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    at = spaced(static_cast<int>(i));
    const auto value = Fragment::flow(read(f, values[i], 0, at));
    const auto is_best =
        f.op_on(compare, at, Op::kEq, Type::kF32, value, Fragment::flow(read(f, best, 0, at)));
    // Below zero where equal, else 0: the least of them is that of the ids, if there is one.
    const auto id = Fragment::flow(read(f, ids[i], 0, at));
    const auto below = f.op_on(shift, at, Op::kAdd, Type::kI32, id, minus_none);
    const auto chosen = f.op_on(select, at + k_, Op::kAnd, Type::kI32, is_best, below);
    result = i == 0 ? f.op_on(least, at + 2 * k_, Op::kMov, Type::kI32, chosen)
                    : f.op_on(least, at + 2 * k_, Op::kMin, Type::kI32, Fragment::acc(), chosen);
  }
  f.op(at + 3 * k_, Op::kAdd, Type::kI32, result,
       Fragment::imm(static_cast<std::uint32_t>(kNoToken)));
  write(f, f.drive(toward(index)), {index});
  s_.place(f);
  return index;
}

// logits W0, tables E0. The largest value first; then the smallest index among the lanes that
// hold it. Lanes without a token count as minus infinity. Each chip chooses among its tokens, and
// then every chip among all choices.
TensorId Kernels::argmax(const Chunks& logits) {
  const TensorId in_lanes = temporary(home::kW0, Type::kF32, "largest logit");
  largest(logits.size(), Type::kF32, in_lanes,
          [&](Fragment& f, int alu, std::size_t chunk, Time at) {
            const auto logit = Fragment::flow(read(f, logits[chunk], 0, at));
            const auto pad = Fragment::flow(read(f, constant(p_.vocabulary_pad[chunk]), 0, at));
            return f.op_on(alu, at, Op::kAdd, Type::kF32, logit, pad);
          });
  const TensorId best =
      over_lanes(in_lanes, Op::kMax, Type::kF32, temporary(home::kW1, Type::kF32, "largest logit"));
  Chunks tables;
  for (const Place& place : p_.vocabulary_index) {
    tables.push_back(constant(place));
  }
  const TensorId index =
      smallest(logits, best, tables, temporary(home::kW0, Type::kI32, "token id"));
  if (p_.sharding.chips() == 1) {
    return over_lanes(index, Op::kMin, Type::kI32, next_token());
  }
  const TensorId own =
      over_lanes(index, Op::kMin, Type::kI32, temporary(home::kE0, Type::kI32, "token id"));
  const Chunks all_best = exchange(best, 0);
  const Chunks all_own = exchange(own, 1);
  const TensorId top = temporary(home::kE1, Type::kF32, "largest logit");
  tree(all_best, Op::kMax, Type::kF32, {top});
  return smallest(all_best, top, all_own, next_token());
}

}  // namespace lpu::compiler
