// SPDX-License-Identifier: Apache-2.0
// rtl/vxm/lpu_vxm.sv as a C++ object, one call a cycle, no SystemC.
#pragma once

#include <memory>
#include <string>

#include "rtl/common/unit_rtl.h"

namespace lpu::rtl {

/// The vector unit in superlane 0's frame; queue a is ALU a. `name` is the scope in messages and
/// waveforms. Throws std::invalid_argument if no block was verilated for `superlanes`; there is 2
/// and 20.
[[nodiscard]] std::unique_ptr<UnitRtl> make_vxm_rtl(RtlContext& context, const std::string& name,
                                                    int superlanes);

}  // namespace lpu::rtl
