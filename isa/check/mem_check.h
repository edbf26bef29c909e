// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "isa/check/streams.h"
#include "isa/program/timeline.h"

namespace lpu::isa {

/// Ports, banks and rows of all slices. The queue of a slice issues once a cycle, so what it can
/// collide with are the rows that ifetches of any queue read.
class MemCheck {
 public:
  MemCheck(const ChipSpec& spec, const Timeline& timeline,
           const std::vector<std::vector<bool>>& sound, StreamUse& streams, Report& report);

  void issue(const Issue& issue, const QueueInfo& info);

 private:
  struct Fetch {
    const Issue* issue;
    std::int64_t row;
  };
  struct Write {
    std::int64_t row{-1};
    Cycle at;
  };

  void add_fetch(const Issue& fetch);
  [[nodiscard]] std::uint64_t key(int slice, Cycle at) const;
  void check_collision(const Issue& issue, bool reads);
  void check_settled(const Issue& issue);
  void note_write(const Issue& issue);

  const ChipSpec& spec_;
  StreamUse& streams_;
  Report& report_;
  std::unordered_map<std::uint64_t, Fetch> fetches_;
  /// The writes of the last write_latency cycles of each slice: one a cycle, so a ring.
  std::vector<Write> writes_;
};

}  // namespace lpu::isa
