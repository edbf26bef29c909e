// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/rtl_blocks.h"

#include <fmt/format.h>

#include <stdexcept>

namespace lpu::tlm {

std::unique_ptr<RtlSlot> make_rtl_slot(
    const isa::ChipSpec& spec, const std::string& name, isa::Unit unit,
    const std::function<Fidelity(std::string_view unit)>& fidelity, StreamPort& streams) {
  static_cast<void>(spec);
  static_cast<void>(name);
  static_cast<void>(unit);
  static_cast<void>(fidelity);
  static_cast<void>(streams);
  return nullptr;
}

}  // namespace lpu::tlm
