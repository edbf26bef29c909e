// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "isa/insn/insn.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"

namespace lpu::tlm {

/// The rows of MEM that an ifetch reads, as one run of bytes.
class TextSource {
 public:
  virtual ~TextSource() = default;
  /// `row` and as many of the following rows as hold kFetchInsns instructions; the rows of a
  /// slice lie behind each other. Throws UnitError if the slice has no such rows.
  [[nodiscard]] virtual std::span<const std::uint8_t> text(int slice, int row) const = 0;
};

/// One instruction queue: NOP, Repeat, Sync, Notify and Ifetch happen here, everything else is
/// handed to the unit. Counterpart of rtl/icu/lpu_icu_queue.sv.
///
/// An instruction takes one cycle, `nop n` takes n. `repeat n, d` dispatches the instruction
/// before it n more times, every d cycles, stepping its addr; the queue goes on one cycle after
/// the last repetition, and a repeat there goes on from where this one ended. `sync` parks until
/// icu_barrier cycles after a notify. The host places the first kFetchInsns instructions; `ifetch`
/// appends the next ones, which are there icu_fetch_latency cycles later. A queue that runs dry
/// before its program ends is a schedule error. The instructions of a fetch are decoded from
/// `text`, or taken from the program if there is no text (runs without values).
class alignas(64) IssueQueue {
 public:
  enum class Then : std::uint8_t { kAt, kParked, kDone };

  /// What a queue did in one cycle.
  struct Step {
    const isa::Insn* work{nullptr};  // to dispatch; valid until the next step
    bool notify{false};
    Then then{Then::kDone};
    isa::Cycle next;    // kAt: when the queue has to be asked again
    bool fetch{false};  // text is read, as `ifetch` says
  };

  /// `list` is the whole program of this queue and outlives the run.
  void load(const isa::ChipSpec& spec, const std::vector<isa::Insn>* list, const TextSource* text);

  /// Nothing is left to do. A queue whose last instruction is a sync ends when it is released.
  [[nodiscard]] bool ended() const { return index_ == total_ && repeats_left_ == 0; }

  /// To be asked in its first cycle, and then in exactly the cycles it names, which are not those
  /// of the NOPs behind an instruction. Throws UnitError.
  Step step(isa::Cycle at) {
    if (repeats_left_ != 0) {
      return repeat(at);
    }
    if (index_ == fetched_ || at.value < ready_) {
      require_text(at);
    }
    const isa::Insn& insn = (*source_)[index_ - base_];
    if (insn.op >= isa::Op::kRead) {
      current_ = insn;
      can_repeat_ = true;
      working_ = index_;
      advance();
      const isa::Cycle next = after_nops(at + isa::Cycles{1});
      return {&current_, false, then(), next};
    }
    return control(at, insn);
  }

  /// Asks the host's memory for what a step needs.
  void prefetch() const {
    __builtin_prefetch(&source_, 1);
    __builtin_prefetch(&current_, 1);
  }
  /// The last ifetch.
  [[nodiscard]] const isa::Insn& ifetch() const { return ifetch_; }
  /// Position in the program of the last step's instruction.
  [[nodiscard]] std::uint32_t index() const { return working_; }

 private:
  /// A queue holds 80 instructions, two fetches. Some more can be on their way while it works.
  static constexpr std::uint32_t kFetches = 4;

  /// To the next instruction, which is fetched from the host's memory meanwhile: a machine of many
  /// chips has more text than its caches hold.
  void advance() {
    ++index_;
    __builtin_prefetch(source_->data() + (index_ - base_));
  }
  /// The cycle of the next instruction that is no NOP, as far as the text at hand goes.
  isa::Cycle after_nops(isa::Cycle at) {
    while (index_ != fetched_ && at.value >= ready_ &&
           (*source_)[index_ - base_].op == isa::Op::kNop) {
      const std::uint16_t count = (*source_)[index_ - base_].count;
      if (count == 0) {
        break;  // an error of its own
      }
      at += isa::Cycles{count};
      can_repeat_ = false;
      advance();
    }
    return at;
  }
  Step control(isa::Cycle at, const isa::Insn& insn);
  Step repeat(isa::Cycle at);
  void fetch(isa::Cycle at, const isa::Insn& insn);
  void require_text(isa::Cycle at);
  [[nodiscard]] Then then() const { return index_ == total_ ? Then::kDone : Then::kAt; }

  // What every step needs comes first: it is in two lines of the host's cache.
  const std::vector<isa::Insn>* source_{nullptr};  // the program's, or decoded_
  std::uint32_t base_{0};      // position in the program of the first one of source_
  std::uint32_t index_{0};     // next instruction
  std::uint32_t working_{0};   // of the last step
  std::uint32_t fetched_{0};   // instructions before this one may be used, from ready_ on
  std::uint32_t promised_{0};  // and before this one, once their fetches have arrived
  std::uint32_t total_{0};
  std::int64_t ready_{0};
  std::uint32_t repeats_left_{0};
  std::int32_t distance_{0};
  std::int32_t stride_{0};
  bool can_repeat_{false};
  isa::Insn current_;                            // the last one dispatched
  std::array<std::int64_t, kFetches> arrive_{};  // fetches not yet taken into use
  std::uint32_t waiting_{0};                     // how many of them there are

  isa::Insn ifetch_;
  const TextSource* text_{nullptr};
  std::int64_t fetch_latency_{0};
  std::vector<isa::Insn> decoded_;
};

}  // namespace lpu::tlm
