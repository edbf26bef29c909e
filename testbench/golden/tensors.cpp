// SPDX-License-Identifier: Apache-2.0
#include "testbench/golden/tensors.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>

namespace lpu::golden {

using nlohmann::json;

Tensors read_tensors(const std::filesystem::path& file) {
  const auto fail = [&file](const std::string& reason) {
    throw std::runtime_error(file.string() + ": " + reason);
  };
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::uint64_t length = 0;
  if (bytes.size() < sizeof length) {
    fail("cannot be opened, or is too short");
  }
  std::memcpy(&length, bytes.data(), sizeof length);
  if (length > bytes.size() - sizeof length) {
    fail("too short");
  }
  const json header = json::parse(bytes.substr(sizeof length, length));
  const std::size_t data = sizeof length + length;
  Tensors tensors;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      continue;
    }
    const auto begin = entry.at("data_offsets").at(0).get<std::size_t>();
    const auto end = entry.at("data_offsets").at(1).get<std::size_t>();
    if (entry.at("dtype") != "F16") {
      fail(name + " is not of fp16");
    }
    Tensor& tensor = tensors[name];
    entry.at("shape").get_to(tensor.shape);
    const std::size_t count = std::accumulate(tensor.shape.begin(), tensor.shape.end(),
                                              std::size_t{1}, std::multiplies<>());
    if (end - begin != 2 * count || end > bytes.size() - data) {
      fail(name + " is cut off");
    }
    tensor.halves.resize(count);
    std::memcpy(tensor.halves.data(), &bytes[data + begin], 2 * count);
  }
  return tensors;
}

std::vector<float> numbers_of(const Tensor& tensor) {
  std::vector<float> out;
  out.reserve(tensor.halves.size());
  for (const std::uint16_t half : tensor.halves) {
    out.push_back(static_cast<float>(number_of(half)));
  }
  return out;
}

void write_tensors(const std::filesystem::path& file, const Tensors& tensors) {
  json header;
  std::size_t begin = 0;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t end = begin + 2 * tensor.halves.size();
    header[name] = {{"dtype", "F16"}, {"shape", tensor.shape}, {"data_offsets", {begin, end}}};
    begin = end;
  }
  const std::string text = header.dump();
  const std::uint64_t length = text.size();
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(&length), sizeof length);
  out << text;
  for (const auto& [name, tensor] : tensors) {
    out.write(reinterpret_cast<const char*>(tensor.halves.data()),
              static_cast<std::streamsize>(2 * tensor.halves.size()));
  }
  if (!out.flush()) {
    throw std::runtime_error(file.string() + ": cannot be written");
  }
}

double number_of(std::uint16_t half) {
  const int exponent = half >> 10 & 31;
  const int fraction = half & 1023;
  if (exponent == 31) {
    return fraction != 0 ? std::nan("") : std::copysign(HUGE_VAL, (half & 0x8000) != 0 ? -1 : 1);
  }
  const double size =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return (half & 0x8000) != 0 ? -size : size;
}

std::uint16_t half_of(double number) {
  const double size = std::fabs(number);
  const int exponent = size == 0 ? -14 : std::max(std::ilogb(size), -14);
  const auto steps = static_cast<int>(std::nearbyint(std::ldexp(size, 10 - exponent)));
  const int bits = steps + ((exponent + 14) << 10);  // a carry goes into the exponent
  return static_cast<std::uint16_t>(bits | (std::signbit(number) ? 0x8000 : 0));
}

}  // namespace lpu::golden
