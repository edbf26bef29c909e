// SPDX-License-Identifier: Apache-2.0
#include "compiler/collective/timetable.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "compiler/collective/layout.h"

namespace lpu::collective {
namespace {

using isa::Op;
using Time = std::int64_t;

// Streams by what they carry, in both directions. Links have the first 16, a stream each.
constexpr int kOperandStream = 16;
constexpr int kFirstOperandStream = 20;  // it comes together with the second
constexpr int kSumStream = 24;

// ALUs: operand k is widened by ALU k and added by ALU kAdder + k - 1.
constexpr int kAdder = Reduction::kMostOperands;
constexpr int kNarrow = static_cast<int>(isa::ChipSpec::kAlus) - 1;

isa::Type accumulator(isa::Type type) {
  return type == isa::Type::kI8 ? isa::Type::kI32 : isa::Type::kF32;
}

class Builder {
 public:
  Builder(const fabric::SystemSpec& spec, const Plan& plan, Time lag)
      : chip_(spec.chip),
        geometry_(spec.chip),
        layout_(spec.chip),
        plan_(plan),
        width_(plan.width),
        bytes_(isa::bytes_of(plan.type)),
        pace_(spec.chip.c2c_pace),
        period_(pace_ * width_),
        lag_(lag),
        chips_(static_cast<std::size_t>(spec.chips)) {
    table_.chips.resize(chips_.size());
  }

  Timetable build() {
    for (const Phase& phase : plan_.phases) {
      add(phase);
    }
    table_.end = isa::Cycle{last_ + chip_.superlanes};
    return std::move(table_);
  }

 private:
  /// Rows that were written in the rhythm of the links, the first of them readable from `ready` on.
  struct Written {
    Region region;
    Time ready;
  };
  /// One access each period.
  struct Accesses {
    Time first;
    Time last;
  };
  struct Chip {
    std::vector<Written> written;
    std::map<int, std::vector<Accesses>> mem;  // by queue
    Time alus_free{0};
  };
  /// One MEM instruction of each step.
  struct Access {
    int chip;
    int vector;
    Region region;
    Op op;
    isa::Stream stream;
    Time at;
  };
  struct Move {
    const Transfer* transfer;
    Time after;  // the start of the phase
    int stream;  // of the read, which is the first one's of those that read the same
    bool reads;  // it is the first
  };

  Chip& chip(int index) { return chips_[static_cast<std::size_t>(index)]; }
  [[nodiscard]] int queue(const Access& a) const {
    return layout_.slice(a.region.group, a.vector);
  }
  [[nodiscard]] int x_of(const Region& region, int vector) const {
    const isa::QueueInfo info = geometry_.info(layout_.slice(region.group, vector));
    return geometry_.mem_x(info.hemisphere, info.index);
  }
  [[nodiscard]] int x_of(int link) const {
    return geometry_.sxm_x(geometry_.info(geometry_.c2c_queue(link)).hemisphere);
  }
  static isa::Stream stream(int from, int to, int index) {
    return {to > from ? isa::Direction::kEast : isa::Direction::kWest,
            static_cast<std::uint8_t>(index)};
  }

  /// A read that passes x in cycle `at`, a write of what passes x then.
  Access read(int chip, const Region& region, int vector, int x, int index, Time at) const {
    const int from = x_of(region, vector);
    return {chip,     vector, region, Op::kRead, stream(from, x, index),
            at - std::abs(x - from) - chip_.mem_read_latency};
  }
  Access write(int chip, const Region& region, int vector, int x, int index, Time at) const {
    const int to = x_of(region, vector);
    return {chip, vector, region, Op::kWrite, stream(x, to, index), at + std::abs(to - x)};
  }

  /// From when on the rows of a region can be read, a row each period.
  [[nodiscard]] Time ready(int index, const Region& region) {
    Time cycle = 0;
    for (const Written& w : chip(index).written) {
      if (w.region.group == region.group && w.region.row < region.row + region.rows &&
          region.row < w.region.row + w.region.rows) {
        cycle = std::max(cycle, w.ready + (region.row - w.region.row) * period_);
      }
    }
    return cycle;
  }

  [[nodiscard]] bool free(const std::vector<Access>& accesses) {
    return std::all_of(accesses.begin(), accesses.end(), [this](const Access& a) {
      const Time last = a.at + (a.region.rows - 1) * period_;
      const auto& taken = chip(a.chip).mem[queue(a)];
      return std::none_of(taken.begin(), taken.end(), [&](const Accesses& t) {
        return (t.first - a.at) % period_ == 0 && t.first <= last && a.at <= t.last;
      });
    });
  }

  void place(int index, Train train) {
    const compiler::Placed& p = train.first;
    last_ = std::max(last_, p.end() - 1 + (train.steps - 1) * train.period +
                                isa::latency(chip_, p.insn).value);
    table_.chips[static_cast<std::size_t>(index)].push_back(std::move(train));
  }

  void place(const std::vector<Access>& accesses) {
    for (const Access& a : accesses) {
      isa::Insn insn;
      insn.op = a.op;
      insn.addr = static_cast<std::uint16_t>(a.region.row);
      (a.op == Op::kRead ? insn.out : insn.in) = a.stream;
      Train train;
      train.first.at = a.at;
      train.first.burst = {a.region.rows, period_, 0};
      train.first.queue = queue(a);
      train.first.stride = 1;
      train.first.insn = insn;
      chip(a.chip).mem[train.first.queue].push_back(
          {a.at, a.at + (a.region.rows - 1) * period_});
      place(a.chip, std::move(train));
    }
  }

  void add(const Phase& phase) {
    const std::vector<Move> moves = moves_of(phase);
    const Time start = start_of(moves);
    place(accesses(moves, start));
    for (const Move& move : moves) {
      use_link(move, start);
    }
    for (const Reduction& reduction : phase.reductions) {
      reduce(reduction, start);
    }
  }

  [[nodiscard]] std::vector<Move> moves_of(const Phase& phase) const {
    std::vector<Move> moves;
    std::map<fabric::LinkEnd, Time> used;
    for (const Transfer& t : phase.transfers) {
      Time& after = used[t.from];
      const auto same = std::find_if(moves.begin(), moves.end(), [&](const Move& m) {
        const Transfer& o = *m.transfer;
        return o.from.chip == t.from.chip && o.source.group == t.source.group &&
               o.source.row == t.source.row && o.source.rows == t.source.rows &&
               m.after == after && x_of(o.from.link) == x_of(t.from.link);
      });
      moves.push_back(same == moves.end() ? Move{&t, after, t.from.link, true}
                                          : Move{&t, after, same->stream, false});
      after += t.source.rows * period_;
    }
    return moves;
  }

  [[nodiscard]] std::vector<Access> accesses(const std::vector<Move>& moves, Time start) const {
    std::vector<Access> all;
    for (const Move& move : moves) {
      const Transfer& t = *move.transfer;
      const Time at = start + move.after;
      for (int v = 0; v < width_; ++v) {
        if (move.reads) {
          all.push_back(
              read(t.from.chip, t.source, v, x_of(t.from.link), move.stream, at + pace_ * v));
        }
        all.push_back(write(t.to.chip, t.target, v, x_of(t.to.link), t.to.link,
                            at + lag_ + v + chip_.c2c_receive_latency));
      }
    }
    return all;
  }

  /// The first cycle in which the sends can begin.
  Time start_of(const std::vector<Move>& moves) {
    Time start = 0;
    for (const Move& move : moves) {
      const Transfer& t = *move.transfer;
      const Access first = read(t.from.chip, t.source, 0, x_of(t.from.link), 0, 0);
      start = std::max(
          {start, ready(t.from.chip, t.source) - first.at - move.after, links_free_[t.from]});
    }
    const auto in_rhythm = [this](Time at) {
      return at > last_receive_ || (at - rhythm_) % period_ == 0;
    };
    while (!in_rhythm(start) || !free(accesses(moves, start))) {
      ++start;
    }
    rhythm_ = start;
    return start;
  }

  void use_link(const Move& move, Time start) {
    const Transfer& t = *move.transfer;
    const Time at = start + move.after;
    const int rows = t.source.rows;
    isa::Insn send;
    send.op = Op::kSend;
    send.in = stream(0, x_of(t.from.link), move.stream);
    on_link(t.from, at, {width_, pace_, 0}, send, rows);
    links_free_[t.from] = at + rows * period_;

    isa::Insn receive;
    receive.op = Op::kReceive;
    receive.out = stream(x_of(t.to.link), 0, t.to.link);
    on_link(t.to, at + lag_, {width_, 1, 0}, receive, rows);
    last_receive_ = std::max(last_receive_, at + lag_ + (rows - 1) * period_ + width_ - 1);
    const Access first = write(t.to.chip, t.target, 0, x_of(t.to.link), t.to.link,
                               at + lag_ + chip_.c2c_receive_latency);
    chip(t.to.chip).written.push_back({t.target, first.at + chip_.mem_write_latency});
  }

  void on_link(const fabric::LinkEnd& end, Time at, compiler::Burst burst, const isa::Insn& insn,
               int steps) {
    Train train;
    train.first.at = at;
    train.first.burst = burst;
    train.first.queue = geometry_.c2c_queue(end.link);
    train.first.insn = insn;
    train.steps = steps;
    train.period = period_;
    place(end.chip, std::move(train));
  }

  /// Operand k passes the VXM this long after the first: when the sum before it is there.
  [[nodiscard]] Time staggered(std::size_t k) const {
    return k == 0 ? 0 : (static_cast<Time>(k) - 1) * chip_.vxm_op_latency;
  }
  [[nodiscard]] bool widens() const { return plan_.type != accumulator(plan_.type); }
  /// From the last operand at the VXM to the sum on its stream.
  [[nodiscard]] Time sum_latency() const {
    return chip_.vxm_input_latency + (widens() ? 3 : 1) * chip_.vxm_op_latency;
  }

  [[nodiscard]] std::vector<Access> accesses(const Reduction& r, Time start) const {
    std::vector<Access> all;
    const Time sum = start + staggered(r.operands.size() - 1) + sum_latency();
    for (int v = 0; v < width_; ++v) {
      const Time unit = v / bytes_ * bytes_ * pace_;
      const int byte = v % bytes_;
      for (std::size_t k = 0; k < r.operands.size(); ++k) {
        const int base = k == 0 ? kFirstOperandStream : kOperandStream;
        all.push_back(read(r.chip, r.operands[k], v, isa::Geometry::vxm_x(), base + byte,
                           start + staggered(k) + unit));
      }
      all.push_back(
          write(r.chip, r.result, v, isa::Geometry::vxm_x(), kSumStream + byte, sum + unit));
    }
    return all;
  }

  /// A later phase in the rhythm of this one, which begins at `start`, can send the result: its reads
  /// fall into other cycles of a period than the writes.
  [[nodiscard]] bool can_be_sent(const std::vector<Access>& accesses, Time start) const {
    return std::all_of(accesses.begin(), accesses.end(), [&](const Access& a) {
      for (const isa::Hemisphere h : {isa::Hemisphere::kWest, isa::Hemisphere::kEast}) {
        const Time sent = read(a.chip, a.region, a.vector, geometry_.sxm_x(h), 0,
                               start + a.vector * pace_).at;
        if (a.op == Op::kWrite && (a.at - sent) % period_ == 0) {
          return false;
        }
      }
      return true;
    });
  }

  void reduce(const Reduction& r, Time phase_start) {
    Time start = chip(r.chip).alus_free;
    for (std::size_t k = 0; k < r.operands.size(); ++k) {
      const Access first = read(r.chip, r.operands[k], 0, isa::Geometry::vxm_x(), 0, staggered(k));
      // The bytes of a unit arrive one after the other, and are read together.
      start = std::max(start, ready(r.chip, r.operands[k]) + bytes_ - 1 - first.at);
    }
    std::vector<Access> all = accesses(r, start);
    while (!free(all) || !can_be_sent(all, phase_start)) {
      all = accesses(r, ++start);
    }
    place(all);
    add_up(r, start);
    chip(r.chip).alus_free = start + r.result.rows * period_;
    const auto first = std::find_if(all.begin(), all.end(),
                                    [](const Access& a) { return a.op == Op::kWrite; });
    chip(r.chip).written.push_back({r.result, first->at + chip_.mem_write_latency});
  }

  void add_up(const Reduction& r, Time start) {
    const isa::Type wide = accumulator(plan_.type);
    const auto operand = [&](std::size_t k) {
      const int base = k == 0 ? kFirstOperandStream : kOperandStream;
      return isa::Source::stream(stream(x_of(r.operands[k], 0), isa::Geometry::vxm_x(), base));
    };
    const Time widened = widens() ? chip_.vxm_op_latency : 0;
    for (std::size_t k = 0; k < r.operands.size() && widens(); ++k) {
      isa::Insn cast;
      cast.op = Op::kCast;
      cast.type = plan_.type;
      cast.to = wide;
      cast.a = operand(k);
      on_alu(r, static_cast<int>(k), start + staggered(k), cast);
    }
    const auto addend = [&](std::size_t k) {
      return widens() ? isa::Source::alu(static_cast<int>(k)) : operand(k);
    };
    const isa::Stream out =
        stream(isa::Geometry::vxm_x(), x_of(r.result, 0), kSumStream);
    for (std::size_t k = 1; k < r.operands.size(); ++k) {
      isa::Insn sum;
      sum.op = Op::kAdd;
      sum.type = wide;
      sum.a = k == 1 ? addend(0) : isa::Source::alu(kAdder + static_cast<int>(k) - 2);
      sum.b = addend(k);
      if (!widens() && k + 1 == r.operands.size()) {
        sum.out = out;
      }
      on_alu(r, kAdder + static_cast<int>(k) - 1, start + staggered(k) + widened, sum);
    }
    if (widens()) {
      isa::Insn narrow;
      narrow.op = Op::kCast;
      narrow.type = wide;
      narrow.to = plan_.type;
      narrow.a = isa::Source::alu(kAdder + static_cast<int>(r.operands.size()) - 2);
      narrow.out = out;
      on_alu(r, kNarrow,
             start + staggered(r.operands.size() - 1) + widened + chip_.vxm_op_latency, narrow);
    }
  }

  void on_alu(const Reduction& r, int alu, Time at, const isa::Insn& insn) {
    Train train;
    train.first.at = at;
    train.first.burst = {r.result.rows * (width_ / bytes_), bytes_ * pace_, 0};
    train.first.queue = geometry_.vxm_queue(alu);
    train.first.insn = insn;
    place(r.chip, std::move(train));
  }

  const isa::ChipSpec& chip_;
  isa::Geometry geometry_;
  Layout layout_;
  const Plan& plan_;
  int width_;
  int bytes_;  // of an element
  Time pace_;
  Time period_;
  Time lag_;  // from the first send of a step to its first receive
  std::vector<Chip> chips_;
  std::map<fabric::LinkEnd, Time> links_free_;
  Time last_receive_{-1};
  Time rhythm_{0};
  Time last_{0};
  Timetable table_;
};

/// From the first send of a step to its first receive: the receives follow each other, take nothing
/// before it has arrived, and fall between the sends of two steps.
std::optional<Time> lag_of(const fabric::SystemSpec& spec, int width) {
  const Time pace = spec.chip.c2c_pace;
  const Time period = pace * width;
  const Time sends = pace * (width - 1) + 1;
  if (sends + width > period) {
    return std::nullopt;
  }
  Time lag = spec.chip.c2c_send_latency + spec.flight.value + (pace - 1) * (width - 1);
  while (lag % period < sends || lag % period + width > period) {
    ++lag;
  }
  return lag;
}

}  // namespace

std::optional<Timetable> timetable(const fabric::SystemSpec& spec, const Plan& plan) {
  const std::optional<Time> lag = lag_of(spec, plan.width);
  if (!lag) {
    return std::nullopt;
  }
  return Builder(spec, plan, *lag).build();
}

}  // namespace lpu::collective
