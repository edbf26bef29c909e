// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "isa/spec/cycle.h"
#include "isa/spec/geometry.h"
#include "traces/event/event.h"

namespace lpu::traces {

/// A named interval of the run: "layer 0 attention".
struct Phase {
  std::string name;
  isa::Cycle begin;
  isa::Cycle end;  // first cycle after it
};

/// Use of one link in one direction, over the run.
struct LinkUse {
  std::string name;  // chip0.link8 -> chip1.link3
  std::int64_t vectors{0};
  double busy{0};
};

/// What the page says apart from the events.
struct ReportData {
  std::string title;
  /// Shown in this order: system, model, matmul, tokens per second, text, ...
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<Phase> phases;
  std::vector<LinkUse> links;
  std::vector<isa::Cycles> cycles_per_token;
  isa::Cycles cycles;  // of the run: what busy fractions refer to
  std::int64_t clock_mhz{0};
};

/// Keeps what the report needs of a run's events: the dispatches of every queue of every chip,
/// counted, and the schedule of the first `chips_shown` chips as runs of the same operation.
///
/// Takes events in the order of InOrder. After `max_runs` the schedule stops growing; the page
/// then says up to which cycle it is complete. The counts go on.
class ReportSink : public Sink {
 public:
  static constexpr std::size_t kMaxRuns = 120'000;

  ReportSink(const isa::Geometry& geometry, int chips, int chips_shown = 1,
             std::size_t max_runs = kMaxRuns);
  void record(const Event& event) override;

  /// Dispatches of one operation in one queue with a constant distance: what Repeat makes.
  struct Run {
    std::uint16_t chip{0};
    std::uint16_t queue{0};
    isa::Op op{isa::Op::kNop};
    std::uint32_t count{0};
    std::uint32_t step{1};
    isa::Cycle begin;
  };

  [[nodiscard]] const isa::Geometry& geometry() const { return geometry_; }
  [[nodiscard]] int chips() const { return chips_; }
  [[nodiscard]] int chips_shown() const { return chips_shown_; }
  /// In the order of their beginnings.
  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }
  [[nodiscard]] std::int64_t dispatches(int chip, int queue) const;
  /// The first cycle whose schedule is not complete, or -1.
  [[nodiscard]] isa::Cycle complete_until() const { return complete_until_; }

 private:
  bool extend(Run& run, const Event& event) const;

  isa::Geometry geometry_;
  int chips_;
  int chips_shown_;
  std::size_t max_runs_;
  std::vector<Run> runs_;
  std::vector<std::size_t> last_;  // by chip and queue: index into runs_ + 1
  std::vector<std::int64_t> dispatches_;
  isa::Cycle complete_until_{-1};
};

/// One HTML page that needs no network: header of facts, phases and schedule on a time axis
/// (zoom, pan, tooltip), busy fractions by kind of unit and on the floor plan, links, cycles per
/// token. Same input, same bytes. isa::InputError when it cannot be written; nothing is left.
void write_report(const std::string& path, const ReportData& data, const ReportSink& events);

/// The page as text.
[[nodiscard]] std::string report_html(const ReportData& data, const ReportSink& events);

}  // namespace lpu::traces
