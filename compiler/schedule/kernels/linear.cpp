// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {

using isa::Op;
using isa::Type;

// A plane works on one chain at a time: load, install, multiply, for each of its tiles. Chains of
// different planes go in step, because two planes of a side fill all streams with int8 weights:
// their activations pass where both are between two bursts.
void Kernels::linear(const LinearPlan& plan, const std::vector<Activations>& in,
                     const std::vector<std::vector<Destination>>& out) {
  if (!memory_.weights_apart()) {
    for (std::size_t token = 0; token < in.size(); ++token) {
      linear_bursts(plan, in[token].chunks, out[token]);
    }
    return;
  }
  for (std::size_t c = 0; c < plan.chains.size();) {
    std::vector<Chain> chains;
    std::set<Plane> planes;
    for (; c < plan.chains.size(); ++c) {
      const ChainPlan& chain = plan.chains[c];
      if (!planes.insert({chain.hemisphere, chain.plane}).second) {
        break;
      }
      auto& sums = chains.emplace_back(Chain{&chain, {}}).sums;
      for (const auto& of_token : out) {
        sums.push_back(of_token[c]);
      }
    }
    linear_chains(plan, in, chains);
  }
}

// The next tile loads before this one multiplies: its burst finds streams, and a vector of
// activations passes between two bursts, at the latest in the cycle of the next install. All tokens
// pass while a tile is there, as many as there are accumulators.
void Kernels::linear_chains(const LinearPlan& plan, const std::vector<Activations>& in,
                            const std::vector<Chain>& chains) {
  const Type type = in.front().step ? Type::kI8 : Type::kF16;
  std::size_t longest = 0;
  for (const Chain& chain : chains) {
    longest = std::max(longest, chain.plan->tiles.size());
  }
  const auto load_next = [&](std::size_t i) {
    for (const Chain& chain : chains) {
      if (i < chain.plan->tiles.size()) {
        const TilePlan& tile = chain.plan->tiles[i];
        load(chain.plane(), type, tile.column, tile.group, tile.groups);
      }
    }
  };
  const auto slots = static_cast<std::size_t>(spec_.mxm_accumulators);
  for (std::size_t first = 0; first < in.size(); first += slots) {
    const std::size_t end = std::min(first + slots, in.size());
    load_next(0);
    for (std::size_t i = 0; i < longest; ++i) {
      for (const Chain& chain : chains) {
        if (i < chain.plan->tiles.size()) {
          install(chain.plane());
        }
      }
      load_next(i + 1);
      for (const Chain& chain : chains) {
        for (std::size_t token = first; i < chain.plan->tiles.size() && token < end; ++token) {
          linear_tile(plan, in[token],
                      {chain.plan, i, chain.sums[token], static_cast<int>(token - first)});
        }
      }
    }
  }
}

void Kernels::linear_tile(const LinearPlan& plan, const Activations& in, const Product& product) {
  const Plane plane{product.chain->hemisphere, product.chain->plane};
  const TilePlan& tile = product.plan();
  const Type type = in.step ? Type::kI8 : Type::kF16;
  Fragment f = s_.fragment();
  const auto x =
      read(f, in.chunks[static_cast<std::size_t>(tile.in_chunk)], g_.mxm_in_x(plane.side), 0);
  f.multiply(x, plane, type, tile.half);
  collect(f, plan, product, 0, in.step);
  s_.place(f);
}

void Kernels::collect(Fragment& f, const LinearPlan& plan, const Product& product, Time abc,
                      std::optional<TensorId> step) {
  const Plane plane{product.chain->hemisphere, product.chain->plane};
  const bool adds = product.tile > 0;
  if (!product.last()) {
    f.accumulate(plane, abc, product.slot, adds);
    return;
  }
  const auto sum = f.accumulate_out(plane, abc, product.slot, adds);
  const Type to = s_.place_of(product.out.tensor).type;
  const Time at = f.time_at(sum, 0);
  Fragment::Arg value = Fragment::flow(sum);
  Time next = at;
  if (step) {
    value = f.cast(next, Type::kI32, Type::kF32, value);
    next += k_;
    value = f.op(next, Op::kMul, Type::kF32, value, Fragment::flow(read(f, *step, 0, next)));
    next += k_;
  }
  if (!plan.scale.empty()) {
    const auto scale =
        read(f, constant(plan.scale[static_cast<std::size_t>(product.chain->out_chunk)]), 0, next);
    value = f.op(next, Op::kMul, Type::kF32, value, Fragment::flow(scale));
    next += k_;
  }
  if (to != Type::kF32) {
    f.cast(next, Type::kF32, to, value);
  }
  const bool through_vxm = to != Type::kF32 || !plan.scale.empty();
  write(f, through_vxm ? f.drive(toward(product.out.tensor)) : sum, product.out);
}

}  // namespace lpu::compiler
