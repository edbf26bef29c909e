// SPDX-License-Identifier: Apache-2.0
#include "rtl/mxm/mxm_station_rtl.h"

#include <VmxmStation2.h>
#include <VmxmStation20.h>
#include <fmt/format.h>

#include <stdexcept>

namespace lpu::rtl {

std::unique_ptr<UnitRtl> make_mxm_station_rtl(RtlContext& context, const std::string& name,
                                              int superlanes) {
  switch (superlanes) {
    case 2:
      return std::make_unique<UnitRtlOf<VmxmStation2>>(context, name, superlanes);
    case 20:
      return std::make_unique<UnitRtlOf<VmxmStation20>>(context, name, superlanes);
    default:
      throw std::invalid_argument(fmt::format(
          "mxm station: no RTL was verilated for {} superlanes; there is 2 and 20", superlanes));
  }
}

}  // namespace lpu::rtl
