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
  const std::int64_t span = 2 * isa::Geometry(spec).edge() + longest_latency(spec) + 1;
  mask_ = std::bit_ceil(static_cast<std::size_t>(std::max<std::int64_t>(span, 128))) - 1;
}

void StreamFile::reset() {
  for (std::unique_ptr<Cell[]>& ring : rings_) {
    for (std::size_t i = 0; ring != nullptr && i <= mask_; ++i) {
      release(ring[i]);
      ring[i].diagonal = kNever;
    }
  }
}

std::uint32_t StreamFile::insert_behind(Cell& cell, std::int32_t position, isa::Stream stream,
                                        int x, isa::Cycle at) {
  std::uint32_t before = cell.head;
  for (std::uint32_t next = before; next != kNil && segments_[next].position >= position;
       next = segments_[next].next) {
    before = next;
  }
  if (segments_[before].position == position) {
    fail_double_drive(stream, x, at);
  }
  const std::uint32_t added = take();
  segments_[added] = {position, segments_[before].next};
  segments_[before].next = added;
  return added;
}

void StreamFile::grow() {
  const std::size_t first = segments_.size();
  segments_.resize(first + kVectorsOfChunk);
  for (std::size_t i = first; i < segments_.size(); ++i) {
    segments_[i].next = i + 1 < segments_.size() ? static_cast<std::uint32_t>(i + 1) : free_;
  }
  free_ = static_cast<std::uint32_t>(first);
  if (values_ == Values::kFull) {
    chunks_.push_back(std::make_unique<Line[]>(kVectorsOfChunk * lines_));
  }
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
