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
    const std::uint32_t head = cell.head;
    if (head != kNil && segments_[head].position >= position) {
      return vector(insert_behind(cell, position, stream, x, at));
    }
    const std::uint32_t added = take();
    segments_[added] = {position, head};
    cell.head = added;
    return vector(added);
  }

  /// What the register at x holds in that cycle; nullptr with Values::kNone.
  [[nodiscard]] const std::uint8_t* read(isa::Stream stream, int x, isa::Cycle at) const {
    const std::uint32_t found = find(stream, x, at);
    if (found == kNil) {
      fail_undriven(stream, x, at);
    }
    return vector(found);
  }

  [[nodiscard]] bool driven(isa::Stream stream, int x, isa::Cycle at) const {
    return find(stream, x, at) != kNil;
  }

  /// Forgets everything on the way.
  void reset();

  /// How many diagonals the ring of a stream has: a power of two.
  [[nodiscard]] std::size_t diagonals() const { return mask_ + 1; }

 private:
  static constexpr std::uint32_t kNil = 0xffffffff;
  static constexpr std::int64_t kNever = INT64_MIN;
  static constexpr std::size_t kStreamsOfDirection = 32;  // what an instruction can name
  static constexpr std::size_t kVectorsOfChunk = 256;

  /// The drivers of a diagonal, the furthest downstream first.
  struct Cell {
    std::int64_t diagonal{kNever};
    std::uint32_t head{kNil};
  };
  /// One driver; its number is also that of its vector.
  struct Segment {
    std::int32_t position{0};  // along the direction of the stream
    std::uint32_t next{kNil};
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

  [[nodiscard]] std::uint32_t find(isa::Stream stream, int x, isa::Cycle at) const {
    const std::int32_t position = along(stream, x);
    const std::int64_t diagonal = at.value - position;
    const std::unique_ptr<Cell[]>& ring = rings_[ring_of(stream)];
    if (ring == nullptr) {
      return kNil;
    }
    const Cell& cell = ring[static_cast<std::size_t>(diagonal) & mask_];
    if (cell.diagonal != diagonal) {
      return kNil;
    }
    std::uint32_t segment = cell.head;
    while (segment != kNil && segments_[segment].position > position) {
      segment = segments_[segment].next;
    }
    return segment;
  }

  Cell& cell_to_drive(isa::Stream stream, std::int64_t diagonal) {
    std::unique_ptr<Cell[]>& ring = rings_[ring_of(stream)];
    if (ring == nullptr) {
      ring = std::make_unique<Cell[]>(mask_ + 1);
    }
    Cell& cell = ring[static_cast<std::size_t>(diagonal) & mask_];
    if (cell.diagonal != diagonal) {
      release(cell);
      cell.diagonal = diagonal;
    }
    return cell;
  }

  void release(Cell& cell) {
    while (cell.head != kNil) {
      const std::uint32_t next = segments_[cell.head].next;
      segments_[cell.head].next = free_;
      free_ = cell.head;
      cell.head = next;
    }
  }

  std::uint32_t take() {
    if (free_ == kNil) {
      grow();
    }
    const std::uint32_t taken = free_;
    free_ = segments_[taken].next;
    return taken;
  }

  [[nodiscard]] std::uint8_t* vector(std::uint32_t segment) const {
    if (values_ == Values::kNone) {
      return nullptr;
    }
    return chunks_[segment / kVectorsOfChunk][segment % kVectorsOfChunk * lines_].bytes.data();
  }

  std::uint32_t insert_behind(Cell& cell, std::int32_t position, isa::Stream stream, int x,
                              isa::Cycle at);
  void grow();
  [[noreturn]] void fail_no_such_stream(isa::Stream stream) const;
  [[noreturn]] static void fail_undriven(isa::Stream stream, int x, isa::Cycle at);
  [[noreturn]] static void fail_double_drive(isa::Stream stream, int x, isa::Cycle at);

  Values values_;
  std::size_t streams_;  // of a direction
  std::size_t lines_;    // cache lines of a vector
  std::size_t mask_;
  std::array<std::unique_ptr<Cell[]>, 2 * kStreamsOfDirection> rings_;
  std::vector<Segment> segments_;
  std::vector<std::unique_ptr<Line[]>> chunks_;
  std::uint32_t free_{kNil};
};

}  // namespace lpu::tlm
