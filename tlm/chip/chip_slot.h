// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "isa/program/program.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"
#include "rtl/common/traced_rtl.h"
#include "tlm/chip/mem_unit.h"
#include "tlm/chip/stream_port.h"
#include "tlm/common/values.h"

namespace lpu::tlm {

/// The whole chip in RTL beside the model's: the same program, clocked in every cycle from its
/// start to its end.
///
/// The stream registers at every position with units are compared in every cycle, superlane r of
/// the RTL in cycle t + r with the model's vector of cycle t: whether somebody drove them, data,
/// check bits. Each counts as one compared output. The end of the program and the words that SECDED
/// put right must be the same. Links are compared frame by frame (LinkWire). `rtl`: what the host
/// reads from MEM is the RTL's.
class ChipSlot {
 public:
  virtual ~ChipSlot() = default;

  /// Data and text have been placed in MEM, which goes to both.
  virtual void load(const isa::Program& program) = 0;
  /// Program cycle 0 is cycle `at`.
  virtual void start(isa::Cycle at) = 0;
  /// The model has done everything before cycle `until`. Throws RtlDifference.
  virtual void pass(isa::Cycle until) = 0;
  /// The model sent this vector over a link, or will be able to receive it from cycle `at` on.
  virtual void sent(int link, isa::Cycle leaves, std::span<const std::uint8_t> vector) = 0;
  virtual void arrives(int link, isa::Cycle at, std::span<const std::uint8_t> vector) = 0;
  /// The model's program ended; `corrected` words were put right in it.
  virtual void finish(isa::Cycle end, std::int64_t corrected) = 0;

  [[nodiscard]] virtual rtl::TracedRtl& block() = 0;
  [[nodiscard]] virtual std::int64_t compared_outputs() const = 0;
  [[nodiscard]] virtual std::int64_t differences() const = 0;
};

/// Connects MEM to the RTL's. Throws std::invalid_argument if no chip was verilated like this one.
[[nodiscard]] std::unique_ptr<ChipSlot> make_chip_slot(const isa::ChipSpec& spec, int index,
                                                       Fidelity fidelity, const StreamPort& streams,
                                                       MemUnit& mem);

}  // namespace lpu::tlm
