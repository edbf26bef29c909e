// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/link_slot.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace lpu::tlm {

LinkSlot::LinkSlot(const std::string& name, Fidelity fidelity,
                   std::shared_ptr<rtl::C2cLinkRtl> link, isa::Cycles settle,
                   const isa::ChipSpec& spec, StreamPort& streams)
    : RtlSlot(name, fidelity, std::shared_ptr<rtl::UnitRtl>(link, &link->unit()), settle, spec,
              streams),
      link_(std::move(link)) {}

void LinkSlot::reset() {
  RtlSlot::reset();
  sent_.clear();
  coming_.clear();
}

void LinkSlot::sent(isa::Cycle leaves, std::span<const std::uint8_t> vector, Origin origin) {
  sent_.push_back({leaves.value, {vector.begin(), vector.end()}, origin, {}});
  keep_clocked_to(leaves + isa::Cycles{rtl::phits_of(vector_bytes()) + 1});
}

void LinkSlot::arrives(isa::Cycle at, std::span<const std::uint8_t> vector) {
  std::int64_t first = at.value - rtl::cycles_to_receive(vector_bytes());
  if (first < cycle()) {
    throw std::logic_error(fmt::format("{}: a vector for cycle {} was known in cycle {} only",
                                       name(), at.value, cycle()));
  }
  for (const rtl::Phit& phit : rtl::encode_frame(vector)) {
    coming_.push_back({first++, phit});
  }
  keep_clocked_to(at + isa::Cycles{1});
}

void LinkSlot::before_edge(std::int64_t cycle) {
  if (!coming_.empty() && coming_.front().at == cycle) {
    link_->come(coming_.front().phit);
    coming_.pop_front();
  }
}

/// What the block shows after the edge is on the wire in the next cycle.
void LinkSlot::after_edge(std::int64_t cycle) {
  const std::optional<rtl::Phit> phit = link_->sent();
  const std::int64_t now = cycle + 1;
  const bool due = !sent_.empty() && sent_.front().leaves <= now;
  if (phit.has_value() != due) {
    differ(sent_.empty() ? Origin{} : sent_.front().origin,
           fmt::format("wire in cycle {}: model {}, RTL {}", now, due ? "a phit" : "nothing",
                       phit ? "a phit" : "nothing"));
  }
  if (!phit) {
    return;
  }
  Sent& front = sent_.front();
  front.phits.push_back(*phit);
  if (front.phits.size() == static_cast<std::size_t>(rtl::phits_of(vector_bytes()))) {
    judge_frame(front);
    sent_.pop_front();
  }
}

void LinkSlot::judge_frame(const Sent& sent) {
  count_compared();
  const rtl::Frame frame = rtl::decode_frame(sent.phits, vector_bytes());
  if (frame.flagged || frame.corrected != 0) {
    differ(sent.origin, fmt::format("frame that left in cycle {}: not a codeword", sent.leaves));
  }
  for (std::size_t lane = 0; lane < sent.vector.size(); ++lane) {
    if (frame.vector[lane] != sent.vector[lane]) {
      differ(sent.origin,
             fmt::format("frame that left in cycle {}, lane {}: model {:#04x}, RTL {:#04x}",
                         sent.leaves, lane, sent.vector[lane], frame.vector[lane]));
    }
  }
}

}  // namespace lpu::tlm
