// SPDX-License-Identifier: Apache-2.0
#include <cstddef>

#include "traces/report/report.h"

namespace lpu::traces {

ReportSink::ReportSink(const isa::Geometry& geometry, int chips, int chips_shown,
                       std::size_t max_runs)
    : geometry_(geometry),
      chips_(chips),
      chips_shown_(chips_shown < chips ? chips_shown : chips),
      max_runs_(max_runs),
      last_(static_cast<std::size_t>(chips_shown_ * geometry.queues())),
      dispatches_(static_cast<std::size_t>(chips * geometry.queues())) {}

std::int64_t ReportSink::dispatches(int chip, int queue) const {
  return dispatches_.at(static_cast<std::size_t>(chip * geometry_.queues() + queue));
}

void ReportSink::record(const Event& event) {
  const std::size_t track =
      static_cast<std::size_t>(event.chip) * static_cast<std::size_t>(geometry_.queues()) +
      event.queue;
  ++dispatches_.at(track);
  if (event.chip >= chips_shown_ || complete_until_.value >= 0) return;
  std::size_t& last = last_[track];
  if (last > 0 && extend(runs_[last - 1], event)) return;
  if (runs_.size() == max_runs_) {
    complete_until_ = event.at;
    return;
  }
  runs_.push_back({event.chip, event.queue, event.insn.op, 1, 1, event.at});
  last = runs_.size();
}

bool ReportSink::extend(Run& run, const Event& event) const {
  // A gap of more than this is a new run: its two ends have nothing to do with each other.
  constexpr std::int64_t kLongestStep = 64;
  const std::int64_t since = event.at.value - run.begin.value;
  if (run.op != event.insn.op || since <= 0) return false;
  if (run.count == 1 && since <= kLongestStep) run.step = static_cast<std::uint32_t>(since);
  if (since != static_cast<std::int64_t>(run.count) * run.step) return false;
  ++run.count;
  return true;
}

}  // namespace lpu::traces
