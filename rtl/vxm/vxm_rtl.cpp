// SPDX-License-Identifier: Apache-2.0
#include "rtl/vxm/vxm_rtl.h"

// Before anything else of Verilator.
#include <Vvxm2.h>
#include <Vvxm20.h>
#include <fmt/format.h>

#include <stdexcept>

namespace lpu::rtl {

std::unique_ptr<UnitRtl> make_vxm_rtl(RtlContext& context, const std::string& name,
                                      int superlanes) {
  if (superlanes == 2) return std::make_unique<UnitRtlOf<Vvxm2>>(context, name, 2);
  if (superlanes == 20) return std::make_unique<UnitRtlOf<Vvxm20>>(context, name, 20);
  throw std::invalid_argument(
      fmt::format("vxm: no RTL was verilated for {} superlanes; there is 2 and 20", superlanes));
}

}  // namespace lpu::rtl
