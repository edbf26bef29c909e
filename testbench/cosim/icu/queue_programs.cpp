// SPDX-License-Identifier: Apache-2.0
#include "testbench/cosim/icu/queue_programs.h"

#include <algorithm>
#include <vector>

namespace lpu::testbench {
namespace {

constexpr int kBlock = static_cast<int>(isa::ChipSpec::kFetchInsns);
constexpr std::int64_t kNoLimit = INT64_MAX;

/// Writes the list of one queue from front to back, and knows the cycle of its next instruction
/// (a sync counts as one cycle: the true ones are later, which breaks nothing).
class ListWriter {
 public:
  ListWriter(const isa::ChipSpec& spec, std::mt19937& random, int queue)
      : latency_(spec.icu_fetch_latency),
        rows_(static_cast<int>(isa::fetch_rows(spec))),
        random_(random),
        queue_(queue) {}

  /// One more instruction, or what the text needs first; now and then a fetch before its time.
  void write(bool early_fetches = true) {
    const int left = kBlock * (blocks() + 1) - size();  // before text runs out
    const bool last_of_block = size() % kBlock == kBlock - 1;
    if (left == 3) {
      fetch_in_time();
    } else if (last_of_block) {
      wait_for_text();
    } else if (early_fetches && left < 2 * kBlock + latency_ - 4 && chance(12) &&
               fetches_are_apart()) {
      fetch();
    } else {
      write_work();
    }
  }

  void write_sync() {
    make_time();
    append(insn_of(isa::Op::kSync), 1);
  }
  void write_notify(int after) {
    make_time();
    append_nop(after);
    append(insn_of(isa::Op::kNotify), 1);
  }
  /// Uses something of every block that was fetched.
  void finish() {
    while (size() <= kBlock * blocks()) write(false);
  }

  [[nodiscard]] int size() const { return static_cast<int>(list_.size()); }
  [[nodiscard]] const std::vector<isa::Insn>& list() const { return list_; }

 private:
  [[nodiscard]] int blocks() const { return static_cast<int>(fetched_at_.size()); }
  [[nodiscard]] int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  [[nodiscard]] bool chance(int one_in) { return below(one_in) == 0; }

  /// The cycle up to which the instruction at `position` must have left its place.
  [[nodiscard]] std::int64_t limit(int position) const {
    const int block = (position + 2 * kBlock) / kBlock;
    if (block > blocks()) return kNoLimit;
    return fetched_at_[static_cast<std::size_t>(block - 1)] + latency_ + position % kBlock;
  }
  /// Cycles that the next instruction may take. What follows can always leave one a cycle.
  [[nodiscard]] std::int64_t room() const {
    std::int64_t most = kNoLimit;
    for (int ahead = 1; ahead < 2 * kBlock; ++ahead) {
      const std::int64_t by = limit(size() + ahead);
      if (by != kNoLimit) most = std::min(most, by - at_ - (ahead - 1));
    }
    return most;
  }

  /// Goes on until a long wait breaks no rule, and some places before the text ends.
  void make_time() {
    while (room() != kNoLimit || kBlock * (blocks() + 1) - size() <= 5) write(false);
  }

  void append(const isa::Insn& insn, std::int64_t cycles) {
    list_.push_back(insn);
    at_ += cycles;
  }
  void append_nop(std::int64_t cycles) { append(nop(static_cast<int>(cycles)), cycles); }

  [[nodiscard]] bool fetches_are_apart() const {
    return blocks() == 0 || at_ - fetched_at_.back() >= kBlock;
  }
  void fetch() {
    append(ifetch(queue_ % 4, rows_ * blocks() + 2000 * (queue_ / 4)), 1);
    fetched_at_.push_back(at_ - 1);
  }
  void fetch_in_time() {
    const std::int64_t last = blocks() == 0 ? -kBlock : fetched_at_.back();
    append_nop(std::max<std::int64_t>(1, last + kBlock - at_));
    fetch();
  }
  /// In front of a block that was fetched: often it is used in the cycle in which it arrives.
  void wait_for_text() {
    const auto block = static_cast<std::size_t>(size() / kBlock);
    const std::int64_t arrives = fetched_at_[block] + latency_ + (chance(2) ? 0 : below(5));
    append_nop(std::clamp<std::int64_t>(arrives - at_, 1, room()));
  }

  void write_work() {
    const std::int64_t most = std::min<std::int64_t>(room(), chance(20) ? 700 : 9);
    const bool can_repeat = !list_.empty() && (list_.back().op >= isa::Op::kRead ||
                                               list_.back().op == isa::Op::kRepeat);
    if (most > 1 && chance(4)) {
      append_nop(chance(3) ? most : 1 + below(static_cast<int>(most)));
    } else if (can_repeat && chance(3)) {
      const int n = 1 + below(static_cast<int>(std::max<std::int64_t>(1, most / 2)));
      const int d = 1 + below(static_cast<int>(std::max<std::int64_t>(1, most / n)));
      // Whatever the stride, an instruction without an address stays as it is.
      append(repeat(n, d, below(9) - 4), std::int64_t{n} * d);
    } else {
      append(work(), 1);
    }
  }

  [[nodiscard]] isa::Insn work() {
    constexpr isa::Op kOps[] = {isa::Op::kRead, isa::Op::kWrite, isa::Op::kGather, isa::Op::kLw,
                                isa::Op::kAcc,  isa::Op::kAdd,   isa::Op::kRotate, isa::Op::kIw};
    // Far from both ends, so that no repeat steps out of the address.
    return insn_of(kOps[below(8)], 20000 + below(20000));
  }

  std::int64_t latency_;
  int rows_;
  std::mt19937& random_;
  int queue_;
  std::vector<isa::Insn> list_;
  std::int64_t at_{0};                    // of the next instruction
  std::vector<std::int64_t> fetched_at_;  // of each block after the head
};

}  // namespace

isa::Insn insn_of(isa::Op op, int addr) {
  isa::Insn insn;
  insn.op = op;
  const isa::OpInfo& info = *isa::find_op(op);
  for (const isa::Field field : info.fields) {
    switch (field) {
      case isa::Field::kAddr:
        insn.addr = static_cast<std::uint16_t>(addr);
        break;
      case isa::Field::kOut:
        insn.out = isa::Stream{isa::Direction::kWest, static_cast<std::uint8_t>(addr % 32)};
        break;
      case isa::Field::kIn:
        insn.in = isa::Stream{isa::Direction::kEast, static_cast<std::uint8_t>(addr / 32 % 32)};
        break;
      case isa::Field::kMap:
        insn.map = isa::Stream{isa::Direction::kEast, static_cast<std::uint8_t>(addr / 7 % 32)};
        break;
      case isa::Field::kA:
        insn.a = isa::Source::imm();  // stands where others have addr, and must not be stepped
        insn.imm = static_cast<std::uint32_t>(addr) * 65537U;
        break;
      case isa::Field::kB:
        insn.b = isa::Source::acc();
        break;
      case isa::Field::kStride:
        insn.stride = static_cast<std::int16_t>(addr);
        break;
      default:
        break;
    }
  }
  return insn;
}

isa::Insn nop(int n) {
  isa::Insn insn;
  insn.count = static_cast<std::uint16_t>(n);
  return insn;
}

isa::Insn repeat(int n, int d, int stride) {
  isa::Insn insn;
  insn.op = isa::Op::kRepeat;
  insn.count = static_cast<std::uint16_t>(n);
  insn.distance = static_cast<std::uint16_t>(d);
  insn.stride = static_cast<std::int16_t>(stride);
  return insn;
}

isa::Insn ifetch(int slice, int row) {
  isa::Insn insn;
  insn.op = isa::Op::kIfetch;
  insn.count = static_cast<std::uint16_t>(slice);
  insn.addr = static_cast<std::uint16_t>(row);
  return insn;
}

isa::Program random_queue_program(const isa::ChipSpec& spec, std::mt19937& random,
                                  const QueueProgramOptions& options) {
  isa::Program program;
  for (int q = 0; q < options.queues; ++q) {
    ListWriter writer(spec, random, q);
    for (int part = 0; part <= options.barriers; ++part) {
      const int until = options.instructions * (part + 1) / (options.barriers + 1);
      while (writer.size() < until) writer.write();
      if (part == options.barriers) break;
      if (q == 0) {
        writer.write_notify(20000);  // when all others wait
      } else if (q == 1 || random() % 2 == 0) {
        writer.write_sync();
      }
    }
    writer.finish();
    program.queues.push_back(writer.list());
  }
  return program;
}

}  // namespace lpu::testbench
