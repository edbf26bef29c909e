// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "isa/check/report.h"

namespace lpu::isa {

/// Which stream registers have been driven, by diagonal: a value driven eastward at (x, t) is at
/// (x + 1, t + 1), so t - x names it (t + x westward). Each diagonal holds a bit for each position
/// at which somebody drives.
///
/// Calls come in the order of dispatch cycles; drives lie at most one latency ahead.
class StreamBoard {
 public:
  StreamBoard(const ChipSpec& spec, int edge);

  /// False if the register has a driver in this cycle already.
  [[nodiscard]] bool drive(Stream stream, int x, Cycle at);
  /// True if the value that passes x in this cycle has been driven here or before.
  [[nodiscard]] bool driven(Stream stream, int x, Cycle at) const;

 private:
  struct Diagonal {
    std::int64_t number{INT64_MIN};
    /// The position nearest to where the stream comes from, counted along its direction.
    int first{0};
  };

  [[nodiscard]] std::size_t slot(Stream stream, std::int64_t number) const;
  [[nodiscard]] static int along(Stream stream, int x) {
    return stream.dir == Direction::kEast ? x : -x;
  }

  int edge_;
  std::int64_t ring_;  // diagonals kept of each stream, a power of two
  std::size_t words_;  // 64-bit words of positions
  std::vector<Diagonal> diagonals_;
  std::vector<std::uint64_t> drivers_;
};

/// What all units share: they take operands from streams and drive results onto them.
class StreamUse {
 public:
  StreamUse(const ChipSpec& spec, Report& report)
      : report_(report), board_(spec, report.geometry().edge()) {}

  /// `count` streams from `stream` on, read at x in the cycle of the issue.
  void take(const Issue& issue, Stream stream, int count, int x);
  /// The same driven `after` cycles later.
  void drive(const Issue& issue, Stream stream, int count, int x, Cycles after);

 private:
  Report& report_;
  StreamBoard board_;
};

}  // namespace lpu::isa
