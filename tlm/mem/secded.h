// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lpu::tlm {

/// SECDED (137,128) on one 16-byte word: an extended Hamming code. The code word has data bits
/// 0..127, then check bits 128..136. Counterpart of rtl/common/lpu_secded.svh.
///
/// Data bit i has the column c(i): the i-th number of 8 bits, counted from 3 upwards, that is no
/// power of two. Check bit j of 0..7 is the parity of the data bits whose column has bit j; check
/// bit 8 is the parity of all other 136 bits. The check word of zero data is zero.
inline constexpr int kSecdedDataBits = 128;
inline constexpr int kSecdedBits = 137;

/// The 9 check bits of a word.
[[nodiscard]] std::uint16_t secded_encode(const std::uint8_t* word);

struct SecdedResult {
  enum class Kind : std::uint8_t { kOk, kCorrected, kDouble };
  Kind kind{Kind::kOk};
  int bit{-1};  // the wrong bit, 0..136, of kCorrected
};

/// Judges a word with its check bits and puts a wrong data bit right in place. Every single error
/// is corrected, every double error is found.
SecdedResult secded_decode(std::uint8_t* word, std::uint16_t check);

}  // namespace lpu::tlm
