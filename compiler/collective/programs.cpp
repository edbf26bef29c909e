// SPDX-License-Identifier: Apache-2.0
#include "compiler/collective/programs.h"

#include <algorithm>

#include "compiler/emit/emit.h"

namespace lpu::collective {
namespace {

using compiler::Placed;

struct Interval {
  std::int64_t first;
  std::int64_t end;
};

/// The cycles in which more than one burst of a queue is under way. `bursts` by cycle.
std::vector<Interval> contested(const std::vector<Placed>& bursts) {
  std::vector<Interval> found;
  std::int64_t reach = 0;
  for (const Placed& p : bursts) {
    if (p.at < reach) {
      const std::int64_t end = std::min(reach, p.end());
      if (!found.empty() && p.at <= found.back().end) {
        found.back().end = std::max(found.back().end, end);
      } else {
        found.push_back({p.at, end});
      }
    }
    reach = std::max(reach, p.end());
  }
  return found;
}

/// The instructions of a burst, those outside the intervals still in bursts.
void split(const Placed& burst, const std::vector<Interval>& intervals, std::vector<Placed>& out) {
  auto interval = std::lower_bound(intervals.begin(), intervals.end(), burst.at,
                                   [](const Interval& i, std::int64_t at) { return i.end <= at; });
  bool alone = true;  // the next instruction begins a burst of its own
  for (std::int64_t i = 0; i < burst.burst.count; ++i) {
    const std::int64_t at = burst.at + i * burst.burst.interval;
    while (interval != intervals.end() && interval->end <= at) {
      ++interval;
      alone = true;
    }
    const bool inside = interval != intervals.end() && interval->first <= at;
    if (!alone && !inside) {
      ++out.back().burst.count;
      continue;
    }
    Placed p = burst;
    p.at = at;
    p.burst.count = 1;
    p.insn.addr = static_cast<std::uint16_t>(burst.insn.addr + i * burst.stride);
    out.push_back(p);
    alone = inside;
  }
}

std::vector<Placed> without_overlap(std::vector<Placed> bursts) {
  const auto by_cycle = [](const Placed& a, const Placed& b) { return a.at < b.at; };
  std::sort(bursts.begin(), bursts.end(), by_cycle);
  const std::vector<Interval> intervals = contested(bursts);
  if (intervals.empty()) {
    return bursts;
  }
  std::vector<Placed> single;
  for (const Placed& p : bursts) {
    split(p, intervals, single);
  }
  std::sort(single.begin(), single.end(), by_cycle);
  return single;
}

}  // namespace

isa::Program program(const isa::ChipSpec& spec, const std::vector<Train>& trains) {
  const isa::Geometry geometry(spec);
  std::vector<std::vector<Placed>> queues(static_cast<std::size_t>(geometry.queues()));
  for (const Train& train : trains) {
    auto& queue = queues[static_cast<std::size_t>(train.first.queue)];
    for (int step = 0; step < train.steps; ++step) {
      queue.push_back(train.first);
      queue.back().at += step * train.period;
    }
  }
  std::vector<compiler::TextSlice> text;
  for (int slice = 0; slice < 2 * spec.mem_slices; ++slice) {
    if (queues[static_cast<std::size_t>(slice)].empty()) {
      text.push_back({slice, 0});
    }
  }
  for (auto& queue : queues) {
    queue = without_overlap(std::move(queue));
  }
  return compiler::write_queues(spec, geometry, queues, text);
}

}  // namespace lpu::collective
