// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <set>

#include "compiler/schedule/kernels/kernels.h"
#include "isa/program/program.h"

namespace lpu::compiler {
namespace {

using isa::Op;
using isa::Type;

// A plane's weights queue loads a row and installs in turns.
constexpr std::int64_t kRowInterval = 2;
// Input vectors that ALUs hold, beside 8 that cast int8 weights and 2 for the result.
constexpr std::size_t kHeldChunks = 6;

}  // namespace

void Kernels::linear_bursts(const LinearPlan& plan, const Chunks& in,
                            const std::vector<Destination>& out) {
  std::vector<Product> burst;
  for (std::size_t c = 0; c < plan.chains.size(); ++c) {
    for (std::size_t i = 0; i < plan.chains[c].tiles.size(); ++i) {
      const Product product{&plan.chains[c], i, out[c]};
      if (!burst.empty() && !extends(burst, product)) {
        linear_burst(plan, in, burst);
        burst.clear();
      }
      burst.push_back(product);
    }
  }
  if (!burst.empty()) {
    linear_burst(plan, in, burst);
  }
}

int Kernels::rows_of(const std::vector<Product>& burst) {
  int rows = 0;
  for (const Product& p : burst) {
    rows += p.plan().groups;
  }
  return rows;
}

bool Kernels::extends(const std::vector<Product>& burst, const Product& next) const {
  const Product& last = burst.back();
  const Place& end = last.plan().column.front();
  const Place& begin = next.plan().column.front();
  if (next.chain->hemisphere != last.chain->hemisphere || begin.slice != end.slice ||
      begin.hemisphere != end.hemisphere || begin.row != end.row + end.rows) {
    return false;
  }
  std::set<int> chunks{next.plan().in_chunk};
  for (const Product& p : burst) {
    chunks.insert(p.plan().in_chunk);
  }
  // The first result must not find the outermost slices still in the burst, or at rest.
  const isa::Hemisphere h = last.chain->hemisphere;
  const int outermost = std::abs(g_.mem_x(h, static_cast<int>(spec_.mem_slices) - 1));
  const Time there_and_back = std::abs(g_.mxm_in_x(h)) + std::abs(g_.mxm_out_x(h)) - 2 * outermost;
  const Time longest = there_and_back + spec_.mxm_result_latency - isa::fetch_rows(spec_);
  const Time rows = rows_of(burst) + next.plan().groups;
  return rows * kRowInterval <= longest && chunks.size() <= kHeldChunks;
}

std::map<int, int> Kernels::hold(Fragment& f, const std::vector<Product>& burst, const Chunks& in,
                                 Time until) {
  std::map<int, int> held;
  for (const Product& p : burst) {
    if (!held.contains(p.plan().in_chunk)) {
      held.emplace(p.plan().in_chunk, f.alu());
    }
  }
  Time at = until - static_cast<Time>(held.size());
  for (const auto& [chunk, alu] : held) {
    const auto vector = Fragment::flow(read(f, in[static_cast<std::size_t>(chunk)], 0, at));
    f.op_on(alu, at++, Op::kMov, Type::kF16, vector);
  }
  return held;
}

// Where weights lie in all slices, nothing else can be read while they are. So the tiles of some
// consecutive rows are read in one burst, which is also short as text, and the input waits in ALUs,
// which drive it again for each tile.
void Kernels::linear_burst(const LinearPlan& plan, const Chunks& in,
                           const std::vector<Product>& products) {
  const isa::Hemisphere h = products.front().chain->hemisphere;
  const int rows = rows_of(products);
  std::vector<Place> column = products.front().plan().column;
  for (Place& place : column) {
    place.rows = rows;
  }
  Fragment f = s_.fragment();
  const auto loads = weights(f, h, column, {rows, kRowInterval});
  for (const Place& place : column) {
    if (memory_.rests(place)) {
      f.rest(place, isa::fetch_rows(spec_));
    }
  }
  const int x = g_.mxm_in_x(h);
  std::vector<Time> abc;  // of each tile
  Time loaded = 0;
  for (const Product& p : products) {
    const int groups = p.plan().groups;
    f.load_weights(loads, {h}, Type::kF16, p.plan().group, {groups, kRowInterval}, loaded);
    const Time full = f.time_at(loads, x) + loaded + (groups - 1) * kRowInterval + 1;
    f.install({h}, full, 0);
    abc.push_back(full + spec_.mxm_install_latency);
    loaded += groups * kRowInterval;
  }

  isa::Insn move;
  move.op = Op::kMov;
  const Time to_plane = isa::latency(spec_, move).value + std::abs(x - isa::Geometry::vxm_x());
  // Before the first row passes the VXM, or (cycle 0) is cast there: then no slice is in the burst.
  const Time first_row = std::min<Time>(f.time_at(loads, isa::Geometry::vxm_x()), 0);
  const auto held = hold(f, products, in, std::min(abc.front() - to_plane, first_row));
  for (std::size_t i = 0; i < products.size(); ++i) {
    const TilePlan& tile = products[i].plan();
    f.op_on(held.at(tile.in_chunk), abc[i] - to_plane, Op::kMov, Type::kF16, Fragment::acc());
    f.multiply(f.drive(isa::outward(h)), {h}, Type::kF16, tile.half);
    collect(f, plan, products[i], abc[i], {});
  }
  s_.place(f);
}

}  // namespace lpu::compiler
