// SPDX-License-Identifier: Apache-2.0
// Any 16 bytes are refused, or are the one encoding of the instruction they decode to.
#include <algorithm>

#include "isa/insn/codec.h"
#include "testbench/fuzz/input_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lpu::isa::Word word{};
  std::copy_n(data, std::min(size, word.size()), word.begin());
  const auto insn = lpu::isa::decode(word);
  if (insn) {
    lpu::testbench::require(lpu::isa::find_op(insn->op) != nullptr);
    lpu::testbench::require(lpu::isa::encode(*insn) == word);
  }
  return 0;
}
