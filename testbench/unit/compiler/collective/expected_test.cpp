// SPDX-License-Identifier: Apache-2.0
// What a collective operation must give, against sums of the test's own.
#include "compiler/collective/expected.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <set>

#include "isa/number/half.h"

namespace lpu::collective {
namespace {

using isa::Type;

constexpr int kChips = 72;  // nine nodes: more than are added in one go

class ExpectedTest : public testing::TestWithParam<Type> {
 protected:
  Plan plan() const {
    Plan p;
    p.type = GetParam();
    p.width = 4;
    p.inputs = {{3, {0, 0, 2}, 0}, {5, {0, 0, 2}, 2}};
    return p;
  }
  /// Element `index` of vectors as its bits.
  std::uint32_t bits(const Expected::Vectors& vectors, std::size_t unit, std::size_t lane) const {
    const auto bytes = static_cast<std::size_t>(isa::bytes_of(GetParam()));
    std::uint32_t value = 0;
    for (std::size_t b = 0; b < bytes; ++b) {
      value |= static_cast<std::uint32_t>(vectors[unit * bytes + b][lane]) << 8 * b;
    }
    return value;
  }
  std::uint32_t add(const std::vector<std::uint32_t>& values) const {
    if (GetParam() == Type::kI8) {
      int sum = 0;
      for (const std::uint32_t v : values) {
        sum += static_cast<std::int8_t>(v);
      }
      return static_cast<std::uint8_t>(std::max(-128, std::min(127, sum)));
    }
    const auto wide = [](std::uint32_t v) {
      return GetParam() == Type::kF16 ? isa::f16_to_f32(static_cast<std::uint16_t>(v))
                                      : std::bit_cast<float>(v);
    };
    float sum = wide(values[0]);
    for (std::size_t i = 1; i < values.size(); ++i) {
      sum += wide(values[i]);
    }
    return GetParam() == Type::kF16 ? isa::f32_to_f16(sum) : std::bit_cast<std::uint32_t>(sum);
  }
};

TEST_P(ExpectedTest, SumsGoOverTheChipsOfANodeAndThenOverTheNodesEightAtATime) {
  const isa::ChipSpec spec = isa::published_chip();
  const Expected expected(spec, Kind::kAllReduce, plan(), kChips, 7);
  const auto units = static_cast<std::size_t>(4 / isa::bytes_of(GetParam()));
  for (int step = 0; step < 5; ++step) {
    const auto sum = expected.output(step);
    std::vector<Expected::Vectors> inputs;
    for (int chip = 0; chip < kChips; ++chip) {
      inputs.push_back(expected.input(chip, step));
    }
    for (std::size_t i = 0; i < units * 320; ++i) {
      std::vector<std::uint32_t> nodes;
      for (std::size_t node = 0; node < 9; ++node) {
        std::vector<std::uint32_t> chips;
        for (std::size_t chip = 8 * node; chip < 8 * node + 8; ++chip) {
          chips.push_back(bits(inputs[chip], i / 320, i % 320));
        }
        nodes.push_back(add(chips));
      }
      const std::uint32_t eight = add({nodes.begin(), nodes.begin() + 8});
      ASSERT_EQ(bits(sum, i / 320, i % 320), add({eight, nodes[8]}));
    }
  }
}

TEST_P(ExpectedTest, GatheredVectorsAreTheirOwners) {
  const Expected expected(isa::published_chip(), Kind::kAllGather, plan(), kChips, 7);
  EXPECT_EQ(expected.output(1), expected.input(3, 1));
  EXPECT_EQ(expected.output(2), expected.input(5, 2));
  EXPECT_NE(expected.input(3, 1), expected.input(5, 1));
}

TEST_P(ExpectedTest, SeedsAndChipsAndStepsHaveOtherValues) {
  std::set<Expected::Vectors> all;
  for (const std::uint64_t seed : {1, 2}) {
    const Expected expected(isa::published_chip(), Kind::kBroadcast, plan(), kChips, seed);
    for (int chip = 0; chip < 3; ++chip) {
      for (int step = 0; step < 3; ++step) {
        all.insert(expected.input(chip, step));
      }
    }
  }
  EXPECT_EQ(all.size(), 18U);
}

INSTANTIATE_TEST_SUITE_P(Types, ExpectedTest, testing::Values(Type::kI8, Type::kF16, Type::kF32),
                         [](const auto& type) { return std::string(isa::name_of(type.param)); });

}  // namespace
}  // namespace lpu::collective
