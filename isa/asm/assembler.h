// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "isa/program/program.h"

namespace lpu::isa {

/// Text to program. One statement a line; `#` starts a comment.
///
///     .chip chip0                        name of the program, at most once
///     .queue mem_e.slice3                the instructions that follow belong to this queue
///     .data mem_e.slice3 100: 00 01 ff...     a row of MEM in hex; `...` repeats the last byte
///     .data mem_e.slice3 101: i8 1, -2, 3...  the same in decimal
///     mnemonic[.type[.to]] operands -> result
///
/// Operands stand in the order of the instruction's table. Streams are e0..e31 and w0..w31, ALUs
/// a0..a15, an ALU's own last result `acc`. Numbers are decimal or 0x hex; an immediate may also be
/// a float as in 1.5f. `acc.add` adds to the slot. The stride of `repeat` and the half of `abc` may
/// be left out (0), as may `-> result` of an ALU and of `acc`.
///
/// Throws InputErrors with every fault of the text. Whether the program is legal is for the
/// checker to say.
[[nodiscard]] Program assemble(const ChipSpec& spec, const std::string& file,
                               std::string_view text);
[[nodiscard]] Program read_assembly(const ChipSpec& spec, const std::string& path);

}  // namespace lpu::isa
