// SPDX-License-Identifier: Apache-2.0
// A system file is refused with InputError, or read and printed. The input lacks the key
// chip_file, which is added here: a path would not survive mutation.
#include "fabric/topology/system_spec.h"
#include "isa/error/input_error.h"
#include "testbench/fuzz/input_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text = "chip_file = \"" LPU_SOURCE_DIR "/configs/chips/tiny.toml\"\n";
  text.append(reinterpret_cast<const char*>(data), size);
  const lpu::testbench::InputFile file(lpu::testbench::bytes_of(text));
  try {
    const auto spec = lpu::fabric::read_system_spec(file.path());
    lpu::testbench::require(!lpu::fabric::print_system_spec(spec).empty());
  } catch (const lpu::isa::InputError&) {
    return 0;
  }
  return 0;
}
