// SPDX-License-Identifier: Apache-2.0
#include "tlm/icu/issue_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "tlm/common/schedule_error.h"

namespace lpu::tlm {
namespace {

constexpr std::uint32_t kFetchInsns = static_cast<std::uint32_t>(isa::ChipSpec::kFetchInsns);
constexpr std::size_t kInsnBytes = static_cast<std::size_t>(isa::ChipSpec::kInsnBytes);

bool steps_addr(const isa::Insn& insn) {
  const isa::OpInfo* info = isa::find_op(insn.op);
  return info != nullptr && isa::has_field(*info, isa::Field::kAddr);
}

isa::Insn decoded(std::span<const std::uint8_t> bytes, std::uint32_t position) {
  isa::Word word{};
  std::copy_n(bytes.begin(), word.size(), word.begin());
  const std::optional<isa::Insn> insn = isa::decode(word);
  if (!insn) {
    throw UnitError("lpu/icu/undefined-insn",
                    fmt::format("the text of instruction {} in MEM is no instruction", position));
  }
  return *insn;
}

}  // namespace

void IssueQueue::load(const isa::ChipSpec& spec, const std::vector<isa::Insn>* list,
                      const TextSource* text) {
  text_ = text;
  fetch_latency_ = spec.icu_fetch_latency;
  waiting_ = 0;
  decoded_.clear();
  base_ = 0;
  index_ = 0;
  working_ = 0;
  total_ = list == nullptr ? 0 : static_cast<std::uint32_t>(list->size());
  fetched_ = std::min(total_, kFetchInsns);
  promised_ = fetched_;
  ready_ = INT64_MIN;
  can_repeat_ = false;
  repeats_left_ = 0;
  source_ = list;
  if (text != nullptr && list != nullptr) {
    decoded_.assign(list->begin(), list->begin() + fetched_);
    source_ = &decoded_;
  }
}

IssueQueue::Step IssueQueue::control(isa::Cycle at, const isa::Insn& insn) {
  working_ = index_;
  advance();
  const bool could_repeat = can_repeat_;
  can_repeat_ = insn.op == isa::Op::kRepeat;
  switch (insn.op) {
    case isa::Op::kNop:
      if (insn.count == 0) {
        throw UnitError("lpu/icu/zero-count", "a nop takes at least one cycle");
      }
      // The cycles of a last nop pass without anybody to see them.
      return {nullptr, false, then(), at + isa::Cycles{insn.count}};
    case isa::Op::kRepeat:
      if (!could_repeat) {
        throw UnitError("lpu/icu/nothing-to-repeat",
                        "the instruction before a repeat must be one of the unit's");
      }
      if (insn.count == 0 || insn.distance == 0) {
        throw UnitError("lpu/icu/zero-count", "a repeat has at least one repetition, 1 cycle on");
      }
      repeats_left_ = insn.count;
      distance_ = insn.distance;
      stride_ = steps_addr(current_) ? insn.stride : 0;
      if (distance_ == 1) {
        return repeat(at);
      }
      return {nullptr, false, Then::kAt, at + isa::Cycles{distance_ - 1}};
    case isa::Op::kSync:
      return {nullptr, false, Then::kParked, at};
    case isa::Op::kNotify:
      return {nullptr, true, then(), at + isa::Cycles{1}};
    case isa::Op::kIfetch:
      ifetch_ = insn;
      fetch(at, ifetch_);
      return {nullptr, false, then(), at + isa::Cycles{1}, true};
    default:
      throw UnitError("lpu/icu/undefined-insn",
                      fmt::format("no queue has operation {:#04x}", static_cast<int>(insn.op)));
  }
}

IssueQueue::Step IssueQueue::repeat(isa::Cycle at) {
  --repeats_left_;
  const std::int32_t addr = current_.addr + stride_;
  if (addr < 0 || addr > UINT16_MAX) {
    throw UnitError("lpu/icu/repeat-address", "a repeat steps the address out of its 16 bits");
  }
  current_.addr = static_cast<std::uint16_t>(addr);
  if (repeats_left_ != 0) {
    return {&current_, false, Then::kAt, at + isa::Cycles{distance_}};
  }
  const isa::Cycle next = after_nops(at + isa::Cycles{1});
  return {&current_, false, then(), next};
}

void IssueQueue::fetch(isa::Cycle at, const isa::Insn& insn) {
  if (promised_ == total_) {
    throw UnitError("lpu/icu/nothing-to-fetch",
                    "an ifetch after which the queue would hold more than its program");
  }
  if (waiting_ == kFetches) {
    throw UnitError("lpu/icu/queue-full",
                    "an ifetch while those before it bring more than the queue has room for");
  }
  arrive_[waiting_++] = at.value + fetch_latency_;
  const std::uint32_t first = promised_;
  promised_ = std::min(total_, promised_ + kFetchInsns);
  if (text_ == nullptr) {
    return;
  }
  const std::span<const std::uint8_t> bytes = text_->text(insn.count, insn.addr);
  decoded_.erase(decoded_.begin(), decoded_.begin() + (index_ - base_));
  base_ = index_;
  for (std::uint32_t i = first; i < promised_; ++i) {
    decoded_.push_back(decoded(bytes.subspan((i - first) * kInsnBytes, kInsnBytes), i));
  }
}

void IssueQueue::require_text(isa::Cycle at) {
  if (index_ == fetched_ && waiting_ != 0) {
    fetched_ = std::min(total_, fetched_ + kFetchInsns);
    ready_ = arrive_.front();
    std::copy(arrive_.begin() + 1, arrive_.begin() + waiting_, arrive_.begin());
    --waiting_;
  }
  if (index_ == fetched_) {
    throw UnitError("lpu/icu/dry-queue",
                    fmt::format("instruction {} is due and no ifetch has brought it", index_));
  }
  if (at.value < ready_) {
    throw UnitError(
        "lpu/icu/dry-queue",
        fmt::format("instruction {} is due, its ifetch brings it in cycle {}", index_, ready_));
  }
}

}  // namespace lpu::tlm
