// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "isa/program/program.h"

namespace lpu::isa {

/// One instruction as the assembler reads it, for messages and listings.
[[nodiscard]] std::string text_of(const Geometry& geometry, const Insn& insn);
[[nodiscard]] std::string text_of(Stream stream);

/// The whole program: assemble(disassemble(p)) has the name, queues and data of p.
[[nodiscard]] std::string disassemble(const ChipSpec& spec, const Program& program);

}  // namespace lpu::isa
