// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "isa/spec/cycle.h"

namespace lpu::tlm {

/// Which queues are due in which cycle. The next kNear cycles are a bit mask of queues each,
/// later ones a heap, so that the cost grows with dispatches and not with cycles.
class Calendar {
 public:
  /// Few, so that the calendars of many chips fit the host's caches.
  static constexpr std::int64_t kNear = 64;
  static constexpr std::int64_t kNever = INT64_MAX;

  explicit Calendar(int queues)
      : words_(static_cast<std::size_t>(queues + 63) / 64), masks_(kNear * words_) {}

  /// `at` is not before the last cycle taken.
  void add(int queue, isa::Cycle at) {
    if (at.value - now_ >= kNear) {
      late_.emplace(at.value, queue);
      return;
    }
    mark(queue, at.value);
  }

  /// The earliest cycle in which a queue is due, or kNever.
  [[nodiscard]] std::int64_t next() const {
    const std::int64_t near = next_near();
    return late_.empty() ? near : std::min(near, late_.top().first);
  }

  /// Goes to cycle `at`, which is next(), and calls `visit(queue)` for what is due, in the order
  /// of the queues. A visit may add queues for later cycles.
  template <typename Visit>
  void take(std::int64_t at, Visit&& visit) {
    now_ = at;
    while (!late_.empty() && late_.top().first == at) {
      mark(late_.top().second, at);
      late_.pop();
    }
    const std::size_t slot = static_cast<std::size_t>(at) % kNear;
    occupied_[slot / 64] &= ~(std::uint64_t{1} << slot % 64);
    for (std::size_t w = 0; w < words_; ++w) {
      std::uint64_t mask = std::exchange(masks_[slot * words_ + w], 0);
      for (; mask != 0; mask &= mask - 1) {
        visit(static_cast<int>(w * 64) + std::countr_zero(mask));
      }
    }
  }

  void clear(isa::Cycle now) {
    masks_.assign(masks_.size(), 0);
    occupied_.fill(0);
    late_ = {};
    now_ = now.value;
  }

 private:
  using Late = std::pair<std::int64_t, int>;

  void mark(int queue, std::int64_t at) {
    const std::size_t slot = static_cast<std::size_t>(at) % kNear;
    masks_[slot * words_ + static_cast<std::size_t>(queue) / 64] |= std::uint64_t{1} << queue % 64;
    occupied_[slot / 64] |= std::uint64_t{1} << slot % 64;
  }

  [[nodiscard]] std::int64_t next_near() const {
    const std::size_t start = static_cast<std::size_t>(now_) % kNear;
    constexpr std::size_t kWords = kNear / 64;
    // The word of `now_` is looked at twice: from its bit on, and after the others, before it.
    for (std::size_t i = 0; i <= kWords; ++i) {
      std::uint64_t bits = occupied_[(start / 64 + i) % kWords];
      const std::uint64_t from = ~std::uint64_t{0} << start % 64;
      bits &= i == 0 ? from : i == kWords ? ~from : ~std::uint64_t{0};
      if (bits != 0) {
        const std::size_t slot =
            (start / 64 + i) % kWords * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        return now_ + static_cast<std::int64_t>((slot - start) % kNear);
      }
    }
    return kNever;
  }

  std::size_t words_;
  std::vector<std::uint64_t> masks_;  // [cycle % kNear][words_]
  std::array<std::uint64_t, kNear / 64> occupied_{};
  std::priority_queue<Late, std::vector<Late>, std::greater<>> late_;
  std::int64_t now_{0};
};

}  // namespace lpu::tlm
