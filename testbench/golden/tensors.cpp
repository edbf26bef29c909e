// SPDX-License-Identifier: Apache-2.0
#include "testbench/golden/tensors.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace lpu::golden {

using nlohmann::json;

Tensors read_tensors(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::uint64_t length = 0;
  in.read(reinterpret_cast<char*>(&length), sizeof length);
  std::string text(length, ' ');
  in.read(text.data(), static_cast<std::streamsize>(length));
  const std::string data{std::istreambuf_iterator<char>(in), {}};
  const json header = json::parse(text);
  Tensors tensors;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      continue;
    }
    const auto begin = entry.at("data_offsets").at(0).get<std::size_t>();
    const auto end = entry.at("data_offsets").at(1).get<std::size_t>();
    if (entry.at("dtype") != "F16" || end > data.size()) {
      throw std::runtime_error(file.string() + ": " + name + " is cut off, or not of fp16");
    }
    Tensor& tensor = tensors[name];
    entry.at("shape").get_to(tensor.shape);
    tensor.halves.resize((end - begin) / 2);
    std::memcpy(tensor.halves.data(), &data[begin], end - begin);
  }
  return tensors;
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
