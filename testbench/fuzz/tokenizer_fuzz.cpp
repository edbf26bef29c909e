// SPDX-License-Identifier: Apache-2.0
// Any bytes as a tokenizer.json; what is accepted must give back a text it encoded.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "compiler/model/tokenizer.h"
#include "isa/error/input_error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto tokenizer = lpu::compiler::Tokenizer::parse(text, "tokenizer.json");
    static_cast<void>(tokenizer.decode(tokenizer.encode("47+85=132\n")));
    static_cast<void>(tokenizer.decode(tokenizer.encode(text.substr(0, 32))));
  } catch (const lpu::isa::InputError&) {
    return 0;
  }
  return 0;
}
