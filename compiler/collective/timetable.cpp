// SPDX-License-Identifier: Apache-2.0
#include "compiler/collective/timetable.h"

#include <algorithm>
#include <map>

#include "compiler/collective/access.h"
#include "compiler/collective/rhythm.h"
#include "compiler/collective/sums.h"

namespace lpu::collective {
namespace {

using isa::Op;

class Builder {
 public:
  Builder(const fabric::SystemSpec& spec, const fabric::Topology& topology, const Plan& plan)
      : chip_(spec.chip),
        topology_(topology),
        plan_(plan),
        floor_(spec.chip),
        sums_(spec.chip, plan, floor_),
        width_(plan.width),
        pace_(spec.chip.c2c_pace),
        period_(pace_ * width_),
        chips_(static_cast<std::size_t>(spec.chips)) {
    table_.chips.resize(chips_.size());
  }

  std::optional<Timetable> build() {
    for (const Phase& phase : plan_.phases) {
      add(phase);
      if (collides_) {
        return std::nullopt;
      }
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
  struct Move {
    const Transfer* transfer;
    Time after;  // the start of the phase
    int stream;  // of the read, which is the first one's of those that read the same
    bool reads;  // it is the first
  };

  /// From the first send of a step to its first receive.
  [[nodiscard]] Time lag(const Transfer& t) const {
    return lag_of(chip_, width_, topology_.flight(t.from),
                  shift_of(chip_, t.from.link) - shift_of(chip_, t.to.link));
  }
  Chip& chip(int index) { return chips_[static_cast<std::size_t>(index)]; }

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
      const auto& taken = chip(a.chip).mem[floor_.queue(a)];
      return std::none_of(taken.begin(), taken.end(), [&](const Accesses& t) {
        return (t.first - a.at) % period_ == 0 && t.first <= last && a.at <= t.last;
      });
    });
  }

  void place(int index, Train train) {
    const compiler::Placed& p = train.first;
    last_ = std::max(
        last_, p.end() - 1 + (train.steps - 1) * train.period + isa::latency(chip_, p.insn).value);
    table_.chips[static_cast<std::size_t>(index)].push_back(train);
  }

  void place(const std::vector<Access>& accesses) {
    for (const Access& a : accesses) {
      collides_ = collides_ || !free({a});
      isa::Insn insn;
      insn.op = a.op;
      insn.addr = static_cast<std::uint16_t>(a.region.row);
      (a.op == Op::kRead ? insn.out : insn.in) = a.stream;
      Train train;
      train.first.at = a.at;
      train.first.burst = {a.region.rows, period_, 0};
      train.first.queue = floor_.queue(a);
      train.first.stride = 1;
      train.first.insn = insn;
      chip(a.chip).mem[train.first.queue].push_back({a.at, a.at + (a.region.rows - 1) * period_});
      place(a.chip, train);
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
      Time& after = used.try_emplace(t.from, shift_of(chip_, t.from.link)).first->second;
      const auto same = std::find_if(moves.begin(), moves.end(), [&](const Move& m) {
        const Transfer& o = *m.transfer;
        return o.from.chip == t.from.chip && o.source.group == t.source.group &&
               o.source.row == t.source.row && o.source.rows == t.source.rows && m.after == after &&
               floor_.x_of_link(o.from.link) == floor_.x_of_link(t.from.link);
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
          all.push_back(floor_.read(t.from.chip, t.source, v, floor_.x_of_link(t.from.link),
                                    move.stream, at + pace_ * v));
        }
        all.push_back(floor_.write(t.to.chip, t.target, v, floor_.x_of_link(t.to.link), t.to.link,
                                   at + lag(t) + v + chip_.c2c_receive_latency));
      }
    }
    return all;
  }

  /// The first cycle in which the sends can begin.
  Time start_of(const std::vector<Move>& moves) {
    Time start = 0;
    for (const Move& move : moves) {
      const Transfer& t = *move.transfer;
      const Access first =
          floor_.read(t.from.chip, t.source, 0, floor_.x_of_link(t.from.link), 0, 0);
      start = std::max({start, ready(t.from.chip, t.source) - first.at - move.after,
                        links_free_[t.from] - move.after});
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
    send.in = Floor::stream(0, floor_.x_of_link(t.from.link), move.stream);
    on_link(t.from, at, {width_, pace_, 0}, send, rows);
    links_free_[t.from] = at + rows * period_;

    isa::Insn receive;
    receive.op = Op::kReceive;
    receive.out = Floor::stream(floor_.x_of_link(t.to.link), 0, t.to.link);
    on_link(t.to, at + lag(t), {width_, 1, 0}, receive, rows);
    last_receive_ = std::max(last_receive_, at + lag(t) + (rows - 1) * period_ + width_ - 1);
    const Access first = floor_.write(t.to.chip, t.target, 0, floor_.x_of_link(t.to.link),
                                      t.to.link, at + lag(t) + chip_.c2c_receive_latency);
    chip(t.to.chip).written.push_back({t.target, first.at + chip_.mem_write_latency});
  }

  void on_link(const fabric::LinkEnd& end, Time at, compiler::Burst burst, const isa::Insn& insn,
               int steps) {
    Train train;
    train.first.at = at;
    train.first.burst = burst;
    train.first.queue = floor_.geometry().c2c_queue(end.link);
    train.first.insn = insn;
    train.steps = steps;
    train.period = period_;
    place(end.chip, train);
  }

  /// A later phase in the rhythm of this one, which begins at `start`, can send the result: its
  /// reads fall into other cycles of a period than the writes.
  [[nodiscard]] bool can_be_sent(const std::vector<Access>& accesses, Time start) const {
    const auto meets = [&](const Access& a, int link) {
      const Access sent = floor_.read(a.chip, a.region, a.vector, floor_.x_of_link(link), 0,
                                      start + shift_of(chip_, link) + a.vector * pace_);
      return (a.at - sent.at) % period_ == 0;
    };
    return std::none_of(accesses.begin(), accesses.end(), [&](const Access& a) {
      bool any = false;
      for (int link = 0; a.op == Op::kWrite && link < topology_.links(); ++link) {
        any = any || (topology_.peer({a.chip, link}) && meets(a, link));
      }
      return any;
    });
  }

  void reduce(const Reduction& r, Time phase_start) {
    Time start = chip(r.chip).alus_free;
    for (std::size_t k = 0; k < r.operands.size(); ++k) {
      // The bytes of a unit arrive one after the other, and are read together.
      const Time whole = ready(r.chip, r.operands[k]) + isa::bytes_of(plan_.type) - 1;
      start = std::max(start, whole - sums_.first_read(r, k).at);
    }
    std::vector<Access> all = sums_.accesses(r, start);
    // All is periodic: what finds no place within a period finds none.
    for (const Time last = start + period_;
         !collides_ && (!free(all) || !can_be_sent(all, phase_start));) {
      collides_ = start == last;
      all = sums_.accesses(r, ++start);
    }
    place(all);
    for (Train& train : sums_.alus(r, start)) {
      place(r.chip, train);
    }
    chip(r.chip).alus_free = start + r.result.rows * period_;
    const auto first =
        std::find_if(all.begin(), all.end(), [](const Access& a) { return a.op == Op::kWrite; });
    chip(r.chip).written.push_back({r.result, first->at + chip_.mem_write_latency});
  }

  const isa::ChipSpec& chip_;
  const fabric::Topology& topology_;
  const Plan& plan_;
  Floor floor_;
  Sums sums_;
  int width_;
  Time pace_;
  Time period_;
  std::vector<Chip> chips_;
  std::map<fabric::LinkEnd, Time> links_free_;
  Time last_receive_{-1};
  Time rhythm_{0};
  Time last_{0};
  bool collides_{false};
  Timetable table_;
};

}  // namespace

std::optional<Timetable> timetable(const fabric::SystemSpec& spec, const fabric::Topology& topology,
                                   const Plan& plan) {
  if (!has_room(spec.chip, plan.width)) {
    return std::nullopt;
  }
  return Builder(spec, topology, plan).build();
}

}  // namespace lpu::collective
