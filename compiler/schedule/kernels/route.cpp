// SPDX-License-Identifier: Apache-2.0
// The softmax over the experts that a router chooses, in every lane the same.
#include <numbers>

#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {

using isa::Hemisphere;
using isa::Op;
using isa::Type;

// mine W0, others E0, weights W1, result E1. An expert is chosen if fewer than
// `num_experts_per_tok` come before it: larger ones, and equal ones with a smaller index.
void Kernels::choose_expert(TensorId mine, TensorId others, TensorId weights, int expert,
                            TensorId out) {
  const Time count = p_.config.num_local_experts;
  const int limit = -static_cast<int>(p_.config.num_experts_per_tok);
  Fragment f = s_.fragment();
  const auto own = Fragment::flow(read(f, mine, 0, 0, count, 0, expert));
  const auto other = Fragment::flow(read(f, others, 0, 0, count, 1));
  const int compare = f.alu();
  if (expert > 0) {
    f.op_on(compare, 0, Op::kLe, Type::kF32, own, other, {expert});
  }
  const auto is_before =
      f.op_on(compare, expert, Op::kLt, Type::kF32, own, other, {count - expert});
  // All ones are -1, so the sum is the number of those before it, negative.
  Fragment::Arg before;
  running(f, k_, Op::kAdd, is_before, count, before, Type::kI32);
  const Time at = 2 * k_ + count - 1;
  const auto chosen =
      f.op(at, Op::kLt, Type::kI32, Fragment::imm(static_cast<std::uint32_t>(limit)), before);
  const auto weight = Fragment::flow(read(f, weights, 0, at + k_, 1, 0, expert));
  f.op(at + k_, Op::kAnd, Type::kI32, chosen, weight);
  write(f, f.drive(toward(out)), {out, expert});
  s_.place(f);
}

// logits W0, lane maps W2.
TensorId Kernels::route(const Chunks& logits) {
  constexpr Hemisphere kSide = Hemisphere::kWest;
  constexpr float kLog2E = std::numbers::log2e_v<float>;
  const int experts = static_cast<int>(p_.config.num_local_experts);
  const int lanes = p_.sharding.lanes();
  const int x = g_.sxm_x(kSide);
  const auto rows = [&](const Home& home, const char* what) {
    return temporary(home, Type::kF32, what, experts);
  };
  // A logit to every lane, in two places: each is compared with all others.
  const TensorId mine = rows(home::kW0, "logits of experts");
  const TensorId others = rows(home::kE0, "logits of experts");
  for (int e = 0; e < experts; ++e) {
    Fragment f = s_.fragment();
    const auto map = read(f, constant(p_.expert_lanes), x, 0, 1, 0, e);
    const auto logit = read(f, logits[static_cast<std::size_t>(e / lanes)], x, 0);
    const auto spread = f.permute(logit, map, kSide, Type::kF32);
    write(f, spread, {mine, e});
    write(f, spread, {others, e});
    s_.place(f);
  }

  const TensorId top = temporary(home::kW1, Type::kF32, "largest logit");
  {
    Fragment f = s_.fragment();
    Fragment::Arg largest;
    running(f, 0, Op::kMax, Fragment::flow(read(f, mine, 0, 0, experts, 1)), experts, largest);
    write(f, f.drive(toward(top)), {top});
    s_.place(f);
  }
  const TensorId weights = rows(home::kW1, "weights of all experts");
  {
    Fragment f = s_.fragment();
    const auto logit = Fragment::flow(read(f, mine, 0, 0, experts, 1));
    const auto most = Fragment::flow(read(f, top, 0, 0, experts, 0));
    const auto below = f.op(0, Op::kSub, Type::kF32, logit, most, {experts});
    const auto base2 = f.op(k_, Op::kMul, Type::kF32, below, Fragment::imm(kLog2E), {experts});
    f.op(2 * k_, Op::kExp2, Type::kF32, base2, {}, {experts});
    write(f, f.drive(toward(weights)), {weights}, experts, 1);
    s_.place(f);
  }

  const TensorId chosen = rows(home::kE1, "weights of experts");
  for (int e = 0; e < experts; ++e) {
    choose_expert(mine, others, weights, e, chosen);
  }
  const TensorId inverse = temporary(home::kW1, Type::kF32, "sum of weights, inverse");
  {
    Fragment f = s_.fragment();
    Fragment::Arg sum;
    running(f, 0, Op::kAdd, Fragment::flow(read(f, chosen, 0, 0, experts, 1)), experts, sum);
    reciprocal_of(f, experts - 1 + k_, sum);
    write(f, f.drive(toward(inverse)), {inverse});
    s_.place(f);
  }
  const TensorId out = rows(home::kE0, "weights of experts");
  Fragment f = s_.fragment();
  const auto weight = Fragment::flow(read(f, chosen, 0, 0, experts, 1));
  const auto factor = Fragment::flow(read(f, inverse, 0, 0, experts, 0));
  f.op(0, Op::kMul, Type::kF32, weight, factor, {experts});
  write(f, f.drive(toward(out)), {out}, experts, 1);
  s_.place(f);
  return out;
}

}  // namespace lpu::compiler
