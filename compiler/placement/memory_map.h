// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "compiler/placement/place.h"

namespace lpu::compiler {

/// A stretch of neighbouring slices at one hop position. Values that are read together live in
/// different homes.
struct Home {
  isa::Hemisphere hemisphere{isa::Hemisphere::kWest};
  int slice{0};
};

/// What stands where in MEM, by slice: the inner slices hold activations, tables and the KV
/// cache, one group of four program text, the outer 32 weights in columns of 16 (a choice: the
/// machine does not care).
namespace home {
inline constexpr Home kW0{isa::Hemisphere::kWest, 0};
inline constexpr Home kW1{isa::Hemisphere::kWest, 4};
inline constexpr Home kW1High{isa::Hemisphere::kWest, 6};
inline constexpr Home kW2{isa::Hemisphere::kWest, 8};
inline constexpr Home kW2High{isa::Hemisphere::kWest, 10};
inline constexpr Home kE0{isa::Hemisphere::kEast, 0};
inline constexpr Home kE1{isa::Hemisphere::kEast, 4};
inline constexpr Home kE1High{isa::Hemisphere::kEast, 6};
inline constexpr Home kText{isa::Hemisphere::kEast, 8};
inline constexpr int kTextSlices = 4;
inline constexpr int kFirstWeightSlice = 12;
}  // namespace home

/// Free rows of every slice; allocation only grows.
class MemoryMap {
 public:
  explicit MemoryMap(const isa::ChipSpec& spec);

  /// Throws CapacityError that names `what` and says by how many rows it does not fit.
  Place allocate(const Home& home, isa::Type type, int rows, const std::string& what);
  /// `width` single slices side by side that share their first row, in the emptiest column of
  /// the hemisphere's weight slices.
  std::vector<Place> allocate_column(isa::Hemisphere h, int width, int rows,
                                     const std::string& what);

  [[nodiscard]] int used(isa::Hemisphere h, int slice) const;
  [[nodiscard]] std::int64_t used_rows() const;

 private:
  int take(isa::Hemisphere h, int slice, int width, int rows, const std::string& what);

  int slices_;
  int rows_;
  std::vector<int> next_;
};

}  // namespace lpu::compiler
