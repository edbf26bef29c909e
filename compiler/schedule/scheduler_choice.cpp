// SPDX-License-Identifier: Apache-2.0
// What a fragment takes if its zero is a certain cycle: queues, links, ALUs and streams.
#include "compiler/schedule/scheduler.h"

namespace lpu::compiler {

using isa::Op;

int Scheduler::choose_stream(const Fragment::Flow& flow, std::int64_t zero) const {
  const auto free = [&](int base) {
    for (int part = 0; part < flow.width; ++part) {
      const isa::Stream s{flow.dir, static_cast<std::uint8_t>(base + part)};
      if (!reservations_.stream_free(s, zero + flow.diagonal, flow.count, flow.origins[index(part)],
                                     flow.end)) {
        return false;
      }
    }
    return true;
  };
  // Whole weight columns from below, small values from above, so that they keep out of each
  // other's way.
  const int streams = static_cast<int>(spec_.streams);
  const bool column = flow.width == isa::ChipSpec::kLoadStreams;
  for (int i = 0; i + flow.width <= streams; i += flow.width) {
    const int base = column ? i : streams - flow.width - i;
    if (free(base)) {
      return base;
    }
  }
  return -1;
}

void Scheduler::set_flow(const Fragment::Flow& flow, std::int64_t zero, int base, bool taken) {
  for (int part = 0; part < flow.width; ++part) {
    const isa::Stream s{flow.dir, static_cast<std::uint8_t>(base + part)};
    reservations_.set_stream(s, zero + flow.diagonal, flow.count, flow.origins[index(part)],
                             flow.end, taken);
  }
}

bool Scheduler::possible(const Fragment::Node& n, std::int64_t at) const {
  return reservations_.queue_free(n.queue, at, n.burst.kept()) &&
         reservations_.leaves_gap(n.queue, at, n.burst.cycles()) &&
         (n.insn.op != Op::kSend || reservations_.link_free(n.queue, at));
}

void Scheduler::set_node(const Fragment::Node& n, std::int64_t at, bool taken) {
  reservations_.set_queue(n.queue, at, n.burst.kept(), taken);
  if (n.insn.op == Op::kSend) {
    reservations_.set_link(n.queue, at, taken);
  }
}

bool Scheduler::take(const Fragment& f, const std::vector<Span>& spans, std::int64_t zero,
                     Choice& choice) {
  choice = {};
  const auto fail = [&] {
    give_back(f, spans, zero, choice);
    return false;
  };
  for (const auto& n : f.nodes()) {
    if (n.queue >= 0) {
      if (!possible(n, zero + n.at)) {
        return fail();
      }
      set_node(n, zero + n.at, true);
    }
    ++choice.nodes;
  }
  for (const Span& span : spans) {
    const std::int64_t at = zero + span.first;
    const std::int64_t cycles = span.end - span.first;
    const auto possible = [&](int alu) {
      const int queue = geometry_.vxm_queue(alu);
      return reservations_.queue_free(queue, at, cycles) &&
             reservations_.leaves_gap(queue, at, cycles);
    };
    int alu = 0;
    while (alu < isa::ChipSpec::kAlus && !possible(alu)) {
      ++alu;
    }
    if (alu == isa::ChipSpec::kAlus) {
      return fail();
    }
    reservations_.set_queue(geometry_.vxm_queue(alu), at, cycles, true);
    set_text(f, static_cast<int>(choice.alus.size()), alu, zero, true);
    choice.alus.push_back(alu);
  }
  for (const auto& flow : f.flows()) {
    const int base = choose_stream(flow, zero);
    if (base < 0) {
      return fail();
    }
    set_flow(flow, zero, base, true);
    choice.streams.push_back(base);
  }
  return true;
}

/// The text of one of the fragment's ALUs.
void Scheduler::set_text(const Fragment& f, int of, int alu, std::int64_t zero, bool taken) {
  for (const auto& n : f.nodes()) {
    if (n.alu == of) {
      reservations_.set_text(geometry_.vxm_queue(alu), zero + n.at, n.burst.cycles(), taken);
    }
  }
}

void Scheduler::give_back(const Fragment& f, const std::vector<Span>& spans, std::int64_t zero,
                          const Choice& choice) {
  for (std::size_t i = 0; i < choice.nodes; ++i) {
    const auto& n = f.nodes()[i];
    if (n.queue >= 0) {
      set_node(n, zero + n.at, false);
    }
  }
  for (std::size_t i = 0; i < choice.alus.size(); ++i) {
    set_text(f, static_cast<int>(i), choice.alus[i], zero, false);
    reservations_.set_queue(geometry_.vxm_queue(choice.alus[i]), zero + spans[i].first,
                            spans[i].end - spans[i].first, false);
  }
  for (std::size_t i = 0; i < choice.streams.size(); ++i) {
    set_flow(f.flows()[i], zero, choice.streams[i], false);
  }
}

}  // namespace lpu::compiler
