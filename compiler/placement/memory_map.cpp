// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/memory_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

std::size_t slot(int slices, isa::Hemisphere h, int slice) {
  return static_cast<std::size_t>(static_cast<int>(h) * slices + slice);
}

}  // namespace

MemoryMap::MemoryMap(const isa::ChipSpec& spec)
    : slices_(static_cast<int>(spec.mem_slices)),
      rows_(static_cast<int>(spec.mem_rows)),
      next_(static_cast<std::size_t>(2 * spec.mem_slices), 0) {}

int MemoryMap::used(isa::Hemisphere h, int slice) const { return next_[slot(slices_, h, slice)]; }

std::int64_t MemoryMap::used_rows() const {
  return std::accumulate(next_.begin(), next_.end(), std::int64_t{0});
}

int MemoryMap::take(isa::Hemisphere h, int slice, int width, int rows, const std::string& what) {
  int row = 0;
  for (int i = 0; i < width; ++i) {
    row = std::max(row, used(h, slice + i));
  }
  if (row + rows > rows_) {
    throw isa::InputError(what, 0,
                          fmt::format("does not fit: slices {}{}..{} have {} rows left, {} are "
                                      "needed ({} too many)",
                                      h == isa::Hemisphere::kEast ? 'E' : 'W', slice,
                                      slice + width - 1, rows_ - row, rows, row + rows - rows_));
  }
  for (int i = 0; i < width; ++i) {
    next_[slot(slices_, h, slice + i)] = row + rows;
  }
  return row;
}

Place MemoryMap::allocate(const Home& home, isa::Type type, int rows, const std::string& what) {
  const int row = take(home.hemisphere, home.slice, isa::bytes_of(type), rows, what);
  return {home.hemisphere, home.slice, row, rows, type};
}

std::vector<Place> MemoryMap::allocate_column(isa::Hemisphere h, int width, int rows,
                                              const std::string& what) {
  int best = home::kFirstWeightSlice;
  for (int slice = best; slice + width <= slices_; slice += width) {
    if (used(h, slice) < used(h, best)) {
      best = slice;
    }
  }
  const int row = take(h, best, width, rows, what);
  std::vector<Place> places;
  for (int i = 0; i < width; ++i) {
    places.push_back({h, best + i, row, rows, isa::Type::kI8});
  }
  return places;
}

}  // namespace lpu::compiler
