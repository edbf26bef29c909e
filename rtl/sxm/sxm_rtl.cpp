// SPDX-License-Identifier: Apache-2.0
#include "rtl/sxm/sxm_rtl.h"

#include <Vsxm2.h>
#include <Vsxm20.h>
#include <fmt/format.h>
#include <verilated.h>

#include <stdexcept>

namespace lpu::rtl {

std::unique_ptr<UnitRtl> make_sxm_rtl(RtlContext& context, const std::string& name,
                                      int superlanes) {
  if (superlanes == 20) {
    return std::make_unique<UnitRtlOf<Vsxm20>>(context, name, superlanes);
  }
  if (superlanes == 2) {
    return std::make_unique<UnitRtlOf<Vsxm2>>(context, name, superlanes);
  }
  throw std::invalid_argument(
      fmt::format("sxm: no RTL was verilated for {} superlanes; there is 2 and 20", superlanes));
}

}  // namespace lpu::rtl
