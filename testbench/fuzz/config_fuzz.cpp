// SPDX-License-Identifier: Apache-2.0
// Any bytes as a config.json: either a configuration that keeps its own rules, or an InputError.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "compiler/model/config.h"
#include "isa/error/input_error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto config = lpu::compiler::parse_config(text, "config.json");
    if (!lpu::compiler::check(config).empty()) std::abort();
  } catch (const lpu::isa::InputError&) {
    return 0;
  }
  return 0;
}
