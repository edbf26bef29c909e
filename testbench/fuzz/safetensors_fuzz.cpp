// SPDX-License-Identifier: Apache-2.0
// Any bytes as a model.safetensors; every row of an accepted file must be readable.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/model/safetensors.h"
#include "isa/error/input_error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto bytes = std::as_bytes(std::span(data, size));
    const auto file = lpu::compiler::Safetensors::parse(bytes, "model.safetensors");
    for (const lpu::compiler::TensorInfo& tensor : file.tensors()) {
      if (tensor.begin == tensor.end) continue;  // may have any number of empty rows
      std::vector<float> row(static_cast<std::size_t>(tensor.cols()));
      for (std::int64_t i = 0; i < tensor.rows(); ++i) file.read_row(tensor, i, row);
    }
  } catch (const lpu::isa::InputError&) {
    return 0;
  }
  return 0;
}
