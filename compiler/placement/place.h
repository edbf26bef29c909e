// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>

#include "isa/insn/insn.h"
#include "isa/spec/chip_spec.h"

namespace lpu::compiler {

/// Streams that load a plane, and rows of two-byte weights that they bring at once: a group.
inline constexpr int kLoadStreams = static_cast<int>(isa::ChipSpec::kLoadStreams);
inline constexpr int kRowsPerGroup = kLoadStreams / 2;

/// Rows that differ from chip to chip of a group: chip i has the (i xor peer)th after the first.
struct Spread {
  int peer{0};
  int chips{1};
};

/// Where vectors lie in MEM: `bytes_of(type)` neighbouring slices from `slice`, low byte first,
/// in `rows` rows from `row`. Every chip of a tensor parallel group uses the same places, but for
/// rows that are spread.
struct Place {
  isa::Hemisphere hemisphere{isa::Hemisphere::kWest};
  int slice{0};
  int row{0};
  int rows{1};
  isa::Type type{isa::Type::kI8};
  std::optional<Spread> spread{};
};

/// A matrix plane. fp16 takes both of a side and is the business of number 0.
struct Plane {
  isa::Hemisphere side{isa::Hemisphere::kEast};
  int number{0};
  friend auto operator<=>(const Plane&, const Plane&) = default;
};

}  // namespace lpu::compiler
