// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/memory_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {
/// Slices of the narrowest column of weights: those that would be left over hold no weights.
constexpr int kNarrowColumn = 8;
}  // namespace

MemoryMap::MemoryMap(const isa::ChipSpec& spec)
    : slices_(static_cast<int>(spec.mem_slices)),
      rows_(static_cast<int>(spec.mem_rows)),
      first_weight_slice_(weights_apart()
                              ? home::kInnerSlices + (slices_ - home::kInnerSlices) % kNarrowColumn
                              : 0),
      next_(static_cast<std::size_t>(2 * spec.mem_slices), 0) {
  if (2 * slices_ < kLoadStreams) {
    throw isa::InputError(
        "system", 0,
        fmt::format("a chip of {} slices a hemisphere is too small for the compiler: a plane is "
                    "loaded from {} at once",
                    slices_, kLoadStreams));
  }
  const int count = weights_apart() ? home::kGroup : 2 * slices_;
  const int first = weights_apart() ? number(home::kText.hemisphere, home::kText.slice) : 0;
  text_slices_.resize(static_cast<std::size_t>(count));
  std::iota(text_slices_.begin(), text_slices_.end(), first);
}

bool MemoryMap::weights_apart() const { return slices_ >= home::kInnerSlices + kLoadStreams; }

std::int64_t MemoryMap::used_rows() const {
  return std::accumulate(next_.begin(), next_.end(), std::int64_t{0});
}

std::int64_t MemoryMap::weight_rows() const {
  return std::int64_t{2} * (slices_ - first_weight_slice_) * rows_;
}

std::int64_t MemoryMap::weight_rows_used(int width) const {
  if (!weights_apart()) {
    return used_rows();
  }
  const auto used = [&](isa::Hemisphere h) {
    std::int64_t rows = 0;
    for (const auto& column : columns(h, width)) {
      rows += std::int64_t{width} * free_row(column);
    }
    return rows;
  };
  return 2 * std::max(used(isa::Hemisphere::kWest), used(isa::Hemisphere::kEast));
}

int MemoryMap::number(isa::Hemisphere h, int slice) const {
  return static_cast<int>(h) * slices_ + slice;
}

int MemoryMap::free_row(std::span<const int> slices) const {
  int row = 0;
  for (const int slice : slices) {
    row = std::max(row, used(slice));
  }
  return row;
}

int MemoryMap::take(std::span<const int> slices, int rows, const std::string& what) {
  const int row = free_row(slices);
  if (row + rows > rows_) {
    const auto name = [this](int slice) {
      return fmt::format("{}{}", slice < slices_ ? 'W' : 'E', slice % slices_);
    };
    throw isa::InputError(
        what, 0,
        fmt::format("does not fit: slices {}..{} have {} rows left, {} are needed ({} too many)",
                    name(slices.front()), name(slices.back()), rows_ - row, rows,
                    row + rows - rows_));
  }
  for (const int slice : slices) {
    next_[static_cast<std::size_t>(slice)] = row + rows;
  }
  return row;
}

int MemoryMap::slice_of(const Home& home) const {
  const int group = std::min(home.slice / home::kGroup, slices_ / home::kGroup - 1);
  return group * home::kGroup + home.slice % home::kGroup;
}

Place MemoryMap::allocate(const Home& home, isa::Type type, int rows, const std::string& what) {
  const int slice = slice_of(home);
  std::vector<int> slices(static_cast<std::size_t>(isa::bytes_of(type)));
  std::iota(slices.begin(), slices.end(), number(home.hemisphere, slice));
  return {home.hemisphere, slice, take(slices, rows, what), rows, type};
}

std::vector<std::vector<int>> MemoryMap::columns(isa::Hemisphere h, int width) const {
  std::vector<int> slices;
  for (int slice = first_weight_slice_; slice < slices_; ++slice) {
    slices.push_back(number(h, slice));
  }
  const auto other = h == isa::Hemisphere::kEast ? isa::Hemisphere::kWest : isa::Hemisphere::kEast;
  for (int slice = 0; static_cast<int>(slices.size()) < width; ++slice) {
    slices.push_back(number(other, slice));
  }
  std::vector<std::vector<int>> columns(slices.size() / static_cast<std::size_t>(width));
  auto next = slices.begin();
  for (auto& column : columns) {
    column.assign(next, next + width);
    next += width;
  }
  return columns;
}

std::vector<Place> MemoryMap::allocate_column(isa::Hemisphere h, int width, int rows,
                                              const std::string& what, std::optional<int> number) {
  const auto all = columns(h, width);
  auto best = std::min_element(all.begin(), all.end(), [this](const auto& a, const auto& b) {
    return free_row(a) < free_row(b);
  });
  if (number) {
    const auto wanted = all.begin() + *number % static_cast<int>(all.size());
    best = free_row(*wanted) + rows <= rows_ ? wanted : best;
  }
  const int row = take(*best, rows, what);
  std::vector<Place> places;
  for (const int slice : *best) {
    places.push_back({slice < slices_ ? isa::Hemisphere::kWest : isa::Hemisphere::kEast,
                      slice % slices_, row, rows, isa::Type::kI8});
  }
  return places;
}

}  // namespace lpu::compiler
