// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lpu::compiler {

enum class Dtype : std::uint8_t { kF32, kF16, kBf16 };

/// Where one tensor lies. The bytes are data()[begin, end) of the file, row-major, little endian.
struct TensorInfo {
  std::string name;
  Dtype dtype{Dtype::kF32};
  std::vector<std::int64_t> shape;
  std::uint64_t begin{0};
  std::uint64_t end{0};

  /// All but the last dimension flattened; a vector and a scalar have one row.
  [[nodiscard]] std::int64_t rows() const;
  [[nodiscard]] std::int64_t cols() const;
};

/// A model.safetensors, mapped into memory: opening reads the header only.
///
/// A header is believed only if file size, offsets, shapes and types agree with each other:
/// otherwise one isa::InputError names the file and, one a line, every tensor at fault.
class Safetensors {
 public:
  [[nodiscard]] static Safetensors open(const std::filesystem::path& file);
  /// The same for bytes that are not in a file. `bytes` must outlive the object.
  [[nodiscard]] static Safetensors parse(std::span<const std::byte> bytes, const std::string& name);

  /// Sorted by name.
  [[nodiscard]] const std::vector<TensorInfo>& tensors() const { return tensors_; }
  /// Null if there is no such tensor.
  [[nodiscard]] const TensorInfo* find(std::string_view name) const;

  /// One row as fp32, exactly. `row` < tensor.rows(), `out` holds tensor.cols() values.
  void read_row(const TensorInfo& tensor, std::int64_t row, std::span<float> out) const;

 private:
  std::shared_ptr<const void> mapping_;  // keeps what data_ points to
  std::span<const std::byte> data_;
  std::vector<TensorInfo> tensors_;
};

}  // namespace lpu::compiler
