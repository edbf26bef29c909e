// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isa/insn/insn.h"

namespace lpu::isa {

/// A fault in one line; whoever knows the line makes an InputError of it.
struct LineError {
  std::string reason;
};

[[nodiscard]] std::string_view trim(std::string_view text);
/// The parts between separators, trimmed; nothing for an empty text.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
/// The first word, and the rest trimmed.
[[nodiscard]] std::pair<std::string_view, std::string_view> first_word(std::string_view text);

/// All of the following throw LineError.
/// A decimal or 0x number within min..max; `what` names it in the message.
[[nodiscard]] std::int64_t parse_number(std::string_view text, std::string_view what,
                                        std::int64_t min, std::int64_t max);
[[nodiscard]] Type parse_type(std::string_view text);
[[nodiscard]] Stream parse_stream(std::string_view text, std::int64_t streams);
/// A stream, an ALU, `acc` or an immediate, which is stored in `imm`.
[[nodiscard]] Source parse_source(std::string_view text, std::int64_t streams,
                                  std::optional<std::uint32_t>& imm);
/// Bytes in hex, or `i8` and decimal numbers, as many as a vector has.
[[nodiscard]] std::vector<std::uint8_t> parse_bytes(std::string_view text, std::int64_t lanes);

}  // namespace lpu::isa
