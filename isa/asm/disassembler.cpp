// SPDX-License-Identifier: Apache-2.0
#include "isa/asm/disassembler.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>

namespace lpu::isa {
namespace {

std::string slice_name(const Geometry& geometry, int slice) {
  const bool exists = slice < geometry.vxm_queue(0);
  return exists ? geometry.name(slice) : fmt::to_string(slice);
}

std::string immediate(const Insn& insn) {
  const auto value = std::bit_cast<float>(insn.imm);
  if (insn.type == Type::kF32 && std::isfinite(value)) {
    return fmt::format("{}f", value);
  }
  return fmt::format("0x{:x}", insn.imm);
}

std::string source(const Insn& insn, const Source& s) {
  switch (s.kind) {
    case Source::Kind::kNone:
      return "?";
    case Source::Kind::kStream:
      return text_of(s.as_stream());
    case Source::Kind::kAlu:
      return fmt::format("a{}", s.value);
    case Source::Kind::kAcc:
      return "acc";
    case Source::Kind::kImm:
      return immediate(insn);
  }
  return "?";
}

std::string optional_stream(const std::optional<Stream>& s) { return s ? text_of(*s) : "?"; }

std::string suffix(const Insn& insn, Field field) {
  switch (field) {
    case Field::kType:
      return fmt::format(".{}", name_of(insn.type));
    case Field::kTo:
      return fmt::format(".{}", name_of(insn.to));
    case Field::kAdd:
      return insn.add ? ".add" : "";
    default:
      return {};
  }
}

/// Empty for fields that are not operands, or are left out.
std::string operand(const Geometry& geometry, const Insn& insn, Field field) {
  switch (field) {
    case Field::kIn:
      return optional_stream(insn.in);
    case Field::kMap:
      return optional_stream(insn.map);
    case Field::kA:
      return source(insn, insn.a);
    case Field::kB:
      return source(insn, insn.b);
    case Field::kAddr:
      return fmt::to_string(insn.addr);
    case Field::kCount:
      return insn.op == Op::kIfetch ? slice_name(geometry, insn.count) : fmt::to_string(insn.count);
    case Field::kStride:
      return fmt::to_string(insn.stride);
    case Field::kDistance:
      return fmt::to_string(insn.distance);
    case Field::kHalf:
      return insn.half != 0 || insn.type == Type::kF16 ? fmt::to_string(insn.half) : "";
    default:
      return {};
  }
}

std::string data_line(const Geometry& geometry, const DataRow& row) {
  std::string text = fmt::format(".data {} {}:", slice_name(geometry, row.slice), row.row);
  std::size_t shown = row.bytes.size();
  while (shown > 1 && row.bytes[shown - 1] == row.bytes[shown - 2]) {
    --shown;
  }
  for (std::size_t i = 0; i < shown; ++i) {
    text += fmt::format(" {:02x}", row.bytes[i]);
  }
  return text + (shown < row.bytes.size() ? "...\n" : "\n");
}

}  // namespace

std::string text_of(Stream stream) {
  return fmt::format("{}{}", stream.dir == Direction::kEast ? 'e' : 'w', stream.index);
}

std::string text_of(const Geometry& geometry, const Insn& insn) {
  const OpInfo* info = find_op(insn.op);
  if (info == nullptr) {
    return fmt::format("0x{:02x}", static_cast<unsigned>(insn.op));
  }
  std::string text(info->mnemonic);
  std::string operands;
  for (const Field field : info->fields) {
    text += suffix(insn, field);
    if (const std::string one = operand(geometry, insn, field); !one.empty()) {
      operands += (operands.empty() ? " " : ", ");
      operands += one;
    }
  }
  text += operands;
  return insn.out ? text + " -> " + text_of(*insn.out) : text;
}

std::string disassemble(const ChipSpec& spec, const Program& program) {
  const Geometry geometry(spec);
  std::string text;
  if (!program.name.empty()) {
    text += fmt::format(".chip {}\n", program.name);
  }
  for (std::size_t q = 0; q < program.queues.size(); ++q) {
    if (program.queues[q].empty()) {
      continue;
    }
    text += fmt::format("\n.queue {}\n", geometry.name(static_cast<int>(q)));
    for (const Insn& insn : program.queues[q]) {
      text += text_of(geometry, insn) + "\n";
    }
  }
  if (!program.data.empty()) {
    text += "\n";
  }
  for (const DataRow& row : program.data) {
    text += data_line(geometry, row);
  }
  return text;
}

}  // namespace lpu::isa
