// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "rtl/c2c/c2c_frame.h"
#include "rtl/c2c/c2c_link_rtl.h"
#include "tlm/chip/rtl_slot.h"

namespace lpu::tlm {

/// The Verilated end of a link. What the model sends must come out of it as a frame that decodes to
/// the same vector without a correction, its first phit in the cycle in which the vector leaves;
/// what arrives is put onto its wire as phits, so that it can be received in its cycle. What goes
/// to the other chip is the model's vector, in `rtl` as well: it leaves before the frame is whole.
class LinkSlot : public RtlSlot {
 public:
  LinkSlot(const std::string& name, Fidelity fidelity, std::shared_ptr<rtl::C2cLinkRtl> link,
           isa::Cycles settle, const isa::ChipSpec& spec, StreamPort& streams);

  void reset() override;
  void sent(isa::Cycle leaves, std::span<const std::uint8_t> vector, Origin origin) override;
  /// Throws std::logic_error if the frame's first phit would have had to come already: a system
  /// with RTL links runs in windows that are short enough.
  void arrives(isa::Cycle at, std::span<const std::uint8_t> vector) override;

 protected:
  void before_edge(std::int64_t cycle) override;
  void after_edge(std::int64_t cycle) override;

 private:
  struct Sent {
    std::int64_t leaves{0};
    std::vector<std::uint8_t> vector;
    Origin origin;
    std::vector<rtl::Phit> phits;  // as they came out so far
  };
  struct Coming {
    std::int64_t at{0};
    rtl::Phit phit{};
  };

  void judge_frame(const Sent& sent);

  std::shared_ptr<rtl::C2cLinkRtl> link_;
  std::deque<Sent> sent_;
  std::deque<Coming> coming_;
};

}  // namespace lpu::tlm
