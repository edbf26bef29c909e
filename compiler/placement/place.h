// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/insn/insn.h"

namespace lpu::compiler {

/// Where vectors lie in MEM: `bytes_of(type)` neighbouring slices from `slice`, low byte first,
/// in `rows` rows from `row`. Every chip of a tensor parallel group uses the same places.
struct Place {
  isa::Hemisphere hemisphere{isa::Hemisphere::kWest};
  int slice{0};
  int row{0};
  int rows{1};
  isa::Type type{isa::Type::kI8};
};

/// A matrix plane. fp16 takes both of a side and is the business of number 0.
struct Plane {
  isa::Hemisphere side{isa::Hemisphere::kEast};
  int number{0};
};

}  // namespace lpu::compiler
