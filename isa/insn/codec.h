// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "isa/insn/insn.h"

namespace lpu::isa {

/// The place of a field in the instruction word. Bit 0 is the low bit of byte 0; bytes are stored
/// in this order.
struct FieldPlace {
  Field field;
  std::string_view name;
  int low_bit;
  int bits;
  std::string_view meaning;
};

/// Streams: bit 7 present, bit 5 westward, bits 4..0 the index.
/// ALU operands: 0x80 + stream, 0x40 + ALU, 0x01 own last result, 0x02 the immediate.
inline constexpr std::array<FieldPlace, 14> kFieldPlaces{{
    {Field::kOut, "out", 8, 8, "result stream"},
    {Field::kIn, "in", 16, 8, "operand stream"},
    {Field::kMap, "map", 24, 8, "map stream"},
    {Field::kA, "a", 32, 8, "first ALU operand"},
    {Field::kB, "b", 40, 8, "second ALU operand"},
    {Field::kType, "type", 48, 4, "type of the operands"},
    {Field::kTo, "to", 52, 4, "type of a cast's result"},
    {Field::kHalf, "half", 56, 1, "abc.f16: half of the lanes"},
    {Field::kAdd, "add", 57, 1, "acc: add to the slot"},
    {Field::kAddr, "addr", 64, 16, "row, weight group or accumulator slot"},
    {Field::kCount, "count", 80, 16, "nop, repeat: n; ifetch: slice"},
    {Field::kStride, "stride", 96, 16, "repeat: step of addr; shift, rotate: lanes (signed)"},
    {Field::kDistance, "distance", 112, 16, "repeat: d"},
    {Field::kImm, "imm", 64, 32, "immediate, where an operand asks for it (place of addr, count)"},
}};
[[nodiscard]] const FieldPlace& place_of(Field field);

}  // namespace lpu::isa
