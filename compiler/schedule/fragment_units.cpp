// SPDX-License-Identifier: Apache-2.0
// MXM, SXM and C2C in a fragment.
#include "compiler/schedule/fragment.h"

namespace lpu::compiler {

using isa::Hemisphere;
using isa::Op;
using isa::Type;

void Fragment::load_weights(FlowId flow, Plane plane, Type type, int group, Burst burst,
                            Time after) {
  const int x = geometry_.mxm_in_x(plane.side);
  take(flow, x);
  Node& n = add(geometry_.mxm_queue(plane.side, plane.number, isa::MxmQueue::kWeights), Op::kLw,
                time_at(flow, x) + after);
  n.burst = burst;
  n.stride = 1;
  n.insn.type = type;
  n.insn.addr = static_cast<std::uint16_t>(group);
  n.in = flow;
}

void Fragment::install(Plane plane, Time at, Time rest) {
  add(geometry_.mxm_queue(plane.side, plane.number, isa::MxmQueue::kWeights), Op::kIw, at)
      .burst.rest = rest;
}

void Fragment::multiply(FlowId flow, Plane plane, Type type, int half, Time count) {
  const int x = geometry_.mxm_in_x(plane.side);
  take(flow, x);
  Node& n = add(geometry_.mxm_queue(plane.side, plane.number, isa::MxmQueue::kActivations),
                Op::kAbc, time_at(flow, x));
  n.burst.count = count;
  n.insn.type = type;
  n.insn.half = static_cast<std::uint8_t>(half);
  n.in = flow;
}

void Fragment::accumulate(Plane plane, Time abc_at, int slot, bool adds, Time count, int stride) {
  Node& n = add(geometry_.mxm_queue(plane.side, plane.number, isa::MxmQueue::kAccumulate), Op::kAcc,
                abc_at + spec_.mxm_result_latency - 1);
  n.burst.count = count;
  n.stride = stride;
  n.insn.addr = static_cast<std::uint16_t>(slot);
  n.insn.add = adds;
}

Fragment::FlowId Fragment::accumulate_out(Plane plane, Time abc_at, int slot, bool adds, Time count,
                                          int stride) {
  accumulate(plane, abc_at, slot, adds, count, stride);
  const int x = geometry_.mxm_out_x(plane.side);
  const FlowId id = add_flow(isa::inward(plane.side), std::vector<int>(4, x),
                             abc_at + spec_.mxm_result_latency, x, count);
  nodes_.back().out = id;
  return id;
}

Fragment::FlowId Fragment::moved(Node& n, Hemisphere h, Type type) {
  n.insn.type = type;
  const int x = geometry_.sxm_x(h);
  n.out =
      add_flow(isa::inward(h), std::vector<int>(static_cast<std::size_t>(isa::bytes_of(type)), x),
               n.at + isa::latency(spec_, n.insn).value, x, 1);
  return n.out;
}

Fragment::FlowId Fragment::rotate(FlowId flow, Hemisphere h, Type type, int lanes) {
  const int x = geometry_.sxm_x(h);
  take(flow, x);
  Node& n = add(geometry_.sxm_queue(h, isa::SxmQueue::kRotate), Op::kRotate, time_at(flow, x));
  n.insn.stride = static_cast<std::int16_t>(lanes);
  n.in = flow;
  return moved(n, h, type);
}

Fragment::FlowId Fragment::permute(FlowId flow, FlowId map, Hemisphere h, Type type) {
  const int x = geometry_.sxm_x(h);
  take(flow, x);
  take(map, x);
  Node& n = add(geometry_.sxm_queue(h, isa::SxmQueue::kPermute), Op::kPermute, time_at(flow, x));
  n.burst.rest = spec_.sxm_permute_interval - 1;
  n.in = flow;
  n.map = map;
  return moved(n, h, type);
}

void Fragment::send(FlowId flow, int link) {
  const int x = geometry_.sxm_x(geometry_.info(geometry_.c2c_queue(link)).hemisphere);
  take(flow, x);
  add(geometry_.c2c_queue(link), Op::kSend, time_at(flow, x)).in = flow;
}

Fragment::FlowId Fragment::receive(int link, Time at) {
  const Hemisphere h = geometry_.info(geometry_.c2c_queue(link)).hemisphere;
  const int x = geometry_.sxm_x(h);
  const FlowId id = add_flow(isa::inward(h), {x}, at + spec_.c2c_receive_latency, x, 1);
  add(geometry_.c2c_queue(link), Op::kReceive, at).out = id;
  return id;
}

void Fragment::receive_into(FlowId flow, int link) {
  const int queue = geometry_.c2c_queue(link);
  const Time on_stream = time_at(flow, geometry_.sxm_x(geometry_.info(queue).hemisphere));
  add(queue, Op::kReceive, on_stream - spec_.c2c_receive_latency).out = flow;
}

}  // namespace lpu::compiler
