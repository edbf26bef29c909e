// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/link_wire.h"

#include <fmt/format.h>

#include <stdexcept>

namespace lpu::tlm {

void LinkWire::reset() {
  sent_.clear();
  coming_.clear();
}

void LinkWire::sent(isa::Cycle leaves, std::span<const std::uint8_t> vector,
                    const RtlDifference::Origin& origin) {
  sent_.push_back({leaves.value, {vector.begin(), vector.end()}, origin, {}});
}

void LinkWire::arrives(isa::Cycle at, std::span<const std::uint8_t> vector, isa::Cycle now) {
  std::int64_t first = at.value - isa::cycles_to_receive(bytes_);
  if (first < now.value) {
    throw std::logic_error(
        fmt::format("a vector for cycle {} was known in cycle {} only", at.value, now.value));
  }
  for (const isa::Phit& phit : isa::encode_frame(vector)) {
    coming_.push_back({first++, phit});
  }
}

std::optional<isa::Phit> LinkWire::into(isa::Cycle at) {
  if (coming_.empty() || coming_.front().at != at.value) {
    return std::nullopt;
  }
  const isa::Phit phit = coming_.front().phit;
  coming_.pop_front();
  return phit;
}

std::string LinkWire::came(isa::Cycle at, const std::optional<isa::Phit>& phit) {
  const bool due = !sent_.empty() && sent_.front().leaves <= at.value;
  origin_ = sent_.empty() ? RtlDifference::Origin{} : sent_.front().origin;
  if (phit.has_value() != due) {
    return fmt::format("wire in cycle {}: model {}, RTL {}", at.value, due ? "a phit" : "nothing",
                       phit ? "a phit" : "nothing");
  }
  if (!phit) {
    return {};
  }
  Sent& front = sent_.front();
  front.phits.push_back(*phit);
  if (front.phits.size() < static_cast<std::size_t>(isa::phits_of(bytes_))) {
    return {};
  }
  ++frames_;
  std::string fault = judge(front);
  sent_.pop_front();
  return fault;
}

std::string LinkWire::judge(const Sent& sent) const {
  const isa::Frame frame = isa::decode_frame(sent.phits, bytes_);
  if (frame.flagged || frame.corrected != 0) {
    return fmt::format("frame that left in cycle {}: not a codeword", sent.leaves);
  }
  for (std::size_t lane = 0; lane < sent.vector.size(); ++lane) {
    if (frame.vector[lane] != sent.vector[lane]) {
      return fmt::format("frame that left in cycle {}, lane {}: model {:#04x}, RTL {:#04x}",
                         sent.leaves, lane, sent.vector[lane], frame.vector[lane]);
    }
  }
  return {};
}

}  // namespace lpu::tlm
