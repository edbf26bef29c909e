// SPDX-License-Identifier: Apache-2.0
#include "cosim/icu_stimulus.h"

#include <algorithm>
#include <string>
#include <vector>

namespace lpu::cosim {
namespace {

using isa::Insn;
using isa::Op;

constexpr auto kBlock = static_cast<std::size_t>(isa::ChipSpec::kFetchInsns);
constexpr std::size_t kBlocks = 6;
constexpr std::size_t kMostNotifies = 15;  // with their NOPs they fit into the head of a queue
constexpr std::size_t kLastFetchPlace = 34;

Insn nop(std::int64_t cycles) {
  Insn insn;
  insn.count = static_cast<std::uint16_t>(cycles);
  return insn;
}

class IcuStimulus {
 public:
  IcuStimulus(const isa::ChipSpec& spec, std::string_view unit, Random& random)
      : spec_(spec), random_(random), geometry_(spec) {
    queue_ = geometry_.find(unit.substr(std::string_view("icu_").size())).value();
    const int alu = geometry_.info(queue_).index;
    notifier_ = geometry_.vxm_queue((alu + 1) % static_cast<int>(isa::ChipSpec::kAlus));
  }

  Stimulus make() {
    for (std::size_t block = 0; block < kBlocks; ++block) {
      const bool last = block + 1 == kBlocks;
      const std::size_t fetch_at = last ? kBlock : 2 + random_.below(kLastFetchPlace - 2);
      // The last place of a block waits for the text of the next one.
      while (list_.size() < kBlock * (block + 1) - 1) {
        list_.size() % kBlock == fetch_at ? fetch() : one();
      }
      last ? work() : wait_for_text();
    }
    Stimulus stimulus;
    stimulus.program.name = "icu";
    stimulus.program.queues.resize(static_cast<std::size_t>(geometry_.queues()));
    stimulus.program.queues[static_cast<std::size_t>(queue_)] = list_;
    stimulus.program.queues[static_cast<std::size_t>(notifier_)] = notifies_;
    return stimulus;
  }

 private:
  void append(const Insn& insn, std::int64_t cycles) {
    list_.push_back(insn);
    at_ += cycles;
  }
  void wait(std::int64_t cycles) { append(nop(cycles), cycles); }

  /// Anything but a fetch. A repeat or a sync needs no more than one place.
  void one() {
    const bool repeatable =
        !list_.empty() && (list_.back().op == Op::kMov || list_.back().op == Op::kRepeat);
    const std::uint64_t kind = random_.below(10);
    if (kind < 2) {
      wait(random_.percent(5) ? 1 + static_cast<std::int64_t>(random_.below(500))
                              : 1 + static_cast<std::int64_t>(random_.below(6)));
    } else if (kind < 4 && repeatable) {
      repeat();
    } else if (kind == 4 && random_.percent(30) && notifies_.size() / 2 < kMostNotifies) {
      sync();
    } else {
      work();
    }
  }

  void work() {
    Insn insn;
    insn.op = Op::kMov;
    insn.type = isa::Type::kI32;
    insn.a = isa::Source::imm();
    insn.imm = random_.value(isa::Type::kI32);
    append(insn, 1);
  }

  void repeat() {
    Insn insn;
    insn.op = Op::kRepeat;
    insn.count = static_cast<std::uint16_t>(1 + random_.below(6));
    insn.distance = static_cast<std::uint16_t>(1 + random_.below(5));
    append(insn, std::int64_t{insn.count} * insn.distance);
  }

  /// Released in the cycle of the sync or some later.
  void sync() {
    Insn insn;
    insn.op = Op::kSync;
    append(insn, 0);
    const std::int64_t notify = at_ + static_cast<std::int64_t>(random_.below(50));
    if (notify > notifier_at_) {
      notifies_.push_back(nop(notify - notifier_at_));
    }
    Insn release;
    release.op = Op::kNotify;
    notifies_.push_back(release);
    notifier_at_ = notify + 1;
    at_ = notify + spec_.icu_barrier;
  }

  void fetch() {
    const auto apart = static_cast<std::int64_t>(kBlock);
    if (last_fetch_ >= 0 && at_ - last_fetch_ < apart) {
      wait(apart - (at_ - last_fetch_));
    }
    Insn insn;
    insn.op = Op::kIfetch;
    insn.count =
        static_cast<std::uint16_t>(random_.below(static_cast<std::uint64_t>(2 * spec_.mem_slices)));
    insn.addr = static_cast<std::uint16_t>(row_);
    row_ += isa::fetch_rows(spec_);
    last_fetch_ = at_;
    append(insn, 1);
  }

  /// The next instruction often comes in the very cycle in which it may.
  void wait_for_text() {
    const std::int64_t ready = last_fetch_ + spec_.icu_fetch_latency;
    const auto late = static_cast<std::int64_t>(random_.percent(60) ? 0 : random_.below(5));
    wait(std::max<std::int64_t>(ready + late - at_, 1));
  }

  const isa::ChipSpec& spec_;
  Random& random_;
  isa::Geometry geometry_;
  int queue_{0};
  int notifier_{0};
  std::vector<Insn> list_;
  std::vector<Insn> notifies_;
  std::int64_t at_{0};  // cycle of the next instruction
  std::int64_t notifier_at_{0};
  std::int64_t last_fetch_{-1};
  std::int64_t row_{0};
};

}  // namespace

Stimulus icu_stimulus(const isa::ChipSpec& spec, std::string_view unit, Random& random) {
  return IcuStimulus(spec, unit, random).make();
}

}  // namespace lpu::cosim
