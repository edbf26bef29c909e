// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lpu::golden {

/// A tensor of fp16 numbers, by their bits.
struct Tensor {
  std::vector<std::size_t> shape;
  std::vector<std::uint16_t> halves;
};
using Tensors = std::map<std::string, Tensor>;

/// A safetensors file of fp16 tensors alone. Throws std::runtime_error for any other, and for one
/// that cannot be read or written.
[[nodiscard]] Tensors read_tensors(const std::filesystem::path& file);
void write_tensors(const std::filesystem::path& file, const Tensors& tensors);

/// The numbers of a tensor, which fp32 holds as they are.
[[nodiscard]] std::vector<float> numbers_of(const Tensor& tensor);
/// The number that an fp16 is.
[[nodiscard]] double number_of(std::uint16_t half);
/// The nearest fp16, ties to even, of a number below 65,520.
[[nodiscard]] std::uint16_t half_of(double number);

}  // namespace lpu::golden
