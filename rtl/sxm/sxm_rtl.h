// SPDX-License-Identifier: Apache-2.0
// rtl/sxm/lpu_sxm.sv as a C++ object. Queues are those of isa::SxmQueue; byte k of a result is
// drive port 4 q + k, or 16 (q - 3) + k of a transposer.
#pragma once

#include <memory>
#include <string>

#include "rtl/common/unit_rtl.h"

namespace lpu::rtl {

/// `name` is the scope in messages and waveforms. Throws std::invalid_argument if nothing was
/// verilated for that many superlanes; there is 2 and 20.
[[nodiscard]] std::unique_ptr<UnitRtl> make_sxm_rtl(RtlContext& context, const std::string& name,
                                                    int superlanes);

}  // namespace lpu::rtl
