// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "isa/spec/geometry.h"

namespace lpu::compiler {

/// A queue that issues in every cycle uses up its text as fast as Ifetches can bring it, 40
/// instructions in 40 cycles, and has no cycle for them. So after kLongestRun instructions in a row
/// there is a gap, and of any kWindow cycles at most kWindowText are instructions.
inline constexpr int kLongestRun = 12;
inline constexpr int kWindow = 64;
inline constexpr int kWindowText = 32;

/// A line of bits that is as long as its last set bit.
class BitLine {
 public:
  [[nodiscard]] bool any(std::int64_t first, std::int64_t count) const;
  void set(std::int64_t first, std::int64_t count, bool value);

 private:
  std::vector<std::uint64_t> words_;
};

/// What of one chip is taken, cycle by cycle: issue slots of queues, and stream registers.
/// A stream register is taken by diagonal (see docs/timing.md): a value that travels from x0 to
/// x1 takes these positions of one diagonal, whatever the cycle.
class Reservations {
 public:
  Reservations(const isa::ChipSpec& spec, const isa::Geometry& geometry);

  [[nodiscard]] bool queue_free(int queue, std::int64_t at, std::int64_t cycles) const;
  void set_queue(int queue, std::int64_t at, std::int64_t cycles, bool taken);

  /// A vector keeps its link from others for the pace of the link; the queue may receive meanwhile.
  [[nodiscard]] bool link_free(int queue, std::int64_t at) const;
  void set_link(int queue, std::int64_t at, bool taken);

  /// An instruction that issues or repeats in these cycles: two of text, if it repeats.
  void set_text(int queue, std::int64_t at, std::int64_t cycles, bool taken);
  /// With one more instruction from `at` on, the queue can still fetch its text.
  [[nodiscard]] bool leaves_gap(int queue, std::int64_t at, std::int64_t cycles) const;

  /// `count` diagonals from `diagonal`; positions from x0 to x1, in either order.
  [[nodiscard]] bool stream_free(isa::Stream stream, std::int64_t diagonal, std::int64_t count,
                                 int x0, int x1) const;
  void set_stream(isa::Stream stream, std::int64_t diagonal, std::int64_t count, int x0, int x1,
                  bool taken);

 private:
  /// Of positions x0 to x1, those in one word.
  [[nodiscard]] std::uint64_t mask(int word, int x0, int x1) const;
  /// Of a stream, one word of each of its diagonals.
  [[nodiscard]] std::size_t line(isa::Stream s, int word) const;

  int edge_;
  int words_;  // of the positions of a diagonal
  int streams_;
  std::int64_t pace_;  // of a link
  std::vector<BitLine> queues_;
  std::vector<BitLine> links_;  // by queue
  std::vector<BitLine> busy_;   // cycles in which an instruction issues or repeats
  std::vector<BitLine> text_;   // cycles in which an instruction is taken from the queue's text
  std::vector<std::vector<std::uint64_t>> diagonals_;  // by line()
};

}  // namespace lpu::compiler
