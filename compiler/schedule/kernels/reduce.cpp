// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
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
  tree(operands, op, type, {out});
  return out;
}

void Kernels::tree(const Chunks& operands, Op op, Type type, const Destination& out) {
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
  write(f, f.drive(toward(out.tensor)), out);
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

TensorId Kernels::combine(TensorId own, Op op, Type type) {
  return p_.sharding.chips() == 1 ? own : tree(exchange(own, 0), op, type);
}

// Vectors of which every chip of the group can add one: two exchanges of a vector, while whole ones
// would be one exchange each. So two vectors and fewer are exchanged whole.
std::vector<Destination> Kernels::sum_rows(std::size_t count) {
  constexpr std::size_t kFewest = 3;
  const auto chips = static_cast<std::size_t>(p_.sharding.chips());
  std::vector<Destination> rows;
  while (rows.size() < count) {
    const std::size_t some = std::min(count - rows.size(), chips);
    const bool divided = some >= kFewest;
    const TensorId t =
        temporary(tree_home(0), Type::kF32, "partial sum", divided ? static_cast<int>(chips) : 1);
    for (std::size_t row = 0; row < (divided ? some : 1); ++row) {
      rows.push_back({t, static_cast<int>(row)});
    }
  }
  return rows;
}

// Chip i adds row i. It gets it from peer p over link p, in exchange for the peer's, in the order
// of a whole exchange, which gives the same bits; then all get all sums the same way.
TensorId Kernels::add_divided(TensorId own) {
  const int chips = p_.sharding.chips();
  const int x = link_x(fabric::local_link(1));
  const auto rows = [&](TensorId t, int peer) {
    Place place = s_.place_of(t);
    place.rows = 1;
    place.spread = Spread{peer, chips};
    return place;
  };
  Chunks all{s_.part(own, rows(own, 0))};
  for (int peer = 1; peer < chips; ++peer) {
    all.push_back(temporary(tree_home(static_cast<std::size_t>(peer)), Type::kF32, "received"));
  }
  Fragment there = s_.fragment();
  for (int byte = 0; byte < isa::bytes_of(Type::kF32); ++byte) {
    for (int peer = 1; peer < chips; ++peer) {
      const Time sent = byte * spec_.c2c_pace + peer - 1;  // one slice has them all
      const int link = fabric::local_link(peer);
      there.send(there.read_byte(own, rows(own, peer), byte, x, sent), link);
      const TensorId to = all[static_cast<std::size_t>(peer)];
      there.write_byte(there.receive(link, arrival(sent)), to, s_.place_of(to), byte);
    }
  }
  s_.place(there);
  const TensorId sums = temporary(tree_home(0), Type::kF32, "sum", chips);
  const TensorId own_sum = s_.part(sums, rows(sums, 0));
  tree(all, Op::kAdd, Type::kF32, {own_sum});
  Fragment back = s_.fragment();
  for (int byte = 0; byte < isa::bytes_of(Type::kF32); ++byte) {
    const Time sent = byte * spec_.c2c_pace;
    const auto flow = back.read_byte(own_sum, s_.place_of(own_sum), byte, x, sent);
    for (int peer = 1; peer < chips; ++peer) {
      const int link = fabric::local_link(peer);
      back.send(flow, link);
      back.write_byte(back.receive(link, arrival(sent) + peer - 1), sums, rows(sums, peer), byte);
    }
  }
  s_.place(back);
  return sums;
}

std::vector<Destination> Kernels::over_chips(const std::vector<Destination>& own) {
  if (p_.sharding.chips() == 1) {
    return own;
  }
  std::vector<Destination> sums;
  TensorId last = -1;
  TensorId sum = -1;
  for (const Destination& d : own) {
    if (d.tensor != last) {
      last = d.tensor;
      sum = s_.place_of(last).rows == 1 ? combine(last, Op::kAdd, Type::kF32) : add_divided(last);
    }
    sums.push_back({sum, d.row});
  }
  return sums;
}

// x E0, sum W0, result E0.
Chunks Kernels::add_sum(const Chunks& x, const std::vector<std::vector<Destination>>& partials) {
  std::vector<Destination> own = partials.front();
  if (partials.size() > 1) {
    own = sum_rows(x.size());
    for (std::size_t chunk = 0; chunk < x.size(); ++chunk) {
      Chunks parts;
      for (const auto& shard : partials) {
        parts.push_back(shard[chunk].tensor);
      }
      tree(parts, Op::kAdd, Type::kF32, own[chunk]);
    }
  }
  const std::vector<Destination> sums = over_chips(own);
  Chunks out;
  for (std::size_t chunk = 0; chunk < x.size(); ++chunk) {
    Fragment f = s_.fragment();
    f.op(0, Op::kAdd, Type::kF32, Fragment::flow(read(f, x[chunk], 0, 0)),
         Fragment::flow(read(f, sums[chunk].tensor, 0, 0, 1, 0, sums[chunk].row)));
    out.push_back(temporary(home::kE0, Type::kF32, "residual"));
    write(f, f.drive(toward(out.back())), {out.back()});
    s_.place(f);
  }
  return out;
}

}  // namespace lpu::compiler
