// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "isa/insn/insn.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"
#include "isa/spec/geometry.h"
#include "tlm/common/values.h"

namespace lpu::tlm {

/// The stream registers of one chip, kept by diagonal.
///
/// A value driven eastward at position x in cycle t is at x + 1 in t + 1, so (direction, stream,
/// t - x) names it wherever it is; westward it is t + x. Nothing moves: driving and reading are
/// an index into a ring of diagonals. A driver further downstream hides the value from there on.
///
/// A ring is as long as what is on the chip at the same time needs: with hundreds of chips, what
/// counts is how much of the host's caches a chip takes.
///
/// Reading what nobody drove, and two drivers of one register in one cycle, are schedule errors
/// (UnitError). With Values::kNone the checks are the same and there is no data.
class StreamFile {
 public:
  StreamFile(const isa::ChipSpec& spec, Values values);

  /// Returns the vector to fill, valid as long as its diagonal is on the chip; nullptr with
  /// Values::kNone. Its bytes are not cleared.
  std::uint8_t* drive(isa::Stream stream, int x, isa::Cycle at) {
    const std::int32_t position = along(stream, x);
    Cell& cell = cell_to_drive(stream, at.value - position);
    if (cell.first.position == kNobody) {
      cell.first = {position, take_vector(), kNil};
    } else if (cell.first.position < position) {
      const std::uint32_t behind = add_segment(cell.first);
      cell.first = {position, take_vector(), behind};
    } else {
      return vector(insert_behind(cell, position, stream, x, at));
    }
    return vector(cell.first.vector);
  }

  /// What the register at x holds in that cycle; nullptr with Values::kNone.
  [[nodiscard]] const std::uint8_t* read(isa::Stream stream, int x, isa::Cycle at) const {
    const Driver* found = find(stream, x, at);
    if (found == nullptr) {
      fail_undriven(stream, x, at);
    }
    return vector(found->vector);
  }

  [[nodiscard]] bool driven(isa::Stream stream, int x, isa::Cycle at) const {
    return find(stream, x, at) != nullptr;
  }

  /// Forgets everything on the way.
  void reset();

  /// How many diagonals the ring of a stream can have: a power of two.
  [[nodiscard]] std::size_t diagonals() const { return longest_ring_; }

 private:
  static constexpr std::uint32_t kNil = 0xffffffff;
  static constexpr std::int64_t kNever = INT64_MIN;
  static constexpr std::size_t kStreamsOfDirection = 32;  // what an instruction can name
  static constexpr std::size_t kVectorsOfChunk = 256;

  static constexpr std::int32_t kNobody = INT32_MIN;
  static constexpr std::size_t kShortestRing = 8;

  struct Driver {
    std::int32_t position{kNobody};  // along the direction of the stream
    std::uint32_t vector{0};
    std::uint32_t next{kNil};  // the next driver upstream, in segments_
  };
  /// The drivers of a diagonal, the furthest downstream first.
  struct Cell {
    std::int64_t diagonal{kNever};
    Driver first;
  };
  struct Ring {
    std::unique_ptr<Cell[]> cells;
    std::size_t mask{0};
  };
  struct alignas(64) Line {
    std::array<std::uint8_t, 64> bytes;
  };

  [[nodiscard]] static std::int32_t along(isa::Stream stream, int x) {
    return stream.dir == isa::Direction::kEast ? x : -x;
  }
  [[nodiscard]] std::size_t ring_of(isa::Stream stream) const {
    if (stream.index >= streams_) {
      fail_no_such_stream(stream);
    }
    return static_cast<std::size_t>(stream.dir) * kStreamsOfDirection + stream.index;
  }

  [[nodiscard]] const Driver* find(isa::Stream stream, int x, isa::Cycle at) const {
    const std::int32_t position = along(stream, x);
    const std::int64_t diagonal = at.value - position;
    const Ring& ring = rings_[ring_of(stream)];
    if (ring.cells == nullptr) {
      return nullptr;
    }
    const Cell& cell = ring.cells[static_cast<std::size_t>(diagonal) & ring.mask];
    if (cell.diagonal != diagonal) {
      return nullptr;
    }
    const Driver* driver = &cell.first;
    while (driver->position > position) {
      if (driver->next == kNil) {
        return nullptr;
      }
      driver = &segments_[driver->next];
    }
    return driver;
  }

  Cell& cell_to_drive(isa::Stream stream, std::int64_t diagonal) {
    Ring& ring = rings_[ring_of(stream)];
    if (ring.cells != nullptr) {
      Cell& cell = ring.cells[static_cast<std::size_t>(diagonal) & ring.mask];
      if (cell.diagonal == diagonal) {
        return cell;
      }
      if (has_left(cell, diagonal)) {
        release(cell);
        cell.diagonal = diagonal;
        return cell;
      }
    }
    lengthen(ring);
    return cell_to_drive(stream, diagonal);
  }

  /// Whether what the cell holds is no longer on the chip when `diagonal` is driven.
  [[nodiscard]] bool has_left(const Cell& cell, std::int64_t diagonal) const {
    return cell.diagonal == kNever || cell.diagonal + span_ <= diagonal ||
           diagonal + span_ <= cell.diagonal;
  }

  void release(Cell& cell) {
    if (cell.first.position == kNobody) {
      return;
    }
    give_back(cell.first.vector);
    for (std::uint32_t i = cell.first.next; i != kNil;) {
      const std::uint32_t next = segments_[i].next;
      give_back(segments_[i].vector);
      free_segments_.push_back(i);
      i = next;
    }
    cell.first = {};
  }

  /// Number of a vector's place; without values there are none.
  std::uint32_t take_vector() {
    if (values_ == Values::kNone) {
      return 0;
    }
    if (free_vectors_.empty()) {
      add_vectors();
    }
    const std::uint32_t taken = free_vectors_.back();
    free_vectors_.pop_back();
    return taken;
  }
  void give_back(std::uint32_t vector) {
    if (values_ == Values::kFull) {
      free_vectors_.push_back(vector);
    }
  }

  [[nodiscard]] std::uint8_t* vector(std::uint32_t number) const {
    if (values_ == Values::kNone) {
      return nullptr;
    }
    return chunks_[number / kVectorsOfChunk][number % kVectorsOfChunk * lines_].bytes.data();
  }

  std::uint32_t add_segment(const Driver& driver);
  std::uint32_t insert_behind(Cell& cell, std::int32_t position, isa::Stream stream, int x,
                              isa::Cycle at);
  void lengthen(Ring& ring) const;
  void add_vectors();
  [[noreturn]] void fail_no_such_stream(isa::Stream stream) const;
  [[noreturn]] static void fail_undriven(isa::Stream stream, int x, isa::Cycle at);
  [[noreturn]] static void fail_double_drive(isa::Stream stream, int x, isa::Cycle at);

  Values values_;
  std::size_t streams_;  // of a direction
  std::size_t lines_;    // cache lines of a vector
  std::int64_t span_;    // diagonals that are on the chip at the same time
  std::size_t longest_ring_;
  std::array<Ring, 2 * kStreamsOfDirection> rings_;
  std::vector<Driver> segments_;  // drivers that have others downstream
  std::vector<std::uint32_t> free_segments_;
  std::vector<std::unique_ptr<Line[]>> chunks_;
  std::vector<std::uint32_t> free_vectors_;
};

}  // namespace lpu::tlm
