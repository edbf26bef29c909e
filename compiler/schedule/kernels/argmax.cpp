// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {

using isa::Hemisphere;
using isa::Op;
using isa::Type;

// Doubling windows: after rotations by 1, 2, 4, 8 lanes inside a superlane and by 1, 2, 4, ...
// superlanes, every lane has seen all. Windows may overlap, so `op` must be max or min.
// v and intermediate results W0, lane maps W2.
TensorId Kernels::over_lanes(TensorId v, Op op, Type type, TensorId last) {
  constexpr Hemisphere kSide = Hemisphere::kWest;
  const int x = g_.sxm_x(kSide);
  const auto step = [&](TensorId from, TensorId to, const Place* map, int lanes) {
    Fragment f = s_.fragment();
    const auto in = read(f, from, x, 0);
    const auto moved = map == nullptr
                           ? f.rotate(in, kSide, type, lanes)
                           : f.permute(in, f.read(constant(*map), *map, x, 0), kSide, type);
    const Time at = f.time_at(moved, 0);
    f.op(at, op, type, Fragment::flow(read(f, from, 0, at)), Fragment::flow(moved));
    write(f, f.drive(toward(to)), {to});
    s_.place(f);
    return to;
  };
  for (int lanes = 1; lanes < isa::ChipSpec::kLanesPerSuperlane; lanes *= 2) {
    v = step(v, temporary(home::kW0, type, "lane reduction"), nullptr, lanes);
  }
  for (std::size_t i = 0; i < p_.superlane_rotations.size(); ++i) {
    const bool final = i + 1 == p_.superlane_rotations.size();
    const TensorId to = final ? last : temporary(home::kW0, type, "lane reduction");
    v = step(v, to, &p_.superlane_rotations[i], 0);
  }
  return v;
}

TensorId Kernels::next_token() {
  Place next = p_.tokens.value();
  next.row += context_.step + 1;
  next.rows = 1;
  return s_.tensor(next);
}

// logits W0, tables E0. The largest value first; then the smallest index among the lanes that
// hold it. Lanes beyond the vocabulary count as minus infinity.
TensorId Kernels::argmax(const Chunks& logits) {
  TensorId best = temporary(home::kW0, Type::kF32, "largest logit");
  Fragment f = s_.fragment();
  const int padder = f.alu();
  const int largest = f.alu();
  for (std::size_t chunk = 0; chunk < logits.size(); ++chunk) {
    const auto at = static_cast<Time>(chunk);
    const auto logit = Fragment::flow(read(f, logits[chunk], 0, at));
    const auto pad = Fragment::flow(read(f, constant(p_.vocabulary_pad[chunk]), 0, at));
    const auto padded = f.op_on(padder, at, Op::kAdd, Type::kF32, logit, pad);
    if (chunk == 0) {
      f.op_on(largest, at + k_, Op::kMov, Type::kF32, padded);
    } else {
      f.op_on(largest, at + k_, Op::kMax, Type::kF32, Fragment::acc(), padded);
    }
  }
  write(f, f.drive(toward(best)), {best});
  s_.place(f);
  best = over_lanes(best, Op::kMax, Type::kF32, temporary(home::kW1, Type::kF32, "largest logit"));

  TensorId index = temporary(home::kW0, Type::kI32, "token id");
  Fragment g = s_.fragment();
  const int compare = g.alu();
  const int select = g.alu();
  const int offset = g.alu();
  const int smallest = g.alu();
  for (std::size_t chunk = 0; chunk < logits.size(); ++chunk) {
    const auto at = static_cast<Time>(chunk);
    const auto logit = Fragment::flow(read(g, logits[chunk], 0, at));
    const auto is_best =
        g.op_on(compare, at, Op::kEq, Type::kF32, logit, Fragment::flow(read(g, best, 0, at)));
    // Index - kNoToken where equal, else 0: adding kNoToken makes "no token" the largest of all.
    const auto table = read(g, constant(p_.vocabulary_index[chunk]), 0, at + k_);
    const auto masked =
        g.op_on(select, at + k_, Op::kAnd, Type::kI32, is_best, Fragment::flow(table));
    const auto id = g.op_on(offset, at + 2 * k_, Op::kAdd, Type::kI32, masked,
                            Fragment::imm(static_cast<std::uint32_t>(kNoToken)));
    if (chunk == 0) {
      g.op_on(smallest, at + 3 * k_, Op::kMov, Type::kI32, id);
    } else {
      g.op_on(smallest, at + 3 * k_, Op::kMin, Type::kI32, Fragment::acc(), id);
    }
  }
  write(g, g.drive(toward(index)), {index});
  s_.place(g);
  return over_lanes(index, Op::kMin, Type::kI32, next_token());
}

}  // namespace lpu::compiler
