// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/memory_map.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

using isa::Hemisphere;
using isa::Type;

isa::ChipSpec chip(const std::string& name) {
  return isa::read_chip_spec(std::string(LPU_SOURCE_DIR "/configs/chips/") + name + ".toml");
}

std::set<std::pair<Hemisphere, int>> slices_of(const std::vector<Place>& column) {
  std::set<std::pair<Hemisphere, int>> slices;
  for (const Place& place : column) {
    slices.insert({place.hemisphere, place.slice});
  }
  return slices;
}

TEST(MemoryMapTest, AColumnLiesInItsHemisphereWhereThereIsRoom) {
  MemoryMap memory(chip("lpu1"));
  EXPECT_TRUE(memory.weights_apart());
  const auto first = slices_of(memory.allocate_column(Hemisphere::kWest, 16, 3, "weights"));
  const auto second = slices_of(memory.allocate_column(Hemisphere::kWest, 16, 3, "weights"));
  for (int i = 0; i < 16; ++i) {
    EXPECT_TRUE(first.contains({Hemisphere::kWest, 12 + i})) << i;
    EXPECT_TRUE(second.contains({Hemisphere::kWest, 28 + i})) << i;
  }
}

// Of 80 slices, 64 are whole columns, the outer ones.
TEST(MemoryMapTest, WeightsAreInAsManyWholeColumnsAsThereAre) {
  MemoryMap memory(chip("lp30"));
  EXPECT_EQ(memory.weight_rows(), 2 * 64 * 9766);
  std::set<std::pair<Hemisphere, int>> slices;
  for (int i = 0; i < 8; ++i) {
    slices.merge(slices_of(memory.allocate_column(Hemisphere::kEast, 8, 9766, "weights")));
  }
  EXPECT_EQ(slices.size(), 64U);
  EXPECT_EQ(*slices.begin(), std::pair(Hemisphere::kEast, 16));
  EXPECT_EQ(*slices.rbegin(), std::pair(Hemisphere::kEast, 79));
}

// 16 streams of one load, and 8 slices a hemisphere.
TEST(MemoryMapTest, AColumnTakesBothHemispheresWhereOneIsTooSmall) {
  for (const Hemisphere h : {Hemisphere::kWest, Hemisphere::kEast}) {
    MemoryMap memory(chip("tiny"));
    EXPECT_FALSE(memory.weights_apart());
    const auto column = memory.allocate_column(h, 16, 3, "weights");
    EXPECT_EQ(column.size(), 16U);
    EXPECT_EQ(slices_of(column).size(), 16U);
    for (const Place& place : column) {
      EXPECT_EQ(place.row, column.front().row);
      EXPECT_EQ(place.rows, 3);
    }
    EXPECT_EQ(memory.used_rows(), 16 * 3);
  }
}

// They pass the VXM on their way, so they must come from one side of it.
TEST(MemoryMapTest, AColumnOfInt8StaysOnItsSide) {
  MemoryMap memory(chip("tiny"));
  for (const Hemisphere h : {Hemisphere::kWest, Hemisphere::kEast}) {
    for (const Place& place : memory.allocate_column(h, 8, 1, "weights")) {
      EXPECT_EQ(place.hemisphere, h);
    }
  }
}

TEST(MemoryMapTest, TheOuterHomesOfASmallChipAreItsLastSlices) {
  MemoryMap memory(chip("tiny"));
  EXPECT_EQ(memory.allocate(home::kW2, Type::kF32, 1, "value").slice, 4);
  EXPECT_EQ(memory.allocate(home::kW2High, Type::kF16, 1, "value").slice, 6);
  // The same slices, so other rows.
  EXPECT_EQ(memory.allocate(home::kW1, Type::kF32, 1, "value").row, 2);
  EXPECT_EQ(memory.allocate(home::kW0, Type::kF32, 1, "value").row, 0);
  EXPECT_EQ(MemoryMap(chip("lpu1")).allocate(home::kW2, Type::kF32, 1, "value").slice, 8);
}

TEST(MemoryMapTest, TextHasSlicesOfItsOwnOnlyOnALargeChip) {
  EXPECT_EQ(MemoryMap(chip("lpu1")).text_slices(), (std::vector{52, 53, 54, 55}));  // E8 to E11
  EXPECT_EQ(MemoryMap(chip("tiny")).text_slices().size(), 16U);
}

TEST(MemoryMapTest, WhatDoesNotFitIsRefusedWithItsSlices) {
  MemoryMap memory(chip("tiny"));
  memory.allocate(home::kE1, Type::kF32, 8000, "values");
  try {
    memory.allocate_column(Hemisphere::kWest, 16, 200, "weights");
    FAIL() << "200 rows above 8000 of 8192";
  } catch (const isa::InputError& e) {
    EXPECT_NE(e.reason().find("W0..E7 have 192 rows left, 200 are needed (8 too many)"),
              std::string::npos)
        << e.reason();
  }
}

TEST(MemoryMapTest, AChipThatCannotFeedAPlaneIsRefused) {
  isa::ChipSpec spec = chip("tiny");
  spec.mem_slices = 7;
  EXPECT_THROW(MemoryMap{spec}, isa::InputError);
}

}  // namespace
}  // namespace lpu::compiler
