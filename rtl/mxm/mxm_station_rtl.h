// SPDX-License-Identifier: Apache-2.0
// rtl/mxm/lpu_mxm_station.sv as a C++ object. Queues are those of isa::MxmQueue; byte k of a result
// is drive port k.
#pragma once

#include <memory>
#include <string>

#include "rtl/common/unit_rtl.h"

namespace lpu::rtl {

/// `name` is the scope in messages and waveforms. Throws std::invalid_argument if nothing was
/// verilated for that many superlanes; there is 2 and 20.
[[nodiscard]] std::unique_ptr<UnitRtl> make_mxm_station_rtl(RtlContext& context,
                                                            const std::string& name,
                                                            int superlanes);

}  // namespace lpu::rtl
