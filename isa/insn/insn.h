// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "isa/spec/geometry.h"

namespace lpu::isa {

/// Element type on streams. A value of n bytes takes n streams, aligned, low byte first.
enum class Type : std::uint8_t { kI8, kI16, kI32, kF16, kF32 };
[[nodiscard]] constexpr int bytes_of(Type t) {
  constexpr std::array<int, 5> kBytes{1, 2, 4, 2, 4};
  return kBytes[static_cast<std::size_t>(t)];
}
[[nodiscard]] std::string_view name_of(Type t);

/// Operations; the high nibble is the unit's table.
enum class Op : std::uint8_t {
  // ICU, in every queue
  kNop = 0x00,
  kRepeat = 0x01,
  kIfetch = 0x02,
  kSync = 0x03,
  kNotify = 0x04,
  // MEM
  kRead = 0x10,
  kWrite = 0x11,
  kGather = 0x12,
  kScatter = 0x13,
  // VXM
  kMov = 0x20,
  kAdd = 0x21,
  kSub = 0x22,
  kMul = 0x23,
  kMax = 0x24,
  kMin = 0x25,
  kAddSat = 0x26,
  kSubSat = 0x27,
  kMulSat = 0x28,
  kAnd = 0x29,
  kOr = 0x2a,
  kXor = 0x2b,
  kShl = 0x2c,
  kShr = 0x2d,
  kEq = 0x2e,
  kLt = 0x2f,
  kLe = 0x30,
  kRelu = 0x31,
  kExp2 = 0x32,
  kRsqrt = 0x33,
  kTanh = 0x34,
  kCast = 0x35,
  // MXM
  kLw = 0x40,
  kIw = 0x41,
  kAbc = 0x42,
  kAcc = 0x43,
  // SXM
  kShift = 0x50,
  kPermute = 0x51,
  kDistribute = 0x52,
  kRotate = 0x53,
  kTranspose = 0x54,
  // C2C
  kSend = 0x60,
  kReceive = 0x61,
};

/// Where an ALU takes an operand from.
struct Source {
  enum class Kind : std::uint8_t { kNone, kStream, kAlu, kAcc, kImm };
  Kind kind{Kind::kNone};
  std::uint8_t value{0};  // stream: direction * 32 + index; alu: its number

  [[nodiscard]] static constexpr Source stream(Stream s) {
    return {Kind::kStream, static_cast<std::uint8_t>(static_cast<int>(s.dir) * 32 + s.index)};
  }
  [[nodiscard]] static constexpr Source alu(int n) {
    return {Kind::kAlu, static_cast<std::uint8_t>(n)};
  }
  [[nodiscard]] static constexpr Source acc() { return {Kind::kAcc, 0}; }
  [[nodiscard]] static constexpr Source imm() { return {Kind::kImm, 0}; }
  [[nodiscard]] constexpr Stream as_stream() const {
    return {static_cast<Direction>(value / 32), static_cast<std::uint8_t>(value % 32)};
  }
  friend constexpr bool operator==(Source, Source) = default;
};

/// One decoded instruction. Which members mean something is said by its row in the table of its
/// unit; the others hold their defaults.
struct Insn {
  Op op{Op::kNop};
  /// Streams: `in` operand (MEM write/scatter, SXM, MXM lw/abc, C2C send), `out` result, `map`
  /// the second operand of gather, scatter, permute and distribute.
  std::optional<Stream> out{};
  std::optional<Stream> in{};
  std::optional<Stream> map{};
  Source a{};
  Source b{};
  Type type{Type::kI8};       // of the operands
  Type to{Type::kI8};         // cast: of the result
  std::uint16_t addr{0};      // row; lw: group; acc: slot; ifetch: row
  std::uint16_t count{1};     // nop, repeat: n; ifetch: slice (0.. both hemispheres, west first)
  std::int16_t stride{0};     // repeat: step of addr; shift, rotate: lanes
  std::uint16_t distance{1};  // repeat: d
  std::uint8_t half{0};       // abc f16: which half of the lanes
  bool add{false};            // acc: add to the slot instead of overwriting it
  std::uint32_t imm{0};       // VXM: the immediate, raw bits

  friend bool operator==(const Insn&, const Insn&) = default;
};

/// The members an instruction can have. Each has one place in the 16-byte encoding and one
/// spelling in assembly, whatever the instruction.
enum class Field : std::uint8_t {
  kOut,
  kIn,
  kMap,
  kA,
  kB,
  kType,
  kTo,
  kAddr,
  kCount,
  kStride,
  kDistance,
  kHalf,
  kAdd,
  kImm
};

/// One row of an instruction table: the only place where an operation is described.
struct OpInfo {
  Op op;
  std::string_view mnemonic;
  /// Operands in the order of the assembly text; `out` may be left out where `out_optional`.
  std::span<const Field> fields;
  bool out_optional;
  std::string_view meaning;
};

[[nodiscard]] std::span<const OpInfo> icu_ops();
[[nodiscard]] std::span<const OpInfo> mem_ops();
[[nodiscard]] std::span<const OpInfo> vxm_ops();
[[nodiscard]] std::span<const OpInfo> mxm_ops();
[[nodiscard]] std::span<const OpInfo> sxm_ops();
[[nodiscard]] std::span<const OpInfo> c2c_ops();
/// The table of a unit, without the ICU's.
[[nodiscard]] std::span<const OpInfo> ops_of(Unit unit);

/// The row of an operation, or nullptr for a code that no table has.
[[nodiscard]] const OpInfo* find_op(Op op);

[[nodiscard]] bool has_field(const OpInfo& info, Field field);

/// True for operations whose operands are one value (relu, exp2, rsqrt, tanh, cast, mov).
[[nodiscard]] bool is_unary(Op op);

/// True if an operand takes the immediate; the member means nothing otherwise.
[[nodiscard]] constexpr bool uses_imm(const Insn& insn) {
  return insn.a.kind == Source::Kind::kImm || insn.b.kind == Source::Kind::kImm;
}

using Word = std::array<std::uint8_t, 16>;
[[nodiscard]] Word encode(const Insn& insn);
/// Nothing for unknown codes and for bits set in places that the operation does not have.
[[nodiscard]] std::optional<Insn> decode(const Word& word);

/// Vectors that an instruction reads, writes, computes, moves or sends: what `vector_ops` of a run
/// counts. An lw or a transpose takes 16 streams; an abc, a shift and the like one a byte.
[[nodiscard]] int vector_ops(const Insn& insn);

/// Cycles from dispatch to the result: the stream register at the unit's position holds it then,
/// a row is readable, a weight usable. 0 for ICU instructions.
[[nodiscard]] Cycles latency(const ChipSpec& spec, const Insn& insn);
/// VXM: cycles from the dispatch of an ALU to the dispatch of one chained to it.
[[nodiscard]] Cycles chain_latency(const ChipSpec& spec, const Insn& insn);

}  // namespace lpu::isa
