// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/rtl_slot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "isa/asm/disassembler.h"
#include "tlm/mem/mem_slice.h"

namespace lpu::tlm {
namespace {

int number_of(isa::Stream stream) { return isa::Source::stream(stream).value; }

isa::Stream stream_of(int number) {
  return isa::Source{isa::Source::Kind::kStream, static_cast<std::uint8_t>(number)}.as_stream();
}

}  // namespace

RtlSlot::RtlSlot(std::string name, Fidelity fidelity, std::shared_ptr<rtl::UnitRtl> block,
                 isa::Cycles settle, const isa::ChipSpec& spec, StreamPort& streams)
    : name_(std::move(name)),
      fidelity_(fidelity),
      block_(std::move(block)),
      settle_(settle),
      bytes_(static_cast<std::size_t>(spec.lanes())),
      superlanes_(static_cast<int>(spec.superlanes)),
      streams_(streams) {}

void RtlSlot::dispatched(isa::Cycle at, int queue, const isa::Insn& insn, const StreamUses& uses,
                         std::int64_t corrected, Origin origin) {
  next_ = at.value;
  busy_to_ = std::max(busy_to_, (at + settle_).value);
  corrected_ += corrected;
  last_ = origin;
  block_->issue(queue, isa::encode(insn));
  for (const StreamUses::Take& take : uses.takes) {
    block_->present(number_of(take.stream), take.vector, checks_of(take.vector));
  }
  for (const StreamUses::Drive& drive : uses.drives) {
    expected_.push_back({drive.at.value, number_of(drive.stream), drive.vector, origin});
  }
}

void RtlSlot::pass(isa::Cycle until) {
  while (next_ < until.value && next_ < busy_to_) {
    clock();
  }
  next_ = std::max(next_, until.value);
}

void RtlSlot::reset() {
  block_->reset();
  next_ = INT64_MIN;
  busy_to_ = INT64_MIN;
  corrected_ = 0;
  last_ = {};
  expected_.clear();
}

void RtlSlot::clock() {
  before_edge(next_);
  block_->clock();
  ++next_;
  if (block_->errors() != 0) {
    throw RtlDifference("lpu/rtl/assertion", name_, {next_ - 1}, last_,
                        "an assertion of the RTL failed");
  }
  judge_checks();
  judge_drives();
  after_edge(next_ - 1);
}

void RtlSlot::sent(isa::Cycle, std::span<const std::uint8_t>, Origin) {}
void RtlSlot::arrives(isa::Cycle, std::span<const std::uint8_t>) {}

/// `corrected` is of the operands that the block took in the cycle before.
void RtlSlot::judge_checks() {
  const std::int64_t model = std::exchange(corrected_, 0);
  if (block_->corrected() != model) {
    differ(last_, fmt::format("words put right in cycle {}: model {}, RTL {}", next_ - 1, model,
                              block_->corrected()));
  }
  if (block_->uncorrectable()) {
    differ(last_, fmt::format("two wrong bits in a word in cycle {}: the RTL found them, the "
                              "model did not",
                              next_ - 1));
  }
}

void RtlSlot::judge_drives() {
  ++compared_;
  for (const rtl::UnitRtl::Drive& drive : block_->drives()) {
    const auto expected = std::find_if(expected_.begin(), expected_.end(), [&](const Expected& e) {
      return e.at == next_ && e.stream == drive.stream;
    });
    if (expected == expected_.end()) {
      differ(last_, fmt::format("stream {} in cycle {}: the RTL drives it, the model does not",
                                isa::text_of(stream_of(drive.stream)), next_));
    }
    judge_drive(drive, *expected);
    expected_.erase(expected);
  }
  for (const Expected& expected : expected_) {
    if (expected.at == next_) {
      differ(expected.origin,
             fmt::format("stream {} in cycle {}: the model drives it, the RTL does not",
                         isa::text_of(stream_of(expected.stream)), next_));
    }
  }
}

void RtlSlot::judge_drive(const rtl::UnitRtl::Drive& drive, const Expected& expected) {
  const std::string where =
      fmt::format("stream {} in cycle {}", isa::text_of(stream_of(drive.stream)), next_);
  if (!drive.whole) {
    differ(expected.origin, where + ": the RTL drives some superlanes only");
  }
  if (fidelity_ == Fidelity::kRtl) {
    return put(drive, expected);
  }
  ++compared_;
  for (std::size_t lane = 0; lane < bytes_; ++lane) {
    if (drive.data[lane] != expected.vector[lane]) {
      differ(expected.origin, fmt::format("{}, lane {}: model {:#04x}, RTL {:#04x}", where, lane,
                                          expected.vector[lane], drive.data[lane]));
    }
  }
  const rtl::UnitRtl::Checks checks = checks_of(expected.vector);
  for (int r = 0; r < superlanes_; ++r) {
    const auto word = static_cast<std::size_t>(r);
    if (drive.checks[word] != checks[word]) {
      differ(expected.origin, fmt::format("{}, check bits of superlane {}: model {:#05x}, RTL "
                                          "{:#05x}",
                                          where, r, checks[word], drive.checks[word]));
    }
  }
}

void RtlSlot::put(const rtl::UnitRtl::Drive& drive, const Expected& expected) {
  std::memcpy(expected.vector, drive.data.data(), bytes_);
  streams_.detach_checks(expected.vector);
  if (checks_of(expected.vector) != drive.checks) {
    streams_.attach_checks(expected.vector, drive.checks);
  }
}

rtl::UnitRtl::Checks RtlSlot::checks_of(const std::uint8_t* vector) const {
  if (const CheckWords* checks = streams_.checks_of(vector)) {
    return *checks;
  }
  return lpu::tlm::checks_of(vector, static_cast<int>(bytes_));
}

void RtlSlot::differ(const Origin& origin, const std::string& what) {
  ++differences_;
  throw RtlDifference("lpu/rtl/difference", name_, {next_}, origin, what);
}

}  // namespace lpu::tlm
