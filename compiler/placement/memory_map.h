// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
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
/// cache, one group of four program text, the outer ones, 32 of 44, weights in columns of 8 or 16
/// (a choice: the machine does not care). A chip without that many slices keeps weights and text in
/// all of them, and homes beyond its last group of four are in that group.
namespace home {
inline constexpr int kGroup = 4;
inline constexpr Home kW0{isa::Hemisphere::kWest, 0};
inline constexpr Home kW1{isa::Hemisphere::kWest, 4};
inline constexpr Home kW1High{isa::Hemisphere::kWest, 6};
inline constexpr Home kW2{isa::Hemisphere::kWest, 8};
inline constexpr Home kW2High{isa::Hemisphere::kWest, 10};
inline constexpr Home kE0{isa::Hemisphere::kEast, 0};
inline constexpr Home kE1{isa::Hemisphere::kEast, 4};
inline constexpr Home kE1High{isa::Hemisphere::kEast, 6};
inline constexpr Home kText{isa::Hemisphere::kEast, 8};
inline constexpr int kInnerSlices = 12;  // at least
}  // namespace home

/// Free rows of every slice; allocation only grows.
class MemoryMap {
 public:
  /// Throws isa::InputError when the chip has fewer slices than a plane's load takes.
  explicit MemoryMap(const isa::ChipSpec& spec);

  /// Throws isa::InputError that names `what` and says by how many rows it does not fit.
  Place allocate(const Home& home, isa::Type type, int rows, const std::string& what);
  /// The first slice of a home on this chip.
  [[nodiscard]] int slice_of(const Home& home) const;
  /// `width` single slices that share their first row, to feed a plane of hemisphere `h`: the
  /// emptiest such column in the hemisphere, or across both where one has too few slices.
  /// Or the one of this number, if there is room.
  std::vector<Place> allocate_column(isa::Hemisphere h, int width, int rows,
                                     const std::string& what, std::optional<int> number = {});

  /// Weights have slices of their own, from which nothing else is read.
  [[nodiscard]] bool weights_apart() const;
  /// Where program text may stand: slices of both hemispheres, west first.
  [[nodiscard]] const std::vector<int>& text_slices() const { return text_slices_; }
  /// After a burst of weights this slice is left alone for a while, so that text can be fetched
  /// from it: the outer groups of slices, to which the fewest results go.
  [[nodiscard]] bool rests(const Place& place) const {
    return place.slice >= slices_ - home::kGroup;
  }

  [[nodiscard]] int used(int slice) const { return next_[static_cast<std::size_t>(slice)]; }
  [[nodiscard]] int rows() const { return rows_; }
  /// Of all slices in which columns can be.
  [[nodiscard]] std::int64_t weight_rows() const;
  /// Of these, what further columns of `width` slices cannot have: a column begins above the
  /// fullest of its slices, and columns take the hemispheres in turn.
  [[nodiscard]] std::int64_t weight_rows_used(int width) const;
  [[nodiscard]] std::int64_t used_rows() const;

 private:
  /// The slices of each column for planes of `h`.
  [[nodiscard]] std::vector<std::vector<int>> columns(isa::Hemisphere h, int width) const;
  [[nodiscard]] int number(isa::Hemisphere h, int slice) const;
  /// The first row that is free in all of them.
  [[nodiscard]] int free_row(std::span<const int> slices) const;
  int take(std::span<const int> slices, int rows, const std::string& what);

  int slices_;  // of a hemisphere
  int rows_;
  int first_weight_slice_;  // of a hemisphere
  std::vector<int> text_slices_;
  std::vector<int> next_;
};

}  // namespace lpu::compiler
