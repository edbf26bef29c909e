// SPDX-License-Identifier: Apache-2.0
// rtl/c2c/lpu_c2c_link.sv as a C++ object, one call a cycle, no SystemC.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "isa/wire/frame.h"
#include "rtl/common/unit_rtl.h"

namespace lpu::rtl {

/// One end of a link in superlane 0's frame; arrivals are not deskewed.
class C2cLinkRtl {
 public:
  /// `name` is the scope in messages and waveforms. Throws std::invalid_argument if no block was
  /// verilated for `superlanes`; there is 2 and 20.
  [[nodiscard]] static std::unique_ptr<C2cLinkRtl> make(RtlContext& context,
                                                        const std::string& name, int superlanes);
  virtual ~C2cLinkRtl() = default;
  C2cLinkRtl(const C2cLinkRtl&) = delete;
  C2cLinkRtl& operator=(const C2cLinkRtl&) = delete;

  /// Instructions, streams, the clock.
  [[nodiscard]] virtual UnitRtl& unit() = 0;

  /// What this end puts on the wire in this cycle.
  [[nodiscard]] virtual std::optional<isa::Phit> sent() = 0;
  /// What comes off the wire in the coming cycle.
  virtual void come(const isa::Phit& phit) = 0;

  /// A vector that could not be corrected is driven in this cycle.
  [[nodiscard]] virtual bool flagged() = 0;
  /// Since reset: symbols put right, frames that could not be.
  [[nodiscard]] virtual std::uint32_t fec_corrected() = 0;
  [[nodiscard]] virtual std::uint32_t fec_flagged() = 0;

 protected:
  C2cLinkRtl() = default;
};

}  // namespace lpu::rtl
