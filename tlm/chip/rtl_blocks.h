// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "isa/spec/chip_spec.h"
#include "isa/spec/geometry.h"
#include "tlm/chip/chip_slot.h"
#include "tlm/chip/icu_slot.h"
#include "tlm/chip/rtl_slot.h"
#include "tlm/chip/stream_port.h"
#include "tlm/common/values.h"

namespace lpu::tlm {

/// What is to stand beside or in the place of a unit.
struct RtlRequest {
  const isa::ChipSpec& spec;
  const std::string& name;
  isa::Unit unit;
  /// As ChipCore::Config has them.
  const std::function<Fidelity(std::string_view unit)>& fidelity;
  const std::function<std::shared_ptr<rtl::UnitRtl>(std::string_view unit)>& block;
};

/// A slot with the Verilated block, or nullptr where the model is alone. Throws
/// std::invalid_argument when RTL is asked for and was not built, or not for this chip.
[[nodiscard]] std::unique_ptr<RtlSlot> make_rtl_slot(const RtlRequest& request,
                                                     StreamPort& streams);

/// The whole chip, whose name is empty: connects MEM to the RTL's. Throws std::invalid_argument
/// when no chip was verilated like this one.
[[nodiscard]] std::unique_ptr<ChipSlot> make_chip_slot(
    const isa::ChipSpec& spec, int index,
    const std::function<Fidelity(std::string_view unit)>& fidelity, const StreamPort& streams,
    MemUnit& mem);

/// The same for queue `queue` of the chip itself, whose name is `icu_` and the queue's.
[[nodiscard]] std::unique_ptr<IcuSlot> make_icu_slot(
    const isa::ChipSpec& spec, int queue,
    const std::function<Fidelity(std::string_view unit)>& fidelity);

}  // namespace lpu::tlm
