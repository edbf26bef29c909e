// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "isa/spec/geometry.h"
#include "traces/event/event.h"
#include "traces/file/whole_file.h"

namespace lpu::traces {

/// Chrome-trace JSON, as Perfetto and chrome://tracing open it: a process a chip, a track a
/// queue, times in microseconds of chip time.
///
/// Takes events in the order of InOrder. The same instruction in consecutive cycles of a queue
/// is one slice, with the number of dispatches and the first address as arguments. After
/// `max_slices` the file stops growing and ends with a mark that says so: the viewers take
/// about two million. Same events, same bytes.
class PerfettoFile : public Sink {
 public:
  static constexpr std::int64_t kMaxSlices = 2'000'000;

  /// isa::InputError when `path` cannot be written, here and in `close`; nothing is left then.
  PerfettoFile(const std::string& path, const isa::Geometry& geometry, int chips,
               std::int64_t clock_mhz, std::int64_t max_slices = kMaxSlices);

  void record(const Event& event) override;
  void close();

  /// Slices that did not fit.
  [[nodiscard]] std::int64_t dropped() const { return dropped_; }

 private:
  struct Slice {
    Event first;
    std::int64_t dispatches{0};
  };
  void put(const Slice& slice);
  void put_line(const std::string& line);
  [[nodiscard]] std::string micros(std::int64_t cycles) const;

  WholeFile file_;
  isa::Geometry geometry_;
  std::int64_t clock_mhz_;
  std::int64_t max_slices_;
  std::vector<Slice> open_;  // chip * queues + queue
  std::int64_t written_{0};
  std::int64_t dropped_{0};
  isa::Cycle first_dropped_;
  bool any_line_{false};
};

}  // namespace lpu::traces
