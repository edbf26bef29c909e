// SPDX-License-Identifier: Apache-2.0
#include "tlm/common/stream_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string>

#include "tlm/common/schedule_error.h"

namespace lpu::tlm {
namespace {

/// The furthest into the future that a dispatch drives a register.
std::int64_t longest_latency(const isa::ChipSpec& spec) {
  const std::int64_t vxm =
      spec.vxm_input_latency + std::max(spec.vxm_op_latency, spec.vxm_special_latency);
  const std::int64_t mxm = 1;  // accumulate: the register after it
  return std::max({spec.mem_read_latency, vxm, mxm, spec.sxm_shift_latency,
                   spec.sxm_permute_latency, spec.sxm_distribute_latency, spec.sxm_rotate_latency,
                   spec.sxm_transpose_latency, spec.c2c_receive_latency});
}

std::string name_of(isa::Stream stream) {
  return fmt::format("{}{}", stream.dir == isa::Direction::kEast ? 'e' : 'w', stream.index);
}

}  // namespace

StreamFile::StreamFile(const isa::ChipSpec& spec, Values values)
    : values_(values),
      streams_(std::min(static_cast<std::size_t>(spec.streams), kStreamsOfDirection)),
      lines_(static_cast<std::size_t>(spec.lanes() + 63) / 64) {
  // A register can be read as long as its diagonal is on the chip, and driven a latency ahead.
  span_ = 2 * isa::Geometry(spec).edge() + longest_latency(spec) + 1;
  longest_ring_ = std::bit_ceil(static_cast<std::size_t>(std::max<std::int64_t>(span_, 128)));
}

void StreamFile::reset() {
  for (Ring& ring : rings_) {
    for (std::size_t i = 0; ring.cells != nullptr && i <= ring.mask; ++i) {
      release(ring.cells[i]);
      ring.cells[i].diagonal = kNever;
    }
  }
}

std::uint32_t StreamFile::add_segment(const Driver& driver) {
  if (free_segments_.empty()) {
    segments_.push_back(driver);
    return static_cast<std::uint32_t>(segments_.size() - 1);
  }
  const std::uint32_t added = free_segments_.back();
  free_segments_.pop_back();
  segments_[added] = driver;
  return added;
}

std::uint32_t StreamFile::insert_behind(Cell& cell, std::int32_t position, isa::Stream stream,
                                        int x, isa::Cycle at) {
  std::uint32_t before = kNil;  // the cell's own
  Driver downstream = cell.first;
  while (downstream.next != kNil && segments_[downstream.next].position >= position) {
    before = downstream.next;
    downstream = segments_[before];
  }
  if (downstream.position == position) {
    fail_double_drive(stream, x, at);
  }
  const Driver driver{position, take_vector(), downstream.next};
  const std::uint32_t added = add_segment(driver);
  (before == kNil ? cell.first : segments_[before]).next = added;
  return driver.vector;
}

/// Twice as many cells; what stood in different ones still does.
void StreamFile::lengthen(Ring& ring) const {
  const std::size_t cells = ring.cells == nullptr ? kShortestRing : 2 * (ring.mask + 1);
  auto longer = std::make_unique<Cell[]>(cells);
  for (std::size_t i = 0; ring.cells != nullptr && i <= ring.mask; ++i) {
    const Cell& cell = ring.cells[i];
    if (cell.diagonal != kNever) {
      longer[static_cast<std::size_t>(cell.diagonal) & (cells - 1)] = cell;
    }
  }
  ring = {std::move(longer), cells - 1};
}

void StreamFile::add_vectors() {
  const std::size_t first = chunks_.size() * kVectorsOfChunk;
  for (std::size_t i = kVectorsOfChunk; i-- > 0;) {
    free_vectors_.push_back(static_cast<std::uint32_t>(first + i));
  }
  chunks_.push_back(std::make_unique<Line[]>(kVectorsOfChunk * lines_));
}

void StreamFile::fail_no_such_stream(isa::Stream stream) const {
  throw UnitError("lpu/stream/no-such-stream",
                  fmt::format("stream {}: the chip has streams 0 to {} in each direction",
                              name_of(stream), streams_ - 1));
}

void StreamFile::fail_undriven(isa::Stream stream, int x, isa::Cycle at) {
  throw UnitError("lpu/stream/undriven",
                  fmt::format("stream {} at x = {} in cycle {} is read, but nobody drove it",
                              name_of(stream), x, at.value));
}

void StreamFile::fail_double_drive(isa::Stream stream, int x, isa::Cycle at) {
  throw UnitError("lpu/stream/double-drive",
                  fmt::format("stream {} at x = {} in cycle {} already has a driver; "
                              "a register takes one a cycle",
                              name_of(stream), x, at.value));
}

}  // namespace lpu::tlm
