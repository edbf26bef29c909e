// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "tlm/common/lanes.h"
#include "tlm/mem/secded.h"

namespace lpu::tlm {

/// The check bits that travel with a vector, one word a superlane.
using CheckWords = std::array<std::uint16_t, kMaxSuperlanes>;

/// What a consumer's check of one vector found.
struct CheckResult {
  int corrected{0};      // words with one wrong bit, put right
  int uncorrectable{0};  // words with two wrong bits, left as they are
};

/// The check words of a vector without an error.
CheckWords checks_of(const std::uint8_t* vector, int lanes);

/// Checks a vector that carries check words and corrects it in place.
CheckResult check_and_correct(std::uint8_t* vector, const CheckWords& checks, int lanes);

/// The contents of one slice: rows of `lanes` bytes, and the check bits of damaged rows. Values
/// only: banks, ports and latencies are the chip's. Counterpart of rtl/mem/lpu_mem_slice.sv.
///
/// The bytes live outside, so that a chip can hold all slices in one block and hand out DMI
/// pointers. Check bits are stored only for rows into which a fault was injected. This shows the
/// same as storing them all: the check bits of every other word are by construction
/// `secded_encode` of its data, so decoding it finds nothing, whoever looks. A write over a
/// damaged row makes new check bits, as in the machine, and forgets the stored ones.
class MemSlice {
 public:
  /// `base` is `rows * lanes` bytes, row after row, and outlives the slice.
  MemSlice(std::uint8_t* base, int rows, int lanes) : base_(base), rows_(rows), lanes_(lanes) {}

  [[nodiscard]] int rows() const { return rows_; }
  [[nodiscard]] int lanes() const { return lanes_; }
  [[nodiscard]] const std::uint8_t* row(int row) const { return base_ + offset(row); }

  /// The check words a read of this row carries; nullptr when they agree with the data.
  [[nodiscard]] const CheckWords* checks(int row) const {
    return damaged_.empty() ? nullptr : find_checks(row);
  }

  /// A vector arrives with its check words, if it carries any: those are stored with it.
  void write(int row, const std::uint8_t* data, const CheckWords* checks = nullptr);

  /// The address a map stream names for a superlane: lanes 0 and 1 of it, low byte first.
  [[nodiscard]] static int address(const std::uint8_t* map, int superlane) {
    return map[superlane * kSuperlaneLanes] | (map[superlane * kSuperlaneLanes + 1] << 8);
  }
  /// The first superlane whose address is no row, or -1. To be asked before gather and scatter.
  [[nodiscard]] int bad_superlane(const std::uint8_t* map) const;

  /// Superlane i of `out` is that of row `address(map, i)`. True: `checks` was filled and has to
  /// travel with the vector. False: the vector carries none.
  bool gather(const std::uint8_t* map, std::uint8_t* out, CheckWords* checks) const;
  /// Superlane i of `data` goes to row `address(map, i)`.
  void scatter(const std::uint8_t* map, const std::uint8_t* data,
               const CheckWords* checks = nullptr);

  /// Turns one stored bit over: 0..127 data of the superlane's word, 128..136 its check bits.
  void inject(int row, int superlane, int bit);
  /// For whoever writes a row through `base`: the stored check words are no longer its own.
  void forget_checks(int row) { damaged_.erase(row); }
  [[nodiscard]] std::size_t damaged_rows() const { return damaged_.size(); }

 private:
  [[nodiscard]] std::size_t offset(int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(lanes_);
  }
  [[nodiscard]] const CheckWords* find_checks(int row) const;
  CheckWords& materialise(int row);

  std::uint8_t* base_;
  int rows_;
  int lanes_;
  std::unordered_map<int, CheckWords> damaged_;
};

}  // namespace lpu::tlm
