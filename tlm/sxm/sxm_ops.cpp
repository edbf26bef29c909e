// SPDX-License-Identifier: Apache-2.0
#include "tlm/sxm/sxm_ops.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "tlm/common/lanes.h"

namespace lpu::tlm {
namespace {

using Row [[gnu::vector_size(kSuperlaneLanes)]] = std::uint8_t;
using Square = std::array<Row, kSuperlaneLanes>;

/// Row i and row i + 8 byte by byte into rows 2i and 2i + 1. In the address of a byte, four bits
/// of row and four of column, that is a rotation by one bit: four of them swap row and column.
Square interleave(const Square& in) {
  Square out;
  for (std::size_t i = 0; i < in.size() / 2; ++i) {
    const Row a = in[i];
    const Row b = in[i + in.size() / 2];
    out[2 * i] =
        __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    out[2 * i + 1] =
        __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  }
  return out;
}

}  // namespace

void shift(const std::uint8_t* in, int n, std::uint8_t* out, int lanes) {
  const int first = std::clamp(n, 0, lanes);
  const int last = std::clamp(lanes + n, 0, lanes);
  std::memset(out, 0, static_cast<std::size_t>(lanes));
  if (first < last)
    std::memcpy(out + first, in + (first - n), static_cast<std::size_t>(last - first));
}

void permute(const std::uint8_t* in, const std::uint8_t* map_lo, const std::uint8_t* map_hi,
             std::uint8_t* out, int lanes) {
  for (int i = 0; i < lanes; ++i) {
    const int from = map_lo[i] | (map_hi[i] << 8);
    out[i] = from < lanes ? in[from] : std::uint8_t{0};
  }
}

void distribute(const std::uint8_t* in, const std::uint8_t* map, std::uint8_t* out, int lanes) {
  for (int i = 0; i < lanes; ++i) {
    const int base = i & ~(kSuperlaneLanes - 1);
    const std::uint8_t value = in[base | (map[i] & (kSuperlaneLanes - 1))];
    out[i] = (map[i] & 0x80) != 0 ? std::uint8_t{0} : value;
  }
}

void rotate(const std::uint8_t* in, int n, std::uint8_t* out, int lanes) {
  // Masking a negative number in two's complement is its remainder, 0..15.
  const int head = n & (kSuperlaneLanes - 1);
  const auto tail = static_cast<std::size_t>(kSuperlaneLanes - head);
  for (int base = 0; base < lanes; base += kSuperlaneLanes) {
    std::memcpy(out + base, in + base + head, tail);
    std::memcpy(out + base + tail, in + base, static_cast<std::size_t>(head));
  }
}

void transpose(const std::uint8_t* const* in, std::uint8_t* const* out, int lanes) {
  for (int base = 0; base < lanes; base += kSuperlaneLanes) {
    Square rows;
    for (std::size_t i = 0; i < rows.size(); ++i) std::memcpy(&rows[i], in[i] + base, sizeof(Row));
    for (int round = 0; round < 4; ++round) rows = interleave(rows);
    for (std::size_t i = 0; i < rows.size(); ++i) std::memcpy(out[i] + base, &rows[i], sizeof(Row));
  }
}

}  // namespace lpu::tlm
