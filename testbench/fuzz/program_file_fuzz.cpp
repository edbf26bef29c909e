// SPDX-License-Identifier: Apache-2.0
// A program file is refused with InputError, or read; then packing it again changes nothing. The
// input is the file without its checksum, which no mutation would ever hit.
#include <vector>

#include "isa/error/input_error.h"
#include "isa/program/program.h"
#include "testbench/fuzz/input_file.h"

namespace isa = lpu::isa;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> bytes(data, data + size);
  const std::uint64_t sum = isa::checksum(bytes);
  for (int shift = 0; shift < 64; shift += 8) {
    bytes.push_back(static_cast<std::uint8_t>(sum >> shift));
  }
  isa::Program program;
  try {
    program = isa::unpack_program("input", bytes);
  } catch (const isa::InputError&) {
    return 0;
  }
  const auto packed = isa::pack_program("input", program);
  const auto again = isa::pack_program("input", isa::unpack_program("input", packed));
  lpu::testbench::require(again == packed);
  return 0;
}
