// SPDX-License-Identifier: Apache-2.0
#include "tlm/mem/secded.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

namespace lpu::tlm {
namespace {

using Word = std::array<std::uint8_t, 16>;
using Kind = SecdedResult::Kind;

/// A word with its check bits, as stored.
struct Stored {
  Word data{};
  std::uint16_t check{0};

  void flip(int bit) {
    if (bit < 128) {
      auto& byte = data[static_cast<std::size_t>(bit / 8)];
      byte = static_cast<std::uint8_t>(byte ^ (1 << (bit % 8)));
    } else {
      check = static_cast<std::uint16_t>(check ^ (1 << (bit - 128)));
    }
  }
};

std::vector<Stored> samples() {
  std::vector<Stored> words(5);
  words[1].data.fill(0xff);
  words[2].data[15] = 0x80;
  std::mt19937 random(7);
  for (auto& byte : words[3].data) byte = static_cast<std::uint8_t>(random());
  for (auto& byte : words[4].data) byte = static_cast<std::uint8_t>(random());
  for (auto& word : words) word.check = secded_encode(word.data.data());
  return words;
}

TEST(SecdedTest, ZeroHasZeroCheckBits) {
  const Word zero{};
  EXPECT_EQ(secded_encode(zero.data()), 0);
}

// The columns counted by hand: 3, 5, 6, 7, 9 for the first five data bits.
TEST(SecdedTest, FirstDataBitsHaveTheirColumns) {
  const std::array<int, 5> columns{3, 5, 6, 7, 9};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    Word word{};
    word[0] = static_cast<std::uint8_t>(1u << i);
    EXPECT_EQ(secded_encode(word.data()) & 0xff, columns[i]);
  }
}

TEST(SecdedTest, CleanWordIsOk) {
  for (Stored word : samples()) {
    const Word before = word.data;
    EXPECT_EQ(secded_decode(word.data.data(), word.check).kind, Kind::kOk);
    EXPECT_EQ(word.data, before);
  }
}

TEST(SecdedTest, EverySingleErrorIsCorrected) {
  for (const Stored& word : samples()) {
    for (int bit = 0; bit < kSecdedBits; ++bit) {
      Stored damaged = word;
      damaged.flip(bit);
      const auto result = secded_decode(damaged.data.data(), damaged.check);
      ASSERT_EQ(result.kind, Kind::kCorrected) << "bit " << bit;
      ASSERT_EQ(result.bit, bit);
      ASSERT_EQ(damaged.data, word.data) << "bit " << bit;
    }
  }
}

TEST(SecdedTest, EveryDoubleErrorIsFound) {
  for (const Stored& word : samples()) {
    for (int first = 0; first < kSecdedBits; ++first) {
      for (int second = first + 1; second < kSecdedBits; ++second) {
        Stored damaged = word;
        damaged.flip(first);
        damaged.flip(second);
        const Word before = damaged.data;
        ASSERT_EQ(secded_decode(damaged.data.data(), damaged.check).kind, Kind::kDouble)
            << first << " and " << second;
        ASSERT_EQ(damaged.data, before);
      }
    }
  }
}

}  // namespace
}  // namespace lpu::tlm
