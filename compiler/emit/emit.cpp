// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/emit.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <stdexcept>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

using isa::Insn;
using isa::Op;

constexpr std::int64_t kBlock = isa::ChipSpec::kFetchInsns;
// At most a block of NOPs, and then a fetch of every queue, two of which start in a cycle.
constexpr std::int64_t kTopUp = 160;
constexpr std::int64_t kLongestNop = std::numeric_limits<std::uint16_t>::max();

/// Where the next Ifetch finds its text, and when a slice's read port is free for it.
class TextPort {
 public:
  TextPort(const isa::ChipSpec& spec, const std::vector<std::vector<Placed>>& queues,
           const std::vector<TextSlice>& text)
      : rows_(static_cast<int>(spec.mem_rows)),
        rows_of_block_(static_cast<int>(isa::fetch_rows(spec))) {
    for (const TextSlice& t : text) {
      slices_.push_back({t.slice, t.first_row, {}});
      for (const Placed& p : queues[static_cast<std::size_t>(t.slice)]) {  // a queue a slice
        slices_.back().busy.set(p.at, p.burst.cycles(), true);
      }
    }
  }

  /// Slice that is idle while a block is read from cycle `at` on, the emptiest first; -1: none.
  [[nodiscard]] int free_slice(std::int64_t at) const {
    int best = -1;
    for (std::size_t i = 0; i < slices_.size(); ++i) {
      if (slices_[i].busy.any(at, rows_of_block_)) {
        continue;
      }
      if (best < 0 || slices_[i].next_row < slices_[static_cast<std::size_t>(best)].next_row) {
        best = static_cast<int>(i);
      }
    }
    return best;
  }

  Insn fetch(std::int64_t at, int index) {
    Slice& slice = slices_[static_cast<std::size_t>(index)];
    if (slice.next_row + rows_of_block_ > rows_) {
      throw isa::InputError(
          "program text", 0,
          fmt::format("does not fit into {} slices of {} rows", slices_.size(), rows_));
    }
    slice.busy.set(at, rows_of_block_, true);
    Insn insn;
    insn.op = Op::kIfetch;
    insn.addr = static_cast<std::uint16_t>(slice.next_row);
    insn.count = static_cast<std::uint16_t>(slice.number);
    slice.next_row += rows_of_block_;
    return insn;
  }

 private:
  struct Slice {
    int number{0};
    int next_row{0};
    BitLine busy;
  };

  int rows_;
  int rows_of_block_;
  std::vector<Slice> slices_;
};

/// Writes one queue.
class QueueWriter {
 public:
  QueueWriter(const isa::ChipSpec& spec, TextPort& port, std::string name)
      : spec_(spec), port_(port), name_(std::move(name)) {}

  void add(const Placed& p) {
    if (p.at < now_) {
      throw std::logic_error(fmt::format("{}: cycle {} is taken", name_, p.at));
    }
    gap(p.at);
    put(p.insn, p.at);
    if (p.burst.count > 1) {
      Insn repeat;
      repeat.op = Op::kRepeat;
      repeat.count = static_cast<std::uint16_t>(p.burst.count - 1);
      repeat.distance = static_cast<std::uint16_t>(p.burst.interval);
      repeat.stride = static_cast<std::int16_t>(p.stride);
      put(repeat, p.at + 1);
    }
    now_ = p.end();
  }

  std::vector<Insn> finish() {
    // A fetch that turned out to bring nothing is a NOP.
    if (last_fetch_index_ >= 0 && static_cast<std::int64_t>(out_.size()) <= kBlock * fetched_) {
      out_[static_cast<std::size_t>(last_fetch_index_)] = nop(1);
    }
    return std::move(out_);
  }

 private:
  static Insn nop(std::int64_t cycles) {
    Insn insn;
    insn.op = Op::kNop;
    insn.count = static_cast<std::uint16_t>(cycles);
    return insn;
  }

  [[nodiscard]] std::int64_t index() const { return static_cast<std::int64_t>(out_.size()); }

  void put(const Insn& insn, std::int64_t at) {
    const std::int64_t block = index() / kBlock;
    if (block > fetched_ || (block > 0 && block == fetched_ && at < text_ready_)) {
      throw isa::InputError(
          "program text", 0,
          fmt::format("{} runs dry at cycle {}: no gap for an ifetch in time", name_, at));
    }
    out_.push_back(insn);
  }

  /// One NOP, `until` or as far as it goes.
  void idle(std::int64_t until) {
    const std::int64_t cycles = std::min(until - now_, kLongestNop);
    put(nop(cycles), now_);
    now_ += cycles;
  }

  /// Idle until `until`. A wait of several NOPs uses up text; after it all queues would want their
  /// next block at once, so each uses up the block it is in and fetches while it still waits.
  void gap(std::int64_t until) {
    if (until - now_ > kLongestNop) {
      pass(until - kTopUp);
      while (index() < kBlock * fetched_) {
        idle(now_ + 1);
      }
    }
    pass(until);
  }

  /// The next block is fetched on the way, as soon as the queue has room for it.
  void pass(std::int64_t until) {
    while (now_ < until) {
      if (index() < kBlock * fetched_ || !fetch_before(until)) {
        idle(until);
      }
    }
  }

  bool fetch_before(std::int64_t until) {
    std::int64_t at = std::max(now_, next_fetch_);
    // With one place left before the end of the text the fetch must come now.
    const bool last_place = index() + 1 == kBlock * (fetched_ + 1);
    const std::int64_t end = last_place ? std::min(until, now_ + 1) : until;
    while (at < end && port_.free_slice(at) < 0) {
      ++at;
    }
    if (at >= end) {
      return false;
    }
    while (now_ < at) {
      idle(at);
    }
    last_fetch_index_ = index();
    put(port_.fetch(at, port_.free_slice(at)), at);
    ++fetched_;
    now_ = at + 1;
    next_fetch_ = at + kBlock;  // 16 B a cycle into a queue
    text_ready_ = at + spec_.icu_fetch_latency;
    return true;
  }

  const isa::ChipSpec& spec_;
  TextPort& port_;
  std::string name_;
  std::vector<Insn> out_;
  std::int64_t now_{0};
  std::int64_t fetched_{0};  // blocks beyond the one that the host placed
  std::int64_t next_fetch_{0};
  std::int64_t text_ready_{0};
  std::int64_t last_fetch_index_{-1};
};

isa::Program program_of(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                        const StepSchedule& schedule, int chip) {
  std::vector<std::vector<Placed>> queues(static_cast<std::size_t>(geometry.queues()));
  for (const Placed& p : schedule.placed) {
    if ((p.chips & only_chip(chip)) != 0) {
      queues[static_cast<std::size_t>(p.queue)].push_back(p);
    }
  }
  for (auto& queue : queues) {
    std::sort(queue.begin(), queue.end(),
              [](const Placed& a, const Placed& b) { return a.at < b.at; });
  }
  std::vector<TextSlice> text;
  for (const int slice : schedule.memory.text_slices()) {
    text.push_back({slice, schedule.memory.used(slice)});
  }
  return write_queues(spec, geometry, queues, text);
}

}  // namespace

isa::Program write_queues(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                          const std::vector<std::vector<Placed>>& queues,
                          const std::vector<TextSlice>& text) {
  // The fullest queue first: it has the fewest cycles in which it could fetch.
  std::vector<std::size_t> order(queues.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return queues[a].size() > queues[b].size();
  });
  TextPort port(spec, queues, text);
  isa::Program program;
  program.queues.resize(queues.size());
  for (const std::size_t q : order) {
    QueueWriter writer(spec, port, geometry.name(static_cast<int>(q)));
    for (const Placed& p : queues[q]) {
      writer.add(p);
    }
    program.queues[q] = writer.finish();
  }
  return program;
}

fabric::ProgramSet emit(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                        const StepSchedule& schedule, int chips, const std::string& name) {
  std::set<ChipSet> sets;
  for (const Placed& p : schedule.placed) {
    sets.insert(p.chips);
  }
  // Two chips run the same program if every set has both of them or neither.
  std::map<std::vector<bool>, std::shared_ptr<const isa::Program>> programs;
  fabric::ProgramSet group;
  for (int chip = 0; chip < chips; ++chip) {
    std::vector<bool> member;
    member.reserve(sets.size());
    for (const ChipSet set : sets) {
      member.push_back((set & only_chip(chip)) != 0);
    }
    auto& program = programs[member];
    if (program == nullptr) {
      isa::Program made = program_of(spec, geometry, schedule, chip);
      made.name = name;
      program = std::make_shared<const isa::Program>(std::move(made));
    }
    group.push_back(program);
  }
  return group;
}

}  // namespace lpu::compiler
