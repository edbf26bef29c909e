// SPDX-License-Identifier: Apache-2.0
#include "isa/check/streams.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "isa/asm/disassembler.h"

namespace lpu::isa {
namespace {

/// The longest time from a dispatch to what it drives; `chip_fields` limits each latency to 255,
/// and an ALU has two of them.
constexpr std::int64_t kLongestLatency = 2 * 255;
constexpr std::size_t kStreamsOfChip = 64;

Stream next(Stream stream, int i) {
  return {stream.dir, static_cast<std::uint8_t>(stream.index + i)};
}

}  // namespace

StreamBoard::StreamBoard(const ChipSpec& spec, int edge)
    : edge_(edge),
      ring_(static_cast<std::int64_t>(
          std::bit_ceil(static_cast<std::uint64_t>(kLongestLatency + 4 * edge + spec.streams)))),
      words_(static_cast<std::size_t>(2 * edge + 1 + 63) / 64),
      diagonals_(kStreamsOfChip * static_cast<std::size_t>(ring_)),
      drivers_(diagonals_.size() * words_) {}

std::size_t StreamBoard::slot(Stream stream, std::int64_t number) const {
  const std::size_t row = Source::stream(stream).value * static_cast<std::size_t>(ring_);
  return row + (static_cast<std::size_t>(number) & static_cast<std::size_t>(ring_ - 1));
}

bool StreamBoard::drive(Stream stream, int x, Cycle at) {
  const int position = along(stream, x);
  const std::int64_t number = at.value - position;
  const std::size_t s = slot(stream, number);
  Diagonal& diagonal = diagonals_[s];
  const auto bits = drivers_.begin() + static_cast<std::ptrdiff_t>(s * words_);
  if (diagonal.number != number) {
    diagonal = {number, position};
    std::fill_n(bits, words_, 0U);
  }
  diagonal.first = std::min(diagonal.first, position);
  const auto bit = static_cast<std::uint64_t>(position + edge_);
  std::uint64_t& word = bits[static_cast<std::ptrdiff_t>(bit / 64)];
  const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
  const bool free = (word & mask) == 0;
  word |= mask;
  return free;
}

bool StreamBoard::driven(Stream stream, int x, Cycle at) const {
  const int position = along(stream, x);
  const std::int64_t number = at.value - position;
  const Diagonal& diagonal = diagonals_[slot(stream, number)];
  return diagonal.number == number && diagonal.first <= position;
}

void StreamUse::take(const Issue& issue, Stream stream, int count, int x) {
  for (int i = 0; i < count; ++i) {
    if (!board_.driven(next(stream, i), x, issue.at)) {
      report_.add(Rule::kUndrivenOperand, issue,
                  fmt::format("nobody has driven what is on {} at position {} in this cycle",
                              text_of(next(stream, i)), x));
    }
  }
}

void StreamUse::drive(const Issue& issue, Stream stream, int count, int x, Cycles after) {
  for (int i = 0; i < count; ++i) {
    if (!board_.drive(next(stream, i), x, issue.at + after)) {
      report_.add(Rule::kTwoDrivers, issue,
                  fmt::format("{} at position {} has another driver in cycle {}",
                              text_of(next(stream, i)), x, (issue.at + after).value));
    }
  }
}

}  // namespace lpu::isa
