// SPDX-License-Identifier: Apache-2.0
#include "compiler/model/random_weights.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace lpu::compiler {
namespace {

/// SplitMix64's output function: every input bit reaches every output bit.
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9e37'79b9'7f4a'7c15;
  value = (value ^ (value >> 30)) * 0xbf58'476d'1ce4'e5b9;
  value = (value ^ (value >> 27)) * 0x94d0'49bb'1331'11eb;
  return value ^ (value >> 31);
}

constexpr std::uint64_t hash(std::string_view text) {
  std::uint64_t state = 0xcbf2'9ce4'8422'2325;  // FNV-1a
  for (const char c : text) {
    state = (state ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01b3;
  }
  return state;
}

}  // namespace

void random_row(std::uint64_t seed, const TensorShape& tensor, std::int64_t row,
                std::span<float> out) {
  if (tensor.name.ends_with("norm.weight")) {
    std::ranges::fill(out, 1.0F);
    return;
  }
  const bool embedding = tensor.name == "model.embed_tokens.weight";
  const double fan_in = embedding ? 1.0 : static_cast<double>(tensor.cols);
  const double bound = std::sqrt(3.0 / fan_in);
  const std::uint64_t stream = mix(seed ^ mix(hash(tensor.name)));
  auto index = static_cast<std::uint64_t>(row) * static_cast<std::uint64_t>(tensor.cols);
  for (float& value : out) {
    // 24 bits, odd around the middle: symmetric, never zero, exact in a double.
    const auto bits = static_cast<std::int64_t>(mix(stream + index++) >> 40);
    value = static_cast<float>(bound * static_cast<double>(2 * bits + 1 - (1 << 24)) * 0x1p-24);
  }
}

}  // namespace lpu::compiler
