// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/link_slot.h"

#include <utility>

namespace lpu::tlm {

LinkSlot::LinkSlot(const std::string& name, Fidelity fidelity,
                   std::shared_ptr<rtl::C2cLinkRtl> link, isa::Cycles settle,
                   const isa::ChipSpec& spec, StreamPort& streams)
    : RtlSlot(name, fidelity, std::shared_ptr<rtl::UnitRtl>(link, &link->unit()), settle, spec,
              streams),
      link_(std::move(link)),
      wire_(vector_bytes()) {}

void LinkSlot::reset() {
  RtlSlot::reset();
  wire_.reset();
}

void LinkSlot::sent(isa::Cycle leaves, std::span<const std::uint8_t> vector, Origin origin) {
  wire_.sent(leaves, vector, origin);
  keep_clocked_to(leaves + isa::Cycles{isa::phits_of(vector_bytes()) + 1});
}

void LinkSlot::arrives(isa::Cycle at, std::span<const std::uint8_t> vector) {
  wire_.arrives(at, vector, {cycle()});
  keep_clocked_to(at + isa::Cycles{1});
}

void LinkSlot::before_edge(std::int64_t cycle) {
  if (const std::optional<isa::Phit> phit = wire_.into({cycle})) {
    link_->come(*phit);
  }
}

/// What the block shows after the edge is on the wire in the next cycle.
void LinkSlot::after_edge(std::int64_t cycle) {
  const std::int64_t frames = wire_.frames();
  if (const std::string fault = wire_.came({cycle + 1}, link_->sent()); !fault.empty()) {
    differ(wire_.origin(), fault);
  }
  if (wire_.frames() != frames) {
    count_compared();
  }
}

}  // namespace lpu::tlm
