// SPDX-License-Identifier: Apache-2.0
#include "isa/insn/codec.h"

namespace lpu::isa {
namespace {

constexpr std::uint8_t kPresent = 0x80;
constexpr std::uint8_t kAluBit = 0x40;
constexpr std::uint8_t kAcc = 0x01;
constexpr std::uint8_t kImm = 0x02;
constexpr std::uint32_t kTypes = 5;

std::uint32_t pack(const std::optional<Stream>& s) {
  return s ? kPresent | Source::stream(*s).value : 0U;
}

std::uint32_t pack(const Source& s) {
  switch (s.kind) {
    case Source::Kind::kNone:
      return 0;
    case Source::Kind::kStream:
      return kPresent | s.value;
    case Source::Kind::kAlu:
      return kAluBit | s.value;
    case Source::Kind::kAcc:
      return kAcc;
    case Source::Kind::kImm:
      return kImm;
  }
  return 0;
}

bool unpack(std::uint32_t bits, bool optional, std::optional<Stream>& s) {
  if (bits == 0 && optional) {
    return true;
  }
  if ((bits & kPresent) == 0 || (bits & kAluBit) != 0) {
    return false;
  }
  s = Source{Source::Kind::kStream, static_cast<std::uint8_t>(bits & 0x3f)}.as_stream();
  return true;
}

bool unpack(std::uint32_t bits, Source& s) {
  if ((bits & kPresent) != 0) {
    s = {Source::Kind::kStream, static_cast<std::uint8_t>(bits & 0x3f)};
    return (bits & kAluBit) == 0;
  }
  if ((bits & kAluBit) != 0) {
    s = Source::alu(static_cast<int>(bits & 0x0f));
    return (bits & 0x30) == 0;
  }
  s = bits == kAcc ? Source::acc() : Source::imm();
  return bits == kAcc || bits == kImm;
}

bool unpack(std::uint32_t bits, Type& t) {
  t = static_cast<Type>(bits);
  return bits < kTypes;
}

std::uint32_t get(const Insn& i, Field field) {
  switch (field) {
    case Field::kOut:
      return pack(i.out);
    case Field::kIn:
      return pack(i.in);
    case Field::kMap:
      return pack(i.map);
    case Field::kA:
      return pack(i.a);
    case Field::kB:
      return pack(i.b);
    case Field::kType:
      return static_cast<std::uint32_t>(i.type);
    case Field::kTo:
      return static_cast<std::uint32_t>(i.to);
    case Field::kAddr:
      return i.addr;
    case Field::kCount:
      return i.count;
    case Field::kStride:
      return static_cast<std::uint16_t>(i.stride);
    case Field::kDistance:
      return i.distance;
    case Field::kHalf:
      return i.half;
    case Field::kAdd:
      return i.add ? 1 : 0;
    case Field::kImm:
      return uses_imm(i) ? i.imm : 0;
  }
  return 0;
}

/// False for bits that no value of the field has.
bool set(Insn& i, const OpInfo& info, Field field, std::uint32_t bits) {
  switch (field) {
    case Field::kOut:
      return unpack(bits, info.out_optional, i.out);
    case Field::kIn:
      return unpack(bits, false, i.in);
    case Field::kMap:
      return unpack(bits, false, i.map);
    case Field::kA:
      return unpack(bits, i.a);
    case Field::kB:
      return unpack(bits, i.b);
    case Field::kType:
      return unpack(bits, i.type);
    case Field::kTo:
      return unpack(bits, i.to);
    case Field::kAddr:
      i.addr = static_cast<std::uint16_t>(bits);
      return true;
    case Field::kCount:
      i.count = static_cast<std::uint16_t>(bits);
      return true;
    case Field::kStride:
      i.stride = static_cast<std::int16_t>(bits);
      return true;
    case Field::kDistance:
      i.distance = static_cast<std::uint16_t>(bits);
      return true;
    case Field::kHalf:
      i.half = static_cast<std::uint8_t>(bits);
      return true;
    case Field::kAdd:
      i.add = bits != 0;
      return true;
    case Field::kImm:
      i.imm = bits;
      return true;
  }
  return false;
}

constexpr std::uint32_t mask_of(const FieldPlace& place) {
  return place.bits == 32 ? 0xffffffffU : (1U << place.bits) - 1;
}

/// Fields start on bytes, except for those of less than one, which stay within it.
std::uint32_t read_bits(const Word& w, const FieldPlace& place) {
  std::uint32_t bits = 0;
  const int first = place.low_bit / 8;
  for (int i = 0; i < (place.bits + 7) / 8; ++i) {
    bits |= std::uint32_t{w[static_cast<std::size_t>(first + i)]} << (8 * i);
  }
  return (bits >> (place.low_bit % 8)) & mask_of(place);
}

void write_bits(Word& w, const FieldPlace& place, std::uint32_t bits) {
  const std::uint32_t shifted = (bits & mask_of(place)) << (place.low_bit % 8);
  const int first = place.low_bit / 8;
  for (int i = 0; i < (place.bits + 7) / 8; ++i) {
    auto& byte = w[static_cast<std::size_t>(first + i)];
    byte = static_cast<std::uint8_t>(byte | (shifted >> (8 * i)));
  }
}

}  // namespace

const FieldPlace& place_of(Field field) {
  static const auto kByField = [] {
    std::array<const FieldPlace*, kFieldPlaces.size()> index{};
    for (const FieldPlace& place : kFieldPlaces) {
      index[static_cast<std::size_t>(place.field)] = &place;
    }
    return index;
  }();
  return *kByField[static_cast<std::size_t>(field)];
}

Word encode(const Insn& insn) {
  Word word{};
  word[0] = static_cast<std::uint8_t>(insn.op);
  if (const OpInfo* info = find_op(insn.op); info != nullptr) {
    for (const Field field : info->fields) {
      write_bits(word, place_of(field), get(insn, field));
    }
  }
  return word;
}

std::optional<Insn> decode(const Word& word) {
  Insn insn;
  insn.op = static_cast<Op>(word[0]);
  const OpInfo* info = find_op(insn.op);
  if (info == nullptr) {
    return std::nullopt;
  }
  for (const Field field : info->fields) {
    if (!set(insn, *info, field, read_bits(word, place_of(field)))) {
      return std::nullopt;
    }
  }
  // Whatever was not read must be zero: the one word of an instruction is the one it encodes to.
  return encode(insn) == word ? std::optional(insn) : std::nullopt;
}

}  // namespace lpu::isa
