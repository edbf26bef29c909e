// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <stdexcept>

#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {

using isa::Op;
using isa::Type;

// Binary tree over 1, 2, 4 or 8 operands. Pair i, one operand in the west and one in the east, is
// added in cycle i; each further level adds neighbours of the one before, the first of which
// waits in the adder.
TensorId Kernels::tree(const Chunks& operands, Op op, Type type) {
  if (operands.size() == 1) {
    return operands.front();
  }
  const TensorId out = temporary(tree_home(0), type, "sum");
  tree(operands, op, type, out);
  return out;
}

void Kernels::tree(const Chunks& operands, Op op, Type type, TensorId out) {
  if (!std::has_single_bit(operands.size())) {
    throw std::logic_error("a tree has 1, 2, 4 or 8 operands");
  }
  Fragment f = s_.fragment();
  std::vector<Time> times;  // dispatch of each result of the current level
  int level_alu = f.alu();
  Fragment::Arg result;
  for (std::size_t pair = 0; pair < operands.size() / 2; ++pair) {
    const auto at = static_cast<Time>(pair);
    const auto a = Fragment::flow(read(f, operands[2 * pair], 0, at));
    const auto b = Fragment::flow(read(f, operands[2 * pair + 1], 0, at));
    result = f.op_on(level_alu, at, op, type, a, b);
    times.push_back(at);
  }
  while (times.size() > 1) {
    level_alu = f.alu();
    std::vector<Time> next;
    Fragment::Arg sum;
    for (std::size_t pair = 0; pair < times.size() / 2; ++pair) {
      f.op_on(level_alu, times[2 * pair] + k_, Op::kMov, type, result);
      sum = f.op_on(level_alu, times[2 * pair + 1] + k_, op, type, Fragment::acc(), result);
      next.push_back(times[2 * pair + 1] + k_);
    }
    result = sum;
    times = next;
  }
  write(f, f.drive(toward(out)), {out});
  s_.place(f);
}

// Every chip sends its vector to every other one and receives theirs, a byte at a time. Because
// port p leads from chip i to chip i ^ p and back, all chips run the same instructions.
Chunks Kernels::exchange(TensorId own, std::size_t home) {
  const int chips = p_.sharding.chips();
  const Place& place = s_.place_of(own);
  Chunks all{own};
  Fragment f = s_.fragment();
  for (int peer = 1; peer < chips; ++peer) {
    all.push_back(
        temporary(tree_home(home + static_cast<std::size_t>(peer)), place.type, "received"));
  }
  const int x = link_x(fabric::local_link(1));
  for (int byte = 0; byte < isa::bytes_of(place.type); ++byte) {
    const Time sent = byte * spec_.c2c_pace;
    const auto flow = f.read_byte(own, place, byte, x, sent);
    const Time arrives = arrival(sent);
    for (int peer = 1; peer < chips; ++peer) {
      const int link = fabric::local_link(peer);
      f.send(flow, link);
      // Staggered, because peers share slices.
      const auto in = f.receive(link, arrives + peer - 1);
      const TensorId to = all[static_cast<std::size_t>(peer)];
      f.write_byte(in, to, s_.place_of(to), byte);
    }
  }
  s_.place(f);
  return all;
}

TensorId Kernels::combine(const Chunks& partials, Op op, Type type) {
  const TensorId local = tree(partials, op, type);
  return p_.sharding.chips() == 1 ? local : tree(exchange(local, 0), op, type);
}

// x E0, sum W0, result E0.
Chunks Kernels::add_sum(const Chunks& x, const std::vector<Chunks>& partials) {
  Chunks out;
  for (std::size_t chunk = 0; chunk < x.size(); ++chunk) {
    Chunks parts;
    for (const Chunks& shard : partials) {
      parts.push_back(shard[chunk]);
    }
    const TensorId sum = combine(parts, Op::kAdd, Type::kF32);
    Fragment f = s_.fragment();
    f.op(0, Op::kAdd, Type::kF32, Fragment::flow(read(f, x[chunk], 0, 0)),
         Fragment::flow(read(f, sum, 0, 0)));
    out.push_back(temporary(home::kE0, Type::kF32, "residual"));
    write(f, f.drive(toward(out.back())), {out.back()});
    s_.place(f);
  }
  return out;
}

}  // namespace lpu::compiler
