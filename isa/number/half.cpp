// SPDX-License-Identifier: Apache-2.0
#include "isa/number/half.h"

#include <cstddef>

namespace lpu::isa {

void f16_to_f32(std::span<const std::uint16_t> in, std::span<float> out) {
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = f16_to_f32(in[i]);
}

void f32_to_f16(std::span<const float> in, std::span<std::uint16_t> out) {
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = f32_to_f16(in[i]);
}

}  // namespace lpu::isa
