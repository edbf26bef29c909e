// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lpu::tlm {

/// What the SXM does to vectors of one byte a lane. Values only: latencies and streams are the
/// chip's. Counterpart of rtl/sxm/. `lanes` is a multiple of 16, at most 320; a superlane is 16
/// lanes. `out` never overlaps an input.

/// out[i] = in[i - n], zero where that is no lane. n may be negative.
void shift(const std::uint8_t* in, int n, std::uint8_t* out, int lanes);

/// out[i] = in[map[i]], zero where map[i] (16 bits unsigned, from two streams) is no lane.
void permute(const std::uint8_t* in, const std::uint8_t* map_lo, const std::uint8_t* map_hi,
             std::uint8_t* out, int lanes);

/// Inside each superlane: out[j] = in[map[j] & 15], zero where bit 7 of map[j] is set.
void distribute(const std::uint8_t* in, const std::uint8_t* map, std::uint8_t* out, int lanes);

/// Inside each superlane: out[j] = in[(j + n) mod 16]. n may be negative.
void rotate(const std::uint8_t* in, int n, std::uint8_t* out, int lanes);

/// Inside each superlane, on 16 streams: lane j of out[i] = lane i of in[j].
void transpose(const std::uint8_t* const* in, std::uint8_t* const* out, int lanes);

}  // namespace lpu::tlm
