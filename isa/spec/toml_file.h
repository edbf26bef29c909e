// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <toml++/toml.h>

#include <string>

namespace lpu::isa {

/// Parses a TOML file of ours. Throws InputErrors, with the line, for a file that cannot be read,
/// that is not TOML, or that is not plain ASCII: toml++ 3.3 has undefined behaviour on some
/// characters beyond it.
[[nodiscard]] toml::table read_toml(const std::string& path);
/// The same for a text; `path` is for messages.
[[nodiscard]] toml::table parse_toml(const std::string& text, const std::string& path);

}  // namespace lpu::isa
