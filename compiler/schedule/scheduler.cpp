// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

using isa::Op;

// A fragment that finds no place within this many cycles collides with itself: a bug of a kernel.
constexpr std::int64_t kPatience = 200000;

isa::Source resolve(const Fragment::Arg& arg, const std::vector<int>& alus,
                    const std::vector<int>& streams, const std::vector<Fragment::Flow>& flows) {
  switch (arg.kind) {
    case isa::Source::Kind::kStream: {
      const auto id = static_cast<std::size_t>(arg.id);
      return isa::Source::stream(
          {flows[id].dir, static_cast<std::uint8_t>(streams[id] + arg.part)});
    }
    case isa::Source::Kind::kAlu:
      return isa::Source::alu(alus[static_cast<std::size_t>(arg.id)]);
    default:
      return {arg.kind, 0};
  }
}

}  // namespace

Scheduler::Scheduler(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                     const std::optional<fabric::PhysicalSpec::Deskew>& deskew)
    : spec_(spec), geometry_(geometry), deskew_(deskew), reservations_(spec, geometry) {}

TensorId Scheduler::tensor(const Place& place) { return tensor(place, {0}); }

TensorId Scheduler::tensor(const Place& place, isa::Cycle writable) {
  const auto id = static_cast<TensorId>(tensors_.size());
  tensors_.push_back({place, id, {0}, writable, {0}});
  return id;
}

TensorId Scheduler::part(TensorId whole, const Place& place) {
  tensors_.push_back({place, tensors_[index(whole)].whole, {0}, {0}, {0}});
  return static_cast<TensorId>(tensors_.size()) - 1;
}

std::size_t Scheduler::plane_of(int queue) const {
  const isa::QueueInfo info = geometry_.info(queue);
  return static_cast<std::size_t>(info.hemisphere) * isa::ChipSpec::kPlanes + index(info.index);
}

std::int64_t Scheduler::earliest(const Fragment& f) const {
  std::int64_t zero = 0;
  const auto not_before = [&zero](std::int64_t cycle, std::int64_t at) {
    zero = std::max(zero, cycle - at);
  };
  for (const auto& read : f.reads()) {
    not_before(whole(read.tensor).ready.value, read.first);
  }
  for (const auto& write : f.writes()) {
    not_before(whole(write.tensor).writable.value, write.first);
  }
  for (const auto& n : f.nodes()) {
    not_before(0, n.at);
    if (n.insn.op != Op::kLw && n.insn.op != Op::kIw && n.insn.op != Op::kAbc) {
      continue;
    }
    const std::size_t number = plane_of(n.queue);
    const PlaneState& plane = planes_[number];
    const PlaneState& partner = planes_[number ^ 1U];
    if (n.insn.op == Op::kLw) {
      not_before(plane.buffer_free, n.at);
    } else if (n.insn.op == Op::kIw) {
      not_before(std::max({plane.buffer_full, plane.array_free, partner.pair_free}), n.at);
    } else {
      not_before(plane.weights_ready, n.at);
      not_before(n.insn.type == isa::Type::kF16 ? partner.empty_from : 0, n.at);
    }
  }
  return zero;
}

Scheduler::Span Scheduler::work_of(const Fragment& f) const {
  // What is on a stream leaves the chip; nothing is farther than from one matrix unit to the other.
  const std::int64_t across = 2 * std::int64_t{geometry_.mxm_in_x(isa::Hemisphere::kEast)};
  Span work{std::numeric_limits<std::int64_t>::max(), 0};
  for (const auto& n : f.nodes()) {
    work.first = std::min(work.first, n.at);
    work.end = std::max(work.end,
                        n.at + n.burst.cycles() - 1 + isa::latency(spec_, n.insn).value + across);
  }
  return work;
}

std::int64_t Scheduler::between_stalls(const Span& work, std::int64_t zero) const {
  if (!deskew_) {
    return zero;
  }
  const std::int64_t interval = deskew_->interval.value;
  const std::int64_t usable = interval - deskew_->stall.value;
  if (work.end - work.first > usable) {
    throw isa::InputError(
        "[clock.deskew]", 0,
        fmt::format(
            "an operation takes {} cycles in one piece, between two alignments there are {}",
            work.end - work.first, usable));
  }
  const std::int64_t begins = (zero + work.first) / interval * interval;
  return zero + work.end <= begins + usable ? zero : begins + interval - work.first;
}

isa::Cycle Scheduler::place(const Fragment& f, isa::Cycle from) {
  std::vector<Span> spans(index(f.alus()), Span{std::numeric_limits<std::int64_t>::max(),
                                                std::numeric_limits<std::int64_t>::min()});
  for (const auto& n : f.nodes()) {
    if (n.alu >= 0) {
      Span& span = spans[index(n.alu)];
      span.first = std::min(span.first, n.at);
      span.end = std::max(span.end, n.at + n.burst.cycles());
    }
  }
  const std::int64_t first = std::max(earliest(f), from.value);
  const Span work = deskew_ ? work_of(f) : Span{};
  Choice choice;
  for (std::int64_t zero = between_stalls(work, first); zero < first + kPatience;
       zero = between_stalls(work, zero + 1)) {
    if (take(f, spans, zero, choice)) {
      commit(f, zero, choice);
      return {zero};
    }
  }
  throw std::logic_error(fmt::format("a fragment of {} instructions finds no place from cycle {}",
                                     f.nodes().size(), first));
}

void Scheduler::commit(const Fragment& f, std::int64_t zero, const Choice& choice) {
  const auto stream = [&](Fragment::FlowId flow, int part) {
    return isa::Stream{f.flows()[index(flow)].dir,
                       static_cast<std::uint8_t>(choice.streams[index(flow)] + part)};
  };
  for (const auto& n : f.nodes()) {
    Placed p;
    p.at = zero + n.at;
    p.burst = n.burst;
    p.stride = n.stride;
    p.chips = n.chips;
    p.queue = n.queue >= 0 ? n.queue : geometry_.vxm_queue(choice.alus[index(n.alu)]);
    p.insn = n.insn;
    if (n.in >= 0) {
      p.insn.in = stream(n.in, n.part);
    }
    if (n.out >= 0) {
      p.insn.out = stream(n.out, n.part);
    }
    if (n.map >= 0) {
      p.insn.map = stream(n.map, 0);
    }
    if (n.alu >= 0) {
      p.insn.a = resolve(n.a, choice.alus, choice.streams, f.flows());
      p.insn.b = resolve(n.b, choice.alus, choice.streams, f.flows());
    }
    reservations_.set_text(p.queue, p.at, p.burst.cycles(), true);
    note_mxm(p);
    if (!n.spread) {
      placed_.push_back(p);
      continue;
    }
    for (int chip = 0; chip < n.spread->chips; ++chip) {
      Placed own = p;
      own.chips = only_chip(chip);
      own.insn.addr = static_cast<std::uint16_t>(p.insn.addr + (chip ^ n.spread->peer));
      placed_.push_back(own);
    }
  }
  for (const auto& read : f.reads()) {
    Tensor& t = whole(read.tensor);
    t.unused = std::max(t.unused, isa::Cycle{zero + read.end});
  }
  for (const auto& write : f.writes()) {
    Tensor& t = whole(write.tensor);
    t.ready = std::max(t.ready, isa::Cycle{zero + write.end});
    t.unused = std::max(t.unused, t.ready);
  }
}

void Scheduler::note_mxm(const Placed& p) {
  if (p.insn.op != Op::kLw && p.insn.op != Op::kIw && p.insn.op != Op::kAbc) {
    return;
  }
  PlaneState& plane = planes_[plane_of(p.queue)];
  if (p.insn.op == Op::kLw) {
    plane.buffer_full = std::max(plane.buffer_full, p.end());
    plane.loads = true;
  } else if (p.insn.op == Op::kIw) {
    plane.buffer_free = p.at + 1;
    plane.weights_ready = p.at + spec_.mxm_install_latency;
    plane.empty_from = plane.loads ? std::numeric_limits<std::int64_t>::max() : p.at + 1;
    plane.loads = false;
  } else {
    plane.array_free = std::max(plane.array_free, p.end() - 1);  // an iw may be in its cycle
    if (p.insn.type == isa::Type::kF16) {
      plane.pair_free = std::max(plane.pair_free, p.end());
    }
  }
}

void Scheduler::end_phase(const std::string& name) {
  if (phase_begin_ == placed_.size()) {
    return;
  }
  Phase phase{name, {std::numeric_limits<std::int64_t>::max()}, {0}};
  for (std::size_t i = phase_begin_; i < placed_.size(); ++i) {
    const Placed& p = placed_[i];
    phase.first = std::min(phase.first, isa::Cycle{p.at});
    phase.last = std::max(phase.last, isa::Cycle{p.end() - 1});
  }
  phases_.push_back(phase);
  phase_begin_ = placed_.size();
}

isa::Cycle Scheduler::end() const {
  std::int64_t last = 0;
  for (const Placed& p : placed_) {
    last = std::max(last, p.end() - 1 + isa::latency(spec_, p.insn).value);
  }
  return {last + spec_.superlanes};
}

}  // namespace lpu::compiler
