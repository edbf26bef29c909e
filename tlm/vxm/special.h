// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lpu::tlm {

/// exp2, rsqrt and tanh on fp32 bits, in integer arithmetic alone: docs/numbers.md specifies them
/// to the bit and bounds their errors. Every NaN is canonical.

[[nodiscard]] std::uint32_t special_exp2(std::uint32_t x);
[[nodiscard]] std::uint32_t special_rsqrt(std::uint32_t x);
[[nodiscard]] std::uint32_t special_tanh(std::uint32_t x);

}  // namespace lpu::tlm
