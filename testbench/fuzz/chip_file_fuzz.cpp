// SPDX-License-Identifier: Apache-2.0
// A chip file is refused with InputError, or read; then its printed form means the same.
#include "isa/error/input_error.h"
#include "isa/spec/chip_spec.h"
#include "testbench/fuzz/input_file.h"

using lpu::testbench::InputFile;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const InputFile file({data, size});
  lpu::isa::ChipSpec spec;
  try {
    spec = lpu::isa::read_chip_spec(file.path());
  } catch (const lpu::isa::InputError&) {
    return 0;
  }
  const std::string printed = lpu::isa::print_chip_spec(spec);
  const InputFile again(lpu::testbench::bytes_of(printed));
  const auto reread = lpu::isa::read_chip_spec(again.path());
  lpu::testbench::require(lpu::isa::print_chip_spec(reread) == printed);
  return 0;
}
