// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {

using isa::Direction;
using isa::Hemisphere;
using isa::Op;
using isa::Type;

Kernels::Kernels(Scheduler& scheduler, const Placement& placement, const StepContext& context)
    : s_(scheduler),
      spec_(scheduler.spec()),
      g_(scheduler.geometry()),
      p_(placement),
      flight_(context.flight),
      memory_(placement.memory),
      k_(spec_.vxm_op_latency),
      special_(spec_.vxm_special_latency) {}

TensorId Kernels::temporary(const Home& home, Type type, const char* what, int rows) {
  const int slice = memory_.slice_of(home);
  auto& idle = idle_[{static_cast<int>(home.hemisphere), slice, isa::bytes_of(type), rows}];
  TensorId t = 0;
  if (idle.empty()) {
    t = s_.tensor(memory_.allocate(home, type, rows, what));
  } else {
    Idle longest = idle.front();
    idle.pop_front();
    longest.place.type = type;
    t = s_.tensor(longest.place, longest.since);
  }
  temporaries_.push_back(t);
  return t;
}

void Kernels::keep_only(const std::set<TensorId>& live) {
  std::vector<TensorId> kept;
  for (const TensorId t : temporaries_) {
    if (live.count(t) != 0) {
      kept.push_back(t);
      continue;
    }
    const Place& p = s_.place_of(t);
    idle_[{static_cast<int>(p.hemisphere), p.slice, isa::bytes_of(p.type), p.rows}].push_back(
        {p, s_.unused(t)});
  }
  temporaries_ = std::move(kept);
}

Fragment::FlowId Kernels::read(Fragment& f, TensorId t, int x, Time at, Time count, int stride,
                               int first) {
  return f.read(t, s_.place_of(t), x, at, count, stride, first);
}

void Kernels::write(Fragment& f, Fragment::FlowId flow, const Destination& d, Time count,
                    int stride) {
  f.write(flow, d.tensor, s_.place_of(d.tensor), count, stride, d.row);
}

Direction Kernels::toward(TensorId t) const { return isa::outward(s_.place_of(t).hemisphere); }

Home Kernels::tree_home(std::size_t index) { return index % 2 == 0 ? home::kW0 : home::kE0; }

// int8 weights become fp16 in the VXM on their way: one ALU a slice.
Fragment::FlowId Kernels::weights(Fragment& f, Hemisphere h, const std::vector<Place>& column,
                                  Burst burst) {
  if (column.size() == static_cast<std::size_t>(isa::ChipSpec::kLoadStreams)) {
    return f.read_column(column, g_.mxm_in_x(h), 0, burst);
  }
  const auto bytes = f.read_column(column, isa::Geometry::vxm_x(), 0, burst);
  isa::Insn cast;
  cast.op = Op::kCast;
  const auto weights = f.bundle(isa::outward(h), static_cast<int>(isa::ChipSpec::kLoadStreams),
                                isa::latency(spec_, cast).value, burst.cycles());
  for (int i = 0; i < static_cast<int>(column.size()); ++i) {
    f.cast(0, Type::kI8, Type::kF16, Fragment::flow(bytes, i), {burst.count, burst.interval});
    f.drive_into(weights, 2 * i);
  }
  return weights;
}

void Kernels::load(Plane plane, Type type, const std::vector<Place>& column, int group, int groups,
                   std::optional<TensorId> of) {
  if (type == Type::kF16) {
    empty_partner(plane.side);
  }
  Fragment f = s_.fragment();
  f.load_weights(weights(f, plane.side, column, {groups}), plane, type, group, {groups});
  if (of) {
    f.reads(*of);
  }
  s_.place(f);
}

void Kernels::install(Plane plane) {
  Fragment f = s_.fragment();
  // Where the weights queue has no rest, its own text still needs a cycle now and then: a tile is
  // three instructions, an Ifetch brings forty.
  constexpr int kTilesBetweenGaps = 4;
  const auto side = static_cast<std::size_t>(plane.side);
  int& tiles = tiles_[side][static_cast<std::size_t>(plane.number)];
  f.install(plane, 0, ++tiles % kTilesBetweenGaps == 0 ? 1 : 0);
  s_.place(f);
  odd_has_weights_[side] = odd_has_weights_[side] || plane.number == 1;
}

void Kernels::empty_partner(Hemisphere side) {
  bool& has_weights = odd_has_weights_[static_cast<std::size_t>(side)];
  if (has_weights) {
    Fragment f = s_.fragment();
    f.install({side, 1}, 0, 0);  // of an empty buffer
    s_.place(f);
    has_weights = false;
  }
}

Fragment::Arg Kernels::reciprocal_of(Fragment& f, Time at, Fragment::Arg x, Time count) {
  const auto root = f.op(at, Op::kRsqrt, Type::kF32, x, {}, {count});
  return f.op(at + special_, Op::kMul, Type::kF32, root, root, {count});
}

void Kernels::running(Fragment& f, Time at, Op op, Fragment::Arg in, Time count,
                      Fragment::Arg& result, Type type) {
  const int alu = f.alu();
  result = f.op_on(alu, at, Op::kMov, type, in);
  if (count > 2) {
    f.op_on(alu, at + 1, op, type, Fragment::acc(), in, {count - 2});
  }
  if (count > 1) {  // the last one by itself: only its result may leave the ALU
    f.op_on(alu, at + count - 1, op, type, Fragment::acc(), in);
  }
}

}  // namespace lpu::compiler
