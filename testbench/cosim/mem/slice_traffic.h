// SPDX-License-Identifier: Apache-2.0
// What the tests of the MEM slice share: vectors with check bits, a slice in plain arrays, and
// random legal traffic for it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "isa/insn/insn.h"
#include "rtl/common/unit_rtl.h"

namespace lpu::rtl {

/// A vector as it travels.
struct Vector {
  std::vector<std::uint8_t> data;  // superlanes * 16
  UnitRtl::Checks checks{};

  explicit Vector(int superlanes) : data(static_cast<std::size_t>(superlanes) * 16) {}
  [[nodiscard]] int superlanes() const { return static_cast<int>(data.size() / 16); }

  void fill(std::mt19937_64& random);
  /// Check bits that agree with the data.
  void encode();
  /// Bit 0 … 127 of the superlane's data, 128 … 136 of its check bits.
  void flip(int superlane, int bit);
  /// A map names a row for each superlane.
  void name_row(int superlane, int row);
  void take(int superlane, const Vector& from);

  friend bool operator==(const Vector&, const Vector&) = default;
};

isa::Insn read_insn(int row, int out);
isa::Insn write_insn(int row, int in);
isa::Insn gather_insn(int map, int out);
isa::Insn scatter_insn(int map, int in);
/// The number of a stream on the pins: 32 * direction + index.
int stream_number(const isa::Stream& stream);

/// What is on the pins of a slice in one cycle, in superlane 0's frame.
struct Cycle {
  std::optional<isa::Insn> insn;
  std::map<int, Vector> streams;
  std::optional<int> text;

  // What the test planted in it.
  std::vector<int> map_rows;  // what a map names, whatever was flipped
  int corrected{0};
  bool uncorrectable{false};
};

/// What leaves in the cycle after.
struct Outcome {
  std::optional<int> stream;
  std::optional<Vector> driven;
  std::optional<Vector> text;  // as stored
};

/// A slice as rows in plain arrays.
class SliceReference {
 public:
  explicit SliceReference(int superlanes) : superlanes_(superlanes) {}
  Outcome step(const Cycle& cycle);

 private:
  Vector& row(int row);

  int superlanes_;
  std::map<int, Vector> rows_;
};

/// Random cycles that break no rule, on a few rows of both banks so that they meet. Operands have
/// wrong bits of any kind, maps up to two, but never two in an address.
class SliceTraffic {
 public:
  SliceTraffic(int superlanes, std::uint64_t seed) : superlanes_(superlanes), random_(seed) {}
  Cycle next();
  [[nodiscard]] const std::vector<int>& rows() const { return rows_; }
  std::mt19937_64& random() { return random_; }

 private:
  bool chance(unsigned percent) { return random_() % 100 < percent; }
  /// More of them than superlanes, so that a scatter leaves some that may be read.
  static std::vector<int> all_rows();
  int some_row();
  int free_stream(Cycle& cycle);
  void add_map(Cycle& cycle, int stream);

  int superlanes_;
  std::mt19937_64 random_;
  const std::vector<int> rows_ = all_rows();
  std::vector<int> last_written_;  // in the cycle before, by superlane; empty: none
};

}  // namespace lpu::rtl
