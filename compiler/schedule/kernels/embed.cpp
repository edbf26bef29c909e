// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {

using isa::Op;
using isa::Type;

// A gather wants a row address in the first two bytes of each superlane's word: the row in every
// lane as i32, shifted by 0 or 8 (W1) and masked (W2), is that map. `row` is made in cycle `at`.
Fragment::FlowId Kernels::gather_row(Fragment& f, Fragment::Arg row, Time at, const Place& table) {
  const auto shift = Fragment::flow(read(f, constant(p_.byte_shift), 0, at + k_));
  const auto shifted = f.op(at + k_, Op::kShr, Type::kI32, row, shift);
  const auto mask = Fragment::flow(read(f, constant(p_.byte_mask), 0, at + 2 * k_));
  f.op(at + 2 * k_, Op::kAnd, Type::kI8, shifted, mask);
  return f.gather(f.drive(isa::outward(table.hemisphere)), table);
}

// Token id W0, in every lane as i32. A table that is on every chip.
TensorId Kernels::embed_whole(TensorId token, const EmbeddingBlock& block) {
  Fragment f = s_.fragment();
  const auto id = Fragment::flow(read(f, token, 0, 0));
  const auto base = Fragment::imm(static_cast<std::uint32_t>(block.table.row));
  const auto row = gather_row(f, f.op(0, Op::kAdd, Type::kI32, id, base), 0, block.table);
  f.cast(f.time_at(row, 0), Type::kF16, Type::kF32, Fragment::flow(row));
  const TensorId out = temporary(home::kE0, Type::kF32, "embedding");
  write(f, f.drive(toward(out)), {out});
  s_.place(f);
  return out;
}

// Token id W0, first token of the chip E1. An id that the block does not have gathers the row
// nearest to it, of which nothing is left then.
TensorId Kernels::embed_part(TensorId token, const EmbeddingBlock& block, const Home& home) {
  const TensorId first = constant(p_.embedding->chip_first);
  const auto lowest = Fragment::imm(static_cast<std::uint32_t>(block.first));
  const auto highest = Fragment::imm(static_cast<std::uint32_t>(block.first + block.count - 1));
  const auto base = Fragment::imm(static_cast<std::uint32_t>(block.table.row - block.first));
  Fragment f = s_.fragment();
  const auto of_chip = [&](Time at) {
    return f.op(at, Op::kSub, Type::kI32, Fragment::flow(read(f, token, 0, at)),
                Fragment::flow(read(f, first, 0, at)));
  };
  const auto nearest = [&](Time at) {
    const auto low = f.op(at + k_, Op::kMax, Type::kI32, of_chip(at), lowest);
    return f.op(at + 2 * k_, Op::kMin, Type::kI32, low, highest);
  };
  const auto row = f.op(3 * k_, Op::kAdd, Type::kI32, nearest(0), base);
  const auto found = gather_row(f, row, 3 * k_, block.table);
  const Time at = f.time_at(found, 0);
  const auto near = nearest(at - 4 * k_);
  const auto has = f.op(at - k_, Op::kEq, Type::kI32, near, of_chip(at - 2 * k_));
  f.op(at, Op::kAnd, Type::kI16, Fragment::flow(found), has);
  constexpr Time kRest = 8;  // for an Ifetch of the slice that is read most
  f.rest(p_.embedding->chip_first, kRest);
  const TensorId out = temporary(home, Type::kI16, "embedding");
  write(f, f.drive(toward(out)), {out});
  s_.place(f);
  return out;
}

// One chip of all has the token, the others zeros.
Chunks Kernels::embed(TensorId token, const Chunks& before) {
  const EmbeddingPlan& plan = *p_.embedding;
  std::map<int, Chunks> parts;  // by chunk
  for (const EmbeddingBlock& block : plan.blocks) {
    Chunks& of_chunk = parts[block.chunk];
    const Home home = tree_home(of_chunk.empty() ? 0 : 1);  // the sum so far, and one more
    of_chunk.push_back(plan.divided ? embed_part(token, block, home) : embed_whole(token, block));
  }
  Chunks x;
  for (const auto& [chunk, of_chunk] : parts) {
    if (!plan.divided) {
      x.push_back(of_chunk.front());
      continue;
    }
    TensorId sum = of_chunk.front();
    for (std::size_t i = 1; i < of_chunk.size(); ++i) {
      sum = tree({sum, of_chunk[i]}, Op::kOr, Type::kI16);
    }
    sum = combine(sum, Op::kOr, Type::kI16);
    Fragment f = s_.fragment();
    const auto value = f.cast(0, Type::kF16, Type::kF32, Fragment::flow(read(f, sum, 0, 0)));
    if (!before.empty()) {
      const TensorId other = before[static_cast<std::size_t>(chunk)];
      f.op(k_, Op::kOr, Type::kI32, value, Fragment::flow(read(f, other, 0, k_)));
    }
    x.push_back(temporary(home::kE0, Type::kF32, "embedding"));
    write(f, f.drive(toward(x.back())), {x.back()});
    s_.place(f);
  }
  return x;
}

}  // namespace lpu::compiler
