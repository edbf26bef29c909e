// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/fragment.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace lpu::compiler {

using isa::Direction;
using isa::Op;
using isa::Type;

Fragment::FlowId Fragment::add_flow(Direction dir, std::vector<int> origins, Time at, int at_x,
                                    Time count) {
  Flow f;
  f.dir = dir;
  f.width = static_cast<int>(origins.size());
  f.count = count;
  f.diagonal = dir == Direction::kEast ? at - at_x : at + at_x;
  f.end = dir == Direction::kEast ? *std::max_element(origins.begin(), origins.end())
                                  : *std::min_element(origins.begin(), origins.end());
  f.origins = std::move(origins);
  flows_.push_back(std::move(f));
  return static_cast<FlowId>(flows_.size()) - 1;
}

Fragment::Time Fragment::time_at(FlowId flow, int x) const {
  const Flow& f = flows_[static_cast<std::size_t>(flow)];
  return f.dir == Direction::kEast ? f.diagonal + x : f.diagonal - x;
}

Fragment::Node& Fragment::add(int queue, Op op, Time at) {
  Node n;
  n.queue = queue;
  n.at = at;
  n.chips = chips_;
  n.insn.op = op;
  nodes_.push_back(n);
  return nodes_.back();
}

Fragment::Node& Fragment::mem(Op op, const Place& place, int slice, Time at, Burst burst) {
  Node& n = add(geometry_.mem_queue(place.hemisphere, slice), op, at);
  n.burst = burst;
  n.spread = place.spread;
  return n;
}

void Fragment::take(FlowId flow, int x) {
  Flow& f = flows_[static_cast<std::size_t>(flow)];
  f.end = f.dir == Direction::kEast ? std::max(f.end, x) : std::min(f.end, x);
}

Fragment::FlowId Fragment::read_slices(TensorId tensor, const Place& place, int slice, int width,
                                       int x, Time at, Time count, int stride, int first) {
  const int x0 = geometry_.mem_x(place.hemisphere, slice);
  const Direction dir = x > x0 ? Direction::kEast : Direction::kWest;
  const FlowId id =
      add_flow(dir, std::vector<int>(static_cast<std::size_t>(width), x0), at, x, count);
  take(id, x);
  const Time dispatch = time_at(id, x0) - spec_.mem_read_latency;
  for (int part = 0; part < width; ++part) {
    Node& n = mem(Op::kRead, place, slice + part, dispatch, {count});
    n.stride = stride;
    n.insn.addr = static_cast<std::uint16_t>(place.row + first);
    n.out = id;
    n.part = part;
  }
  reads_.push_back({tensor, dispatch, dispatch + count});
  return id;
}

Fragment::FlowId Fragment::read(TensorId tensor, const Place& place, int x, Time at, Time count,
                                int stride, int first) {
  return read_slices(tensor, place, place.slice, isa::bytes_of(place.type), x, at, count, stride,
                     first);
}

Fragment::FlowId Fragment::read_byte(TensorId tensor, const Place& place, int byte, int x,
                                     Time at) {
  return read_slices(tensor, place, place.slice + byte, 1, x, at, 1, 0, 0);
}

void Fragment::read_byte_into(FlowId flow, TensorId tensor, const Place& place, int byte) {
  const int slice = place.slice + byte;
  const int x = geometry_.mem_x(place.hemisphere, slice);
  Flow& f = flows_[static_cast<std::size_t>(flow)];
  int& origin = f.origins.front();
  origin = f.dir == Direction::kEast ? std::min(origin, x) : std::max(origin, x);
  const Time dispatch = time_at(flow, x) - spec_.mem_read_latency;
  Node& n = mem(Op::kRead, place, slice, dispatch, {});
  n.insn.addr = static_cast<std::uint16_t>(place.row);
  n.out = flow;
  reads_.push_back({tensor, dispatch, dispatch + 1});
}

void Fragment::write_slices(FlowId flow, TensorId tensor, const Place& place, int slice, int width,
                            Time count, int stride, int first) {
  const int x = geometry_.mem_x(place.hemisphere, slice);
  take(flow, x);
  const Time at = time_at(flow, x);
  for (int part = 0; part < width; ++part) {
    Node& n = mem(Op::kWrite, place, slice + part, at, {count});
    n.stride = stride;
    n.insn.addr = static_cast<std::uint16_t>(place.row + first);
    n.in = flow;
    n.part = part;
  }
  writes_.push_back({tensor, at, at + count - 1 + spec_.mem_write_latency});
}

void Fragment::write(FlowId flow, TensorId tensor, const Place& place, Time count, int stride,
                     int first) {
  write_slices(flow, tensor, place, place.slice, isa::bytes_of(place.type), count, stride, first);
}

void Fragment::write_byte(FlowId flow, TensorId tensor, const Place& place, int byte) {
  write_slices(flow, tensor, place, place.slice + byte, 1, 1, 0, 0);
}

Fragment::FlowId Fragment::read_in_turn(TensorId tensor, const std::vector<Place>& places, int x,
                                        Time at) {
  const auto by_x = [this](const Place& a, const Place& b) {
    return geometry_.mem_x(a.hemisphere, a.slice) < geometry_.mem_x(b.hemisphere, b.slice);
  };
  const auto [west, east] = std::minmax_element(places.begin(), places.end(), by_x);
  const int west_x = geometry_.mem_x(west->hemisphere, west->slice);
  const bool eastward = west_x < x;
  const int origin = eastward ? west_x : geometry_.mem_x(east->hemisphere, east->slice);
  const int width = isa::bytes_of(places.front().type);
  const Time rows = places.front().rows;
  const FlowId id = add_flow(eastward ? Direction::kEast : Direction::kWest,
                             std::vector<int>(static_cast<std::size_t>(width), origin), at, x,
                             rows * static_cast<Time>(places.size()));
  take(id, x);
  Time after = 0;
  for (const Place& place : places) {
    const Time first = time_at(id, geometry_.mem_x(place.hemisphere, place.slice)) -
                       spec_.mem_read_latency + after;
    for (int part = 0; part < width; ++part) {
      Node& n = mem(Op::kRead, place, place.slice + part, first, {rows});
      n.stride = 1;
      n.insn.addr = static_cast<std::uint16_t>(place.row);
      n.out = id;
      n.part = part;
    }
    reads_.push_back({tensor, first, first + rows});
    after += rows;
  }
  return id;
}

void Fragment::write_in_turn(FlowId flow, TensorId tensor, const std::vector<Place>& places) {
  Time after = 0;
  for (const Place& place : places) {
    const int x = geometry_.mem_x(place.hemisphere, place.slice);
    take(flow, x);
    const Time first = time_at(flow, x) + after;
    for (int part = 0; part < isa::bytes_of(place.type); ++part) {
      Node& n = mem(Op::kWrite, place, place.slice + part, first, {place.rows});
      n.stride = 1;
      n.insn.addr = static_cast<std::uint16_t>(place.row);
      n.in = flow;
      n.part = part;
    }
    after += place.rows;
    writes_.push_back({tensor, first, first + place.rows - 1 + spec_.mem_write_latency});
  }
}

Fragment::FlowId Fragment::gather(FlowId map, const Place& place) {
  const int x = geometry_.mem_x(place.hemisphere, place.slice);
  take(map, x);
  const Time at = time_at(map, x);
  const int width = isa::bytes_of(place.type);
  const FlowId id =
      add_flow(isa::inward(place.hemisphere), std::vector<int>(static_cast<std::size_t>(width), x),
               at + spec_.mem_read_latency, x, 1);
  for (int part = 0; part < width; ++part) {
    Node& n = mem(Op::kGather, place, place.slice + part, at, {});
    n.map = map;
    n.out = id;
    n.part = part;
  }
  return id;
}

Fragment::Arg Fragment::imm(float value) { return imm(std::bit_cast<std::uint32_t>(value)); }

Fragment::Arg Fragment::op_on(int alu, Time at, Op op, Type type, Arg a, Arg b, Burst burst) {
  Node n;
  n.alu = alu;
  n.at = at;
  n.chips = chips_;
  n.burst = burst;
  n.insn.op = op;
  n.insn.type = type;
  n.a = a;
  n.b = b;
  for (const Arg& arg : {a, b}) {
    if (arg.kind == isa::Source::Kind::kStream) {
      take(arg.id, isa::Geometry::vxm_x());
    }
    if (arg.kind == isa::Source::Kind::kImm) {
      n.insn.imm = arg.imm;
    }
  }
  nodes_.push_back(n);
  return {isa::Source::Kind::kAlu, alu, 0};
}

Fragment::Arg Fragment::op(Time at, Op op, Type type, Arg a, Arg b, Burst burst) {
  return op_on(alu(), at, op, type, a, b, burst);
}

Fragment::Arg Fragment::cast(Time at, Type from, Type to, Arg a, Burst burst) {
  const Arg result = op(at, Op::kCast, from, a, {}, burst);
  nodes_.back().insn.to = to;
  return result;
}

Fragment::FlowId Fragment::drive(Direction dir) {
  const Node& n = nodes_.back();
  const Time cycles = n.burst.cycles();
  const int width = isa::bytes_of(n.insn.op == Op::kCast ? n.insn.to : n.insn.type);
  const FlowId id = bundle(dir, width, n.at + isa::latency(spec_, n.insn).value, cycles);
  nodes_.back().out = id;
  return id;
}

Fragment::FlowId Fragment::bundle(Direction dir, int width, Time at_vxm, Time cycles) {
  return add_flow(dir, std::vector<int>(static_cast<std::size_t>(width), isa::Geometry::vxm_x()),
                  at_vxm, isa::Geometry::vxm_x(), cycles);
}

void Fragment::drive_into(FlowId flow, int part) {
  nodes_.back().out = flow;
  nodes_.back().part = part;
}

Fragment::FlowId Fragment::read_column(const std::vector<Place>& places, int x, Time at,
                                       Burst burst) {
  std::vector<int> origins;
  origins.reserve(places.size());
  for (const Place& p : places) {
    origins.push_back(geometry_.mem_x(p.hemisphere, p.slice));
  }
  const Direction dir = x > origins.front() ? Direction::kEast : Direction::kWest;
  const FlowId id = add_flow(dir, origins, at, x, burst.cycles());
  take(id, x);
  for (std::size_t part = 0; part < places.size(); ++part) {
    Node& n = mem(Op::kRead, places[part], places[part].slice,
                  time_at(id, origins[part]) - spec_.mem_read_latency, burst);
    n.stride = places[part].rows > 1 ? 1 : 0;  // one row: the same for every group
    n.insn.addr = static_cast<std::uint16_t>(places[part].row);
    n.out = id;
    n.part = static_cast<int>(part);
  }
  return id;
}

void Fragment::reads(TensorId tensor) {
  Time first = std::numeric_limits<Time>::max();
  Time end = std::numeric_limits<Time>::min();
  for (const Node& n : nodes_) {
    first = std::min(first, n.at);
    end = std::max(end, n.at + n.burst.cycles());
  }
  reads_.push_back({tensor, first, end});
}

void Fragment::rest(const Place& place, Time cycles) {
  const int queue = geometry_.mem_queue(place.hemisphere, place.slice);
  const auto last = std::find_if(nodes_.rbegin(), nodes_.rend(),
                                 [queue](const Node& n) { return n.queue == queue; });
  last->burst.rest = cycles;
}

}  // namespace lpu::compiler
