// SPDX-License-Identifier: Apache-2.0
#include "isa/program/timeline.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>

namespace lpu::isa {
namespace {

using Kind = TimelineFault::Kind;

bool is_control(Op op) { return static_cast<unsigned>(op) <= static_cast<unsigned>(Op::kNotify); }

bool has_addr(const Insn& insn) {
  const OpInfo* info = find_op(insn.op);
  return info != nullptr && has_field(*info, Field::kAddr);
}

/// Where one queue is.
struct Cursor {
  std::size_t next{0};     // index of the next instruction
  Cycle at;                // cycle of its next step
  bool repeatable{false};  // a working instruction or a repeat of one stands directly before
  Insn last;               // as dispatched most recently
  std::uint32_t last_index{0};
  std::uint32_t repeats_left{0};
  std::uint32_t repeat_index{0};
  Cycles distance;
  std::int16_t stride{0};
};

/// Steps all queues in the order of cycles, so that the issues come out sorted.
class Resolver {
 public:
  Resolver(const ChipSpec& spec, const Program& program)
      : spec_(spec), program_(program), cursors_(program.queues.size()) {
    line_.starts.resize(cursors_.size());
    line_.queue_end.resize(cursors_.size());
    for (std::size_t q = 0; q < cursors_.size(); ++q) {
      line_.starts[q].reserve(program.queues[q].size());
    }
  }

  Timeline run() {
    for (std::size_t q = 0; q < cursors_.size(); ++q) {
      schedule(q);
    }
    while (!steps_.empty()) {
      const std::size_t q = steps_.top() % kQueueLimit;
      steps_.pop();
      if (step(q)) {
        schedule(q);
      }
    }
    for (const std::size_t q : parked_) {
      const Cursor& c = cursors_[q];
      fault(Kind::kNeverNotified, c.at, q, c.next - 1);
    }
    // What does nothing has ended when it begins.
    line_.end =
        line_.issues.empty() && line_.control.empty() ? Cycle{0} : last_ + Cycles{spec_.superlanes};
    return std::move(line_);
  }

 private:
  static constexpr std::uint64_t kQueueLimit = 1U << 16U;

  /// One number orders the steps: cycle, notify after all else, queue.
  void schedule(std::size_t q) {
    const Cursor& c = cursors_[q];
    const auto& insns = program_.queues[q];
    if (c.repeats_left == 0 && c.next == insns.size()) {
      line_.queue_end[q] = c.at;
      return;
    }
    const bool notify = c.repeats_left == 0 && insns[c.next].op == Op::kNotify;
    const auto cycle = static_cast<std::uint64_t>(c.at.value);
    steps_.push((cycle * 2 + (notify ? 1 : 0)) * kQueueLimit + q);
  }

  /// False when the queue is parked.
  bool step(std::size_t q) {
    Cursor& c = cursors_[q];
    if (c.repeats_left > 0) {
      repeat(q, c);
      return true;
    }
    const auto index = static_cast<std::uint32_t>(c.next++);
    const Insn& insn = program_.queues[q][index];
    line_.starts[q].push_back(c.at);
    if (!is_control(insn.op)) {
      c.last = insn;
      c.last_index = index;
      c.repeatable = true;
      dispatch(q, c);
      c.at += Cycles{1};
      return true;
    }
    return control(q, c, insn, index);
  }

  bool control(std::size_t q, Cursor& c, const Insn& insn, std::uint32_t index) {
    const bool repeatable = c.repeatable;
    c.repeatable = false;
    switch (insn.op) {
      case Op::kNop:
        fault_if(insn.count == 0, Kind::kZeroCount, c.at, q, index);
        c.at += Cycles{std::max<std::int64_t>(insn.count, 1)};
        return true;
      case Op::kRepeat:
        begin_repeat(q, c, insn, index, repeatable);
        return true;
      case Op::kSync:
        record(q, c, insn, index);
        parked_.push_back(q);
        line_.queue_end[q] = c.at + Cycles{1};
        return false;
      case Op::kNotify:
        record(q, c, insn, index);
        fault_if(parked_.empty(), Kind::kNobodyParked, c.at, q, index);
        release(c.at + Cycles{spec_.icu_barrier});
        break;
      default:
        record(q, c, insn, index);
        break;
    }
    c.at += Cycles{1};
    return true;
  }

  void begin_repeat(std::size_t q, Cursor& c, const Insn& insn, std::uint32_t index,
                    bool repeatable) {
    fault_if(!repeatable, Kind::kRepeatWithoutPredecessor, c.at, q, index);
    fault_if(insn.count == 0 || insn.distance == 0, Kind::kZeroCount, c.at, q, index);
    if (!repeatable || insn.count == 0) {
      c.at += Cycles{1};
      return;
    }
    c.repeatable = true;
    c.repeats_left = insn.count;
    c.repeat_index = index;
    c.distance = Cycles{std::max<std::int64_t>(insn.distance, 1)};
    c.stride = has_addr(c.last) ? insn.stride : std::int16_t{0};
    // The predecessor's last dispatch was one cycle before this instruction.
    c.at = c.at - Cycles{1} + c.distance;
  }

  void repeat(std::size_t q, Cursor& c) {
    const int addr = c.last.addr + c.stride;
    const bool wraps = addr < 0 || addr > std::numeric_limits<std::uint16_t>::max();
    fault_if(wraps, Kind::kRepeatAddress, c.at, q, c.repeat_index);
    c.last.addr = static_cast<std::uint16_t>(addr);
    dispatch(q, c);
    --c.repeats_left;
    c.at += c.repeats_left > 0 ? c.distance : Cycles{1};
  }

  void dispatch(std::size_t q, const Cursor& c) {
    line_.issues.push_back({c.at, static_cast<int>(q), c.last_index, c.last});
    last_ = std::max(last_, c.at + latency(spec_, c.last));
  }

  void record(std::size_t q, const Cursor& c, const Insn& insn, std::uint32_t index) {
    line_.control.push_back({c.at, static_cast<int>(q), index, insn});
  }

  void release(Cycle at) {
    for (const std::size_t q : parked_) {
      cursors_[q].at = at;
      schedule(q);
    }
    parked_.clear();
  }

  void fault(Kind kind, Cycle at, std::size_t q, std::size_t index) {
    line_.faults.push_back({kind, at, static_cast<int>(q), static_cast<std::uint32_t>(index)});
  }
  void fault_if(bool wrong, Kind kind, Cycle at, std::size_t q, std::size_t index) {
    if (wrong) {
      fault(kind, at, q, index);
    }
  }

  const ChipSpec& spec_;
  const Program& program_;
  std::vector<Cursor> cursors_;
  std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> steps_;
  std::vector<std::size_t> parked_;
  Timeline line_;
  Cycle last_;
};

}  // namespace

Timeline resolve(const ChipSpec& spec, const Program& program) {
  return Resolver(spec, program).run();
}

}  // namespace lpu::isa
