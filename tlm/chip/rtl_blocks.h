// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "isa/spec/chip_spec.h"
#include "isa/spec/geometry.h"
#include "tlm/chip/rtl_slot.h"
#include "tlm/chip/stream_port.h"
#include "tlm/common/values.h"

namespace lpu::tlm {

/// The Verilated block for a unit, if there is one for its kind and `fidelity` asks for it.
/// Throws std::invalid_argument when it is asked for and was not verilated for this chip, or not
/// built.
[[nodiscard]] std::unique_ptr<RtlSlot> make_rtl_slot(
    const isa::ChipSpec& spec, const std::string& name, isa::Unit unit,
    const std::function<Fidelity(std::string_view unit)>& fidelity, StreamPort& streams);

}  // namespace lpu::tlm
