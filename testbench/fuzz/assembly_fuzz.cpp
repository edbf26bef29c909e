// SPDX-License-Identifier: Apache-2.0
// A text is refused with InputError, or assembled; then its disassembly means the same.
#include "isa/asm/assembler.h"
#include "isa/asm/disassembler.h"
#include "isa/error/input_error.h"
#include "testbench/fuzz/input_file.h"

namespace isa = lpu::isa;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const isa::ChipSpec kSpec = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/tiny.toml");
  const std::string text(reinterpret_cast<const char*>(data), size);
  isa::Program program;
  try {
    program = isa::assemble(kSpec, "input", text);
  } catch (const isa::InputError&) {
    return 0;
  }
  const std::string listing = isa::disassemble(kSpec, program);
  const isa::Program again = isa::assemble(kSpec, "listing", listing);
  lpu::testbench::require(again.queues == program.queues);
  lpu::testbench::require(isa::disassemble(kSpec, again) == listing);
  return 0;
}
