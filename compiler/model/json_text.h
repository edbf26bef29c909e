// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace lpu::compiler {

/// The whole file. Throws isa::InputError if it cannot be read.
[[nodiscard]] std::string read_text(const std::filesystem::path& file);

/// JSON whose root is an object. Stricter than the standard asks: a key that occurs twice in one
/// object, or nesting deeper than 64, is an error as well. Throws isa::InputError with the line.
[[nodiscard]] nlohmann::json parse_json_object(std::string_view text, const std::string& file);

/// A name from a file, fit for a one-line message: control characters escaped, long ones cut.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace lpu::compiler
