// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "isa/spec/chip_spec.h"
#include "tlm/common/plane_unit.h"
#include "tlm/common/values.h"

namespace lpu::tlm {

/// Whether this build has the Verilated blocks.
#ifdef LPU_WITH_RTL
inline constexpr bool kRtlIsBuilt = true;
#else
inline constexpr bool kRtlIsBuilt = false;
#endif

/// What stands in the slot of the MXM plane `name`. Throws std::invalid_argument if the RTL is
/// asked for and was not built.
[[nodiscard]] std::unique_ptr<PlaneUnit> make_plane_unit(const isa::ChipSpec& spec,
                                                         const std::string& name,
                                                         Fidelity fidelity);

}  // namespace lpu::tlm
