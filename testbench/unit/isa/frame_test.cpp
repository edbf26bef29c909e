// SPDX-License-Identifier: Apache-2.0
// The frame, which judges the RTL, against the definition of its code: a word is right if it is
// zero at 1, 2, 4 and 8. The logarithms are this test's own.
#include "isa/wire/frame.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace lpu::isa {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes random_bytes(std::size_t n, std::mt19937& random) {
  Bytes bytes(n);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random() >> 8);
  return bytes;
}

struct Field {
  std::array<int, 256> log{};
  std::array<int, 255> power{};
  Field() {
    int x = 1;
    for (int i = 0; i < 255; ++i) {
      power[static_cast<std::size_t>(i)] = x;
      log[static_cast<std::size_t>(x)] = i;
      x *= 2;
      if (x > 255) x ^= 0x11d;
    }
  }
};

/// The word of code 0 or 1, first symbol the highest power, at 2^root.
int value_at(const Bytes& frame, std::size_t code, int root) {
  static const Field field;
  int sum = 0;
  const int symbols = static_cast<int>(frame.size() / 2);
  for (int i = 0; i < symbols; ++i) {
    const int symbol = frame[2 * static_cast<std::size_t>(i) + code];
    if (symbol == 0) continue;
    const int power = symbols - 1 - i;
    sum ^= field.power[static_cast<std::size_t>(
        (field.log[static_cast<std::size_t>(symbol)] + root * power) % 255)];
  }
  return sum;
}

class FrameTest : public testing::TestWithParam<std::size_t> {};

TEST_P(FrameTest, EveryFrameIsACodeWordAfterItsVector) {
  std::mt19937 random(2);
  for (int i = 0; i < 200; ++i) {
    const Bytes vector = random_bytes(GetParam(), random);
    const std::vector<Phit> phits = encode_frame(vector);
    ASSERT_EQ(phits.size(), (GetParam() + 8 + 13) / 14);
    Bytes frame;
    for (const Phit& phit : phits) frame.insert(frame.end(), phit.begin(), phit.end());
    for (std::size_t b = 0; b < frame.size(); ++b) {
      if (b < vector.size()) {
        ASSERT_EQ(frame[b], vector[b]);
      }
      if (b >= vector.size() + 8) {
        ASSERT_EQ(frame[b], 0) << "padding";
      }
    }
    frame.resize(vector.size() + 8);
    for (std::size_t code = 0; code < 2; ++code) {
      for (int root = 0; root < 4; ++root) ASSERT_EQ(value_at(frame, code, root), 0);
    }
    const Frame decoded = decode_frame(phits, vector.size());
    ASSERT_EQ(decoded.vector, vector);
    ASSERT_EQ(decoded.corrected, 0);
    ASSERT_FALSE(decoded.flagged);
  }
}

TEST_P(FrameTest, ASingleErrorOfEachCodeIsPutRight) {
  std::mt19937 random(3);
  const Bytes vector = random_bytes(GetParam(), random);
  const std::vector<Phit> phits = encode_frame(vector);
  for (std::size_t b = 0; b + 1 < vector.size() + 8; ++b) {
    std::vector<Phit> damaged = phits;
    damaged[b / 14][b % 14] ^= static_cast<std::uint8_t>(1 + random() % 255);
    damaged[(b + 1) / 14][(b + 1) % 14] ^= static_cast<std::uint8_t>(1 + random() % 255);
    const Frame decoded = decode_frame(damaged, vector.size());
    ASSERT_EQ(decoded.vector, vector) << b;
    ASSERT_EQ(decoded.corrected, 2) << b;
    ASSERT_FALSE(decoded.flagged) << b;
  }
}

INSTANTIATE_TEST_SUITE_P(Bytes, FrameTest, testing::Values(32, 320),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace lpu::isa
