// SPDX-License-Identifier: Apache-2.0
// The SECDED blocks against the model, and against a code made here bit by bit from the words of
// docs/numbers.md, section 5.
#include "tlm/mem/secded.h"

#include <VlpuSecdedDecode.h>
#include <VlpuSecdedEncode.h>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <random>

#include "rtl/common/kept_model.h"

namespace lpu::rtl {
namespace {

using Kind = tlm::SecdedResult::Kind;

/// Data bits 0 … 127, check bits 128 … 136.
using CodeWord = std::bitset<137>;
constexpr std::size_t kBits = 137;

std::array<unsigned, 128> columns_by_hand() {
  std::array<unsigned, 128> columns{};
  unsigned next = 3;
  for (unsigned& column : columns) {
    while ((next & (next - 1)) == 0) ++next;
    column = next++;
  }
  return columns;
}

CodeWord encoded_by_hand(CodeWord word) {
  static const auto columns = columns_by_hand();
  for (std::size_t j = 0; j < 8; ++j) {
    bool parity = false;
    for (std::size_t i = 0; i < 128; ++i) parity ^= word[i] && (columns[i] >> j & 1) != 0;
    word[128 + j] = parity;
  }
  word[136] = false;
  word[136] = word.count() % 2 != 0;
  return word;
}

class Secded : public testing::Test {
 protected:
  CodeWord random_word() {
    CodeWord word;
    for (std::size_t i = 0; i < 128; ++i) word[i] = (random_() >> 7 & 1) != 0;
    return word;
  }

  static std::array<std::uint8_t, 16> bytes_of(const CodeWord& word) {
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < 128; ++i) {
      bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | unsigned{word[i]} << (i % 8));
    }
    return bytes;
  }

  static unsigned check_of(const CodeWord& word) {
    return static_cast<unsigned>((word >> 128).to_ulong());
  }

  unsigned encode(const CodeWord& word) {
    const auto bytes = bytes_of(word);
    std::memcpy(&encode_->data_i, bytes.data(), bytes.size());
    encode_->eval();
    return encode_->check_o;
  }

  /// Puts a word on the pins of the decoder.
  void decode(const CodeWord& word) {
    const auto bytes = bytes_of(word);
    std::memcpy(&decode_->data_i, bytes.data(), bytes.size());
    decode_->check_i = static_cast<std::uint16_t>(check_of(word));
    decode_->eval();
  }

  [[nodiscard]] std::array<std::uint8_t, 16> decoded() const {
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &decode_->data_o, bytes.size());
    return bytes;
  }

  void expect(const CodeWord& word, const CodeWord& data, bool corrected, bool uncorrectable) {
    decode(word);
    ASSERT_EQ(decoded(), bytes_of(data)) << word;
    ASSERT_EQ(decode_->corrected_o, corrected) << word;
    ASSERT_EQ(decode_->uncorrectable_o, uncorrectable) << word;
  }

  std::mt19937_64 random_{1};
  KeptModel<VlpuSecdedEncode> encode_{RtlContext::process(), "encode"};
  KeptModel<VlpuSecdedDecode> decode_{RtlContext::process(), "decode"};
};

TEST_F(Secded, CheckBitsAreThoseMadeByHandAndThoseOfTheModel) {
  for (int i = 0; i < 2'000; ++i) {
    CodeWord word;
    // First every single bit, which with linearity is the whole code.
    if (i < 128) {
      word[static_cast<std::size_t>(i)] = true;
    } else {
      word = random_word();
    }
    ASSERT_EQ(encode(word), check_of(encoded_by_hand(word))) << word;
    ASSERT_EQ(encode(word), tlm::secded_encode(bytes_of(word).data())) << word;
  }
  EXPECT_EQ(encode(CodeWord{}), 0U);
}

TEST_F(Secded, CleanWordsPass) {
  for (int i = 0; i < 1'000 && !HasFatalFailure(); ++i) {
    const CodeWord word = encoded_by_hand(random_word());
    expect(word, word, false, false);
  }
}

TEST_F(Secded, EverySingleErrorIsCorrected) {
  for (int i = 0; i < 20; ++i) {
    const CodeWord word = encoded_by_hand(random_word());
    for (std::size_t bit = 0; bit < kBits && !HasFatalFailure(); ++bit) {
      expect(CodeWord(word).flip(bit), word, true, false);
    }
  }
}

TEST_F(Secded, EveryDoubleErrorIsFoundAndLeftAlone) {
  for (int i = 0; i < 4; ++i) {
    const CodeWord word = encoded_by_hand(random_word());
    for (std::size_t first = 0; first < kBits; ++first) {
      for (std::size_t second = 0; second < first && !HasFatalFailure(); ++second) {
        const CodeWord damaged = CodeWord(word).flip(first).flip(second);
        expect(damaged, damaged, false, true);
      }
    }
  }
}

// Beyond what the code promises, model and RTL still say the same.
TEST_F(Secded, AnyOtherWordIsJudgedAsByTheModel) {
  int reported = 0;
  for (int i = 0; i < 100'000; ++i) {
    CodeWord word = encoded_by_hand(random_word());
    for (int flips = 3 + i % 5; flips > 0; --flips) word.flip(random_() % kBits);
    auto model = bytes_of(word);
    const auto found = tlm::secded_decode(model.data(), static_cast<std::uint16_t>(check_of(word)));
    decode(word);
    ASSERT_EQ(decoded(), model) << word;
    ASSERT_EQ(decode_->corrected_o, found.kind == Kind::kCorrected) << word;
    ASSERT_EQ(decode_->uncorrectable_o, found.kind == Kind::kDouble) << word;
    reported += found.kind == Kind::kDouble;
  }
  EXPECT_GT(reported, 1'000);
}

}  // namespace
}  // namespace lpu::rtl
