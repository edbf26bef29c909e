// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "rtl/c2c/c2c_link_rtl.h"
#include "tlm/chip/link_wire.h"
#include "tlm/chip/rtl_slot.h"

namespace lpu::tlm {

/// The Verilated end of a link. What goes to the other chip is the model's vector, in `rtl` as
/// well: it leaves before its frame is whole, and the frame is held against it.
class LinkSlot : public RtlSlot {
 public:
  LinkSlot(const std::string& name, Fidelity fidelity, std::shared_ptr<rtl::C2cLinkRtl> link,
           isa::Cycles settle, const isa::ChipSpec& spec, StreamPort& streams);

  void reset() override;
  void sent(isa::Cycle leaves, std::span<const std::uint8_t> vector, Origin origin) override;
  void arrives(isa::Cycle at, std::span<const std::uint8_t> vector) override;

 protected:
  void before_edge(std::int64_t cycle) override;
  void after_edge(std::int64_t cycle) override;

 private:
  std::shared_ptr<rtl::C2cLinkRtl> link_;
  LinkWire wire_;
};

}  // namespace lpu::tlm
