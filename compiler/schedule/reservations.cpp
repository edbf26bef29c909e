// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/reservations.h"

#include <algorithm>

namespace lpu::compiler {
namespace {
constexpr int kWordBits = 64;
}

bool BitLine::any(std::int64_t first, std::int64_t count) const {
  const auto end = std::min(first + count, static_cast<std::int64_t>(words_.size()) * kWordBits);
  for (std::int64_t bit = first; bit < end; ++bit) {
    if ((words_[static_cast<std::size_t>(bit / kWordBits)] >> (bit % kWordBits) & 1U) != 0U) {
      return true;
    }
  }
  return false;
}

void BitLine::set(std::int64_t first, std::int64_t count, bool value) {
  const auto needed = static_cast<std::size_t>((first + count + kWordBits - 1) / kWordBits);
  if (words_.size() < needed) {
    words_.resize(needed, 0);
  }
  for (std::int64_t bit = first; bit < first + count; ++bit) {
    auto& word = words_[static_cast<std::size_t>(bit / kWordBits)];
    const std::uint64_t one = std::uint64_t{1} << (bit % kWordBits);
    word = value ? word | one : word & ~one;
  }
}

Reservations::Reservations(const isa::ChipSpec& spec, const isa::Geometry& geometry)
    : edge_(geometry.edge()),
      words_((2 * edge_ + 1 + kWordBits - 1) / kWordBits),
      streams_(static_cast<int>(spec.streams)),
      pace_(spec.c2c_pace),
      queues_(static_cast<std::size_t>(geometry.queues())),
      links_(queues_.size()),
      busy_(queues_.size()),
      text_(queues_.size()),
      diagonals_(static_cast<std::size_t>(words_) * static_cast<std::size_t>(2 * spec.streams)) {}

bool Reservations::queue_free(int queue, std::int64_t at, std::int64_t cycles) const {
  return !queues_[static_cast<std::size_t>(queue)].any(at, cycles);
}

void Reservations::set_queue(int queue, std::int64_t at, std::int64_t cycles, bool taken) {
  queues_[static_cast<std::size_t>(queue)].set(at, cycles, taken);
}

bool Reservations::link_free(int queue, std::int64_t at) const {
  return !links_[static_cast<std::size_t>(queue)].any(at, pace_);
}

void Reservations::set_link(int queue, std::int64_t at, bool taken) {
  links_[static_cast<std::size_t>(queue)].set(at, pace_, taken);
}

void Reservations::set_text(int queue, std::int64_t at, std::int64_t cycles, bool taken) {
  busy_[static_cast<std::size_t>(queue)].set(at, cycles, taken);
  text_[static_cast<std::size_t>(queue)].set(at, std::min<std::int64_t>(cycles, 2), taken);
}

bool Reservations::leaves_gap(int queue, std::int64_t at, std::int64_t cycles) const {
  const BitLine& busy = busy_[static_cast<std::size_t>(queue)];
  const BitLine& text = text_[static_cast<std::size_t>(queue)];
  int run = 0;
  for (std::int64_t t = at - 1; t >= 0 && run < kLongestRun && busy.any(t, 1); --t) {
    run += text.any(t, 1) ? 1 : 0;
  }
  for (std::int64_t t = at + cycles; run < kLongestRun && busy.any(t, 1); ++t) {
    run += text.any(t, 1) ? 1 : 0;
  }
  int recent = 0;
  for (std::int64_t t = std::max<std::int64_t>(at - kWindow, 0); t < at; ++t) {
    recent += text.any(t, 1) ? 1 : 0;
  }
  return run < kLongestRun && recent < kWindowText;
}

std::uint64_t Reservations::mask(int word, int x0, int x1) const {
  const int first = word * kWordBits - edge_;  // position of its lowest bit
  const int low = std::max(std::min(x0, x1) - first, 0);
  const int high = std::min(std::max(x0, x1) - first, kWordBits - 1);
  if (low > high) {
    return 0;
  }
  const std::uint64_t up_to_high = ~std::uint64_t{0} >> (kWordBits - 1 - high);
  return up_to_high & (~std::uint64_t{0} << low);
}

std::size_t Reservations::line(isa::Stream s, int word) const {
  return static_cast<std::size_t>((word * 2 + static_cast<int>(s.dir)) * streams_ + s.index);
}

bool Reservations::stream_free(isa::Stream stream, std::int64_t diagonal, std::int64_t count,
                               int x0, int x1) const {
  const auto first = static_cast<std::size_t>(diagonal + edge_);
  for (int word = 0; word < words_; ++word) {
    const auto& words = diagonals_[line(stream, word)];
    const std::uint64_t wanted = mask(word, x0, x1);
    const auto end = std::min(first + static_cast<std::size_t>(count), words.size());
    for (std::size_t d = first; d < end; ++d) {
      if ((words[d] & wanted) != 0) {
        return false;
      }
    }
  }
  return true;
}

void Reservations::set_stream(isa::Stream stream, std::int64_t diagonal, std::int64_t count, int x0,
                              int x1, bool taken) {
  const auto first = static_cast<std::size_t>(diagonal + edge_);
  const auto end = first + static_cast<std::size_t>(count);
  for (int word = 0; word < words_; ++word) {
    const std::uint64_t wanted = mask(word, x0, x1);
    if (wanted == 0) {
      continue;
    }
    auto& words = diagonals_[line(stream, word)];
    if (words.size() < end) {
      words.resize(end, 0);
    }
    for (std::size_t d = first; d < end; ++d) {
      words[d] = taken ? words[d] | wanted : words[d] & ~wanted;
    }
  }
}

}  // namespace lpu::compiler
