// SPDX-License-Identifier: Apache-2.0
#include "isa/asm/tokens.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>

namespace lpu::isa {
namespace {

constexpr std::string_view kBlank = " \t\r";

/// The number that makes up the whole text, or nothing.
template <typename T, typename... Format>
std::optional<T> whole_number(std::string_view text, Format... format) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, format...);
  return error == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> integer(std::string_view text) {
  if (text.starts_with("0x")) {
    const auto value = whole_number<std::uint64_t>(text.substr(2), 16);
    const bool fits = value && *value <= 0xffffffffU;
    return fits ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
  }
  return whole_number<std::int64_t>(text);
}

std::optional<std::int64_t> numbered(std::string_view text, char letter, std::int64_t limit) {
  if (text.size() < 2 || text[0] != letter || text[1] == '-') {
    return std::nullopt;
  }
  const auto n = whole_number<std::int64_t>(text.substr(1));
  return n && *n < limit ? n : std::nullopt;
}

std::optional<Stream> stream(std::string_view text, std::int64_t streams) {
  for (const Direction dir : {Direction::kEast, Direction::kWest}) {
    if (const auto n = numbered(text, dir == Direction::kEast ? 'e' : 'w', streams)) {
      return Stream{dir, static_cast<std::uint8_t>(*n)};
    }
  }
  return std::nullopt;
}

std::uint32_t parse_immediate(std::string_view text) {
  if (text.ends_with('f') && !text.starts_with("0x")) {
    const auto value =
        whole_number<float>(text.substr(0, text.size() - 1), std::chars_format::general);
    if (value) {
      return std::bit_cast<std::uint32_t>(*value);
    }
  }
  const auto value = integer(text);
  if (!value || *value < INT32_MIN || *value > UINT32_MAX) {
    throw LineError{
        fmt::format("'{}' is not an operand: expected a stream, an ALU, acc, or a "
                    "32-bit number like -3, 0x1f or 1.5f",
                    text)};
  }
  return static_cast<std::uint32_t>(*value);
}

int hex_digit(char c) {
  const auto value = whole_number<int>({&c, 1}, 16);
  if (!value) {
    throw LineError{fmt::format("'{}' is not a hex digit", c)};
  }
  return *value;
}

std::vector<std::uint8_t> parse_hex(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  int digits = 0;
  int value = 0;
  for (const char c : text) {
    if (kBlank.find(c) != std::string_view::npos) {
      continue;
    }
    value = value * 16 + hex_digit(c);
    if (++digits % 2 == 0) {
      bytes.push_back(static_cast<std::uint8_t>(value));
      value = 0;
    }
  }
  if (digits % 2 != 0) {
    throw LineError{"an odd number of hex digits"};
  }
  return bytes;
}

}  // namespace

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  if (trim(text).empty()) {
    return parts;
  }
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(trim(text.substr(begin, end - begin)));
    if (end == std::string_view::npos) {
      return parts;
    }
    begin = end + 1;
  }
}

std::pair<std::string_view, std::string_view> first_word(std::string_view text) {
  const auto end = text.find_first_of(kBlank);
  if (end == std::string_view::npos) {
    return {text, {}};
  }
  return {text.substr(0, end), trim(text.substr(end))};
}

std::int64_t parse_number(std::string_view text, std::string_view what, std::int64_t min,
                          std::int64_t max) {
  const auto value = integer(text);
  if (!value || *value < min || *value > max) {
    throw LineError{fmt::format("{}: expected a number {}..{}, not '{}'", what, min, max, text)};
  }
  return *value;
}

Type parse_type(std::string_view text) {
  for (const Type t : {Type::kI8, Type::kI16, Type::kI32, Type::kF16, Type::kF32}) {
    if (name_of(t) == text) {
      return t;
    }
  }
  throw LineError{fmt::format("'{}' is not a type: expected i8, i16, i32, f16 or f32", text)};
}

Stream parse_stream(std::string_view text, std::int64_t streams) {
  const auto s = stream(text, streams);
  if (!s) {
    throw LineError{fmt::format("'{}' is not a stream: expected e0..e{} or w0..w{}", text,
                                streams - 1, streams - 1)};
  }
  return *s;
}

Source parse_source(std::string_view text, std::int64_t streams,
                    std::optional<std::uint32_t>& imm) {
  if (const auto s = stream(text, streams)) {
    return Source::stream(*s);
  }
  if (const auto n = numbered(text, 'a', ChipSpec::kAlus)) {
    return Source::alu(static_cast<int>(*n));
  }
  if (text == "acc") {
    return Source::acc();
  }
  const std::uint32_t value = parse_immediate(text);
  if (imm && *imm != value) {
    throw LineError{"an instruction has one immediate, and this has two different ones"};
  }
  imm = value;
  return Source::imm();
}

std::vector<std::uint8_t> parse_bytes(std::string_view text, std::int64_t lanes) {
  constexpr std::string_view kRest = "...";
  text = trim(text);
  const bool rest = text.ends_with(kRest);
  if (rest) {
    text = trim(text.substr(0, text.size() - kRest.size()));
  }
  std::vector<std::uint8_t> bytes;
  if (text.starts_with("i8")) {
    for (const std::string_view number : split(text.substr(2), ',')) {
      bytes.push_back(static_cast<std::uint8_t>(parse_number(number, "byte", -128, 255)));
    }
  } else {
    bytes = parse_hex(text);
  }
  const auto expected = static_cast<std::size_t>(lanes);
  if (bytes.size() > expected || (!rest && bytes.size() < expected) || bytes.empty()) {
    throw LineError{fmt::format("a vector has {} bytes, here are {}", expected, bytes.size())};
  }
  bytes.resize(expected, bytes.back());
  return bytes;
}

}  // namespace lpu::isa
