// SPDX-License-Identifier: Apache-2.0
#include "tlm/sxm/sxm_ops.h"

#include <algorithm>
#include <cstring>

#include "tlm/common/lanes.h"

namespace lpu::tlm {

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
    for (int i = 0; i < kSuperlaneLanes; ++i) {
      for (int j = 0; j < kSuperlaneLanes; ++j) out[i][base + j] = in[j][base + i];
    }
  }
}

}  // namespace lpu::tlm
