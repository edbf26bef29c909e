// SPDX-License-Identifier: Apache-2.0
#include "tlm/mem/secded.h"

#include <array>
#include <bit>
#include <cstring>

namespace lpu::tlm {
namespace {

constexpr int kHammingBits = 8;

constexpr std::array<std::uint8_t, kSecdedDataBits> make_columns() {
  std::array<std::uint8_t, kSecdedDataBits> columns{};
  std::size_t next = 0;
  for (unsigned c = 3; next < columns.size(); ++c) {
    if (!std::has_single_bit(c)) columns[next++] = static_cast<std::uint8_t>(c);
  }
  return columns;
}
constexpr auto kColumns = make_columns();

struct Halves {
  std::uint64_t low{0};
  std::uint64_t high{0};
};

/// For each Hamming check bit, the data bits it covers.
constexpr std::array<Halves, kHammingBits> make_masks() {
  std::array<Halves, kHammingBits> masks{};
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    for (std::size_t j = 0; j < masks.size(); ++j) {
      if (((kColumns[i] >> j) & 1) == 0) continue;
      (i < 64 ? masks[j].low : masks[j].high) |= std::uint64_t{1} << (i % 64);
    }
  }
  return masks;
}
constexpr auto kMasks = make_masks();

Halves halves_of(const std::uint8_t* word) {
  Halves data;
  for (int i = 0; i < 8; ++i) {
    data.low |= std::uint64_t{word[i]} << (8 * i);
    data.high |= std::uint64_t{word[8 + i]} << (8 * i);
  }
  return data;
}

unsigned parity(std::uint64_t bits) { return static_cast<unsigned>(std::popcount(bits)) & 1; }

unsigned hamming(const Halves& data) {
  unsigned check = 0;
  for (std::size_t j = 0; j < kMasks.size(); ++j) {
    check |= parity((data.low & kMasks[j].low) ^ (data.high & kMasks[j].high)) << j;
  }
  return check;
}

/// The bit of the code word a syndrome points to, or -1.
int located(unsigned syndrome) {
  if (std::has_single_bit(syndrome)) return kSecdedDataBits + std::countr_zero(syndrome);
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    if (kColumns[i] == syndrome) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

std::uint16_t secded_encode(const std::uint8_t* word) {
  const Halves data = halves_of(word);
  const unsigned check = hamming(data);
  const unsigned all = parity(data.low ^ data.high ^ check);
  return static_cast<std::uint16_t>(check | (all << kHammingBits));
}

SecdedResult secded_decode(std::uint8_t* word, std::uint16_t check) {
  using Kind = SecdedResult::Kind;
  const Halves data = halves_of(word);
  const unsigned syndrome = (hamming(data) ^ check) & 0xff;
  const bool odd = parity(data.low ^ data.high ^ (check & 0x1ffu)) != 0;
  if (!odd) return {syndrome == 0 ? Kind::kOk : Kind::kDouble, -1};
  if (syndrome == 0) return {Kind::kCorrected, kSecdedBits - 1};
  const int bit = located(syndrome);
  // Three or more errors can point outside the code word; nothing to correct there.
  if (bit < 0) return {Kind::kDouble, -1};
  if (bit < kSecdedDataBits)
    word[bit / 8] = static_cast<std::uint8_t>(word[bit / 8] ^ (1 << (bit % 8)));
  return {Kind::kCorrected, bit};
}

}  // namespace lpu::tlm
