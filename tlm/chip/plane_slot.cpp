// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/plane_slot.h"

#include <fmt/format.h>

#include <stdexcept>

#include "tlm/chip/plane_model.h"
#ifdef LPU_WITH_RTL
#include "tlm/chip/plane_rtl.h"
#endif

namespace lpu::tlm {

std::unique_ptr<PlaneUnit> make_plane_unit(const isa::ChipSpec& spec, const std::string& name,
                                           Fidelity fidelity) {
  if (fidelity == Fidelity::kTlm) {
    return std::make_unique<PlaneModel>(spec);
  }
#ifdef LPU_WITH_RTL
  return std::make_unique<PlaneRtl>(spec, name, fidelity == Fidelity::kBoth);
#else
  throw std::invalid_argument(
      fmt::format("{}: this program was built without RTL (LPU_WITH_RTL)", name));
#endif
}

}  // namespace lpu::tlm
