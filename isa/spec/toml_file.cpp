// SPDX-License-Identifier: Apache-2.0
#include "isa/spec/toml_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "isa/error/input_errors.h"

namespace lpu::isa {

toml::table read_toml(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path)) {
    throw InputErrors({InputError(path, 0, "cannot be read")});
  }
  return parse_toml({std::istreambuf_iterator<char>(in), {}}, path);
}

toml::table parse_toml(const std::string& text, const std::string& path) {
  const auto strange = std::find_if(text.begin(), text.end(),
                                    [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  if (strange != text.end()) {
    const auto line = 1 + std::count(text.begin(), strange, '\n');
    throw InputErrors({InputError(path, static_cast<int>(line), "only ASCII is allowed here")});
  }
  try {
    return toml::parse(text, path);
  } catch (const toml::parse_error& e) {
    throw InputErrors(
        {InputError(path, static_cast<int>(e.source().begin.line), std::string(e.description()))});
  }
}

}  // namespace lpu::isa
