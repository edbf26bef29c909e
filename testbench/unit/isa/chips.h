// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "isa/asm/assembler.h"
#include "isa/spec/chip_spec.h"

namespace lpu::isa {

inline std::string chip_path(const std::string& name) {
  return std::string(LPU_SOURCE_DIR "/configs/chips/") + name + ".toml";
}
inline ChipSpec lpu1() { return read_chip_spec(chip_path("lpu1")); }
inline ChipSpec tiny() { return read_chip_spec(chip_path("tiny")); }

/// A program of the full chip from its text.
inline Program program_of(const std::string& text) { return assemble(lpu1(), "test", text); }

}  // namespace lpu::isa
