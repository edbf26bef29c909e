// SPDX-License-Identifier: Apache-2.0
#include "compiler/model/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "compiler/model/json_text.h"
#include "compiler/model/mapped_file.h"
#include "isa/error/input_error.h"
#include "isa/number/half.h"

namespace lpu::compiler {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "the format is little endian");

constexpr std::size_t kLengthBytes = 8;
/// The limit of the format's own reader.
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;

struct DtypeInfo {
  Dtype dtype;
  std::string_view name;
  std::uint64_t bytes;
};
constexpr std::array<DtypeInfo, 3> kDtypes{{
    {Dtype::kF32, "F32", 4},
    {Dtype::kF16, "F16", 2},
    {Dtype::kBf16, "BF16", 2},
}};

const DtypeInfo* find_dtype(std::string_view name) {
  const auto* at = std::ranges::find(kDtypes, name, &DtypeInfo::name);
  return at == kDtypes.end() ? nullptr : at;
}

std::uint64_t bytes_of(Dtype dtype) {
  return std::ranges::find(kDtypes, dtype, &DtypeInfo::dtype)->bytes;
}

/// The header's text, or an error about the length in front of it.
std::string_view header_text(std::span<const std::byte> bytes, const std::string& file) {
  if (bytes.size() < kLengthBytes) {
    throw isa::InputError(file, 0,
                          fmt::format("{} bytes are too few for a safetensors file", bytes.size()));
  }
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > kMaxHeaderBytes) {
    throw isa::InputError(file, 0,
                          fmt::format("header length {} is above {}", length, kMaxHeaderBytes));
  }
  if (length > bytes.size() - kLengthBytes) {
    throw isa::InputError(file, 0,
                          fmt::format("header length {} reaches past the end of a file of {} bytes",
                                      length, bytes.size()));
  }
  return {reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, length};
}

/// Elements of the shape, or nothing if a dimension is no count or the product does not fit.
std::optional<std::uint64_t> element_count(const json& shape, std::vector<std::int64_t>& out) {
  constexpr std::uint64_t kMaxElements = std::uint64_t{1} << 60;
  std::uint64_t count = 1;
  for (const json& node : shape) {
    if (!node.is_number_unsigned()) return std::nullopt;
    const auto size = node.get<std::uint64_t>();
    if (size > kMaxElements || (size != 0 && count > kMaxElements / size)) return std::nullopt;
    count *= size;
    out.push_back(static_cast<std::int64_t>(size));
  }
  return count;
}

/// Fills `tensor`; returns what is wrong, empty if nothing.
std::string read_entry(const json& entry, std::uint64_t data_bytes, TensorInfo& tensor) {
  if (!entry.is_object()) return "is not an object";
  for (const char* key : {"dtype", "shape", "data_offsets"}) {
    if (!entry.contains(key)) return fmt::format("has no '{}'", key);
  }
  for (const auto& [key, value] : entry.items()) {
    if (key != "dtype" && key != "shape" && key != "data_offsets") {
      return fmt::format("has an unknown key '{}'", printable(key));
    }
  }
  if (!entry["dtype"].is_string()) return "dtype is not a string";
  const auto dtype_name = entry["dtype"].get<std::string>();
  const DtypeInfo* dtype = find_dtype(dtype_name);
  if (dtype == nullptr) {
    return fmt::format("dtype '{}' is not F32, F16 or BF16", printable(dtype_name));
  }
  tensor.dtype = dtype->dtype;

  if (!entry["shape"].is_array()) return "shape is not a list";
  const auto count = element_count(entry["shape"], tensor.shape);
  if (!count) return "shape is impossible";

  const json& offsets = entry["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
      !offsets[1].is_number_unsigned()) {
    return "data_offsets are not two counts";
  }
  tensor.begin = offsets[0].get<std::uint64_t>();
  tensor.end = offsets[1].get<std::uint64_t>();
  if (tensor.begin > tensor.end || tensor.end > data_bytes) {
    return fmt::format("data_offsets [{}, {}] are outside the {} bytes of data", tensor.begin,
                       tensor.end, data_bytes);
  }
  if (*count * dtype->bytes != tensor.end - tensor.begin) {
    return fmt::format("{} elements of {} bytes are not the {} bytes of data_offsets", *count,
                       dtype->bytes, tensor.end - tensor.begin);
  }
  return {};
}

/// The data must be covered without overlap, gap or rest, as the format demands.
std::vector<std::string> layout_faults(const std::vector<TensorInfo>& tensors,
                                       std::uint64_t data_bytes) {
  std::vector<const TensorInfo*> order;
  order.reserve(tensors.size());
  for (const TensorInfo& tensor : tensors) order.push_back(&tensor);
  std::ranges::sort(order, {}, [](const TensorInfo* t) { return std::pair(t->begin, t->end); });
  std::vector<std::string> faults;
  std::uint64_t covered = 0;
  for (const TensorInfo* tensor : order) {
    if (tensor->begin < covered) {
      faults.push_back(fmt::format("tensor '{}': overlaps the one before it by {} bytes",
                                   printable(tensor->name), covered - tensor->begin));
    } else if (tensor->begin > covered) {
      faults.push_back(fmt::format("tensor '{}': {} bytes before it belong to no tensor",
                                   printable(tensor->name), tensor->begin - covered));
    }
    covered = std::max(covered, tensor->end);
  }
  if (covered < data_bytes) {
    faults.push_back(fmt::format("{} bytes at the end belong to no tensor", data_bytes - covered));
  }
  return faults;
}

}  // namespace

std::int64_t TensorInfo::cols() const { return shape.empty() ? 1 : shape.back(); }

std::int64_t TensorInfo::rows() const {
  std::int64_t rows = 1;
  for (std::size_t i = 0; i + 1 < shape.size(); ++i) rows *= shape[i];
  return rows;
}

Safetensors Safetensors::open(const std::filesystem::path& file) {
  const auto mapping = std::make_shared<const MappedFile>(file);
  Safetensors result = parse(mapping->bytes(), file.string());
  result.mapping_ = mapping;
  return result;
}

Safetensors Safetensors::parse(std::span<const std::byte> bytes, const std::string& name) {
  const std::string_view text = header_text(bytes, name);
  const json header = parse_json_object(text, name);
  Safetensors result;
  result.data_ = bytes.subspan(kLengthBytes + text.size());

  std::vector<std::string> faults;
  for (const auto& [key, entry] : header.items()) {
    if (key == "__metadata__") continue;
    TensorInfo tensor;
    tensor.name = key;
    const std::string fault = read_entry(entry, result.data_.size(), tensor);
    if (!fault.empty()) faults.push_back(fmt::format("tensor '{}': {}", printable(key), fault));
    result.tensors_.push_back(std::move(tensor));
  }
  // Where tensors lie says something only if each of them makes sense.
  if (faults.empty()) faults = layout_faults(result.tensors_, result.data_.size());
  if (!faults.empty()) throw isa::InputError(name, 0, fmt::format("{}", fmt::join(faults, "\n  ")));
  std::ranges::sort(result.tensors_, {}, &TensorInfo::name);
  return result;
}

const TensorInfo* Safetensors::find(std::string_view name) const {
  const auto at = std::ranges::lower_bound(
      tensors_, name, {}, [](const TensorInfo& tensor) { return std::string_view(tensor.name); });
  return at != tensors_.end() && at->name == name ? &*at : nullptr;
}

void Safetensors::read_row(const TensorInfo& tensor, std::int64_t row, std::span<float> out) const {
  const std::uint64_t width = bytes_of(tensor.dtype);
  const auto at = tensor.begin + static_cast<std::uint64_t>(row) * out.size() * width;
  const std::byte* from = data_.data() + at;
  if (tensor.dtype == Dtype::kF32) {
    std::memcpy(out.data(), from, out.size_bytes());
    return;
  }
  for (float& value : out) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, from, width);
    from += width;
    value = tensor.dtype == Dtype::kF16
                ? isa::f16_to_f32(bits)
                : std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
  }
}

}  // namespace lpu::compiler
