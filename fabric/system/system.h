// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "fabric/link/link.h"
#include "fabric/schedule/program_set.h"
#include "fabric/system/unit_choice.h"
#include "fabric/topology/system_spec.h"
#include "fabric/topology/topology.h"
#include "tlm/chip/chip.h"

namespace lpu::fabric {

/// Sums over the chips and links of a system since it was built.
struct SystemStatistics {
  std::vector<tlm::Statistics> chips;
  std::int64_t vector_ops{0};
  std::int64_t corrected_errors{0};
  std::int64_t compared_outputs{0};
  std::int64_t differences{0};
  std::int64_t link_vectors{0};
};

/// Chips and links: a machine. All chips have the same clock, and cycle 0 at kernel time 0.
///
/// One system a process, as SystemC has it. The kernel runs in femtoseconds: the first system
/// sets that, so no sc_time may have been made before it.
class System : public sc_core::sc_module {
 public:
  struct Config {
    SystemSpec spec;
    tlm::Values values{tlm::Values::kFull};
    std::vector<UnitChoice> units;
    /// Cycles that a chip executes at a time: 1 to the flight time of a link. 0: the flight time,
    /// or half of it when units are chosen: a link in RTL has to know what arrives a frame ahead.
    /// Changes nothing but how often `on_window` is called and how long a run takes.
    isa::Cycles window{0};
  };
  using OnWindow = std::function<void(isa::Cycle end)>;

  /// Throws UsageError for a unit pattern that matches nothing and for a window of impossible size.
  System(const sc_core::sc_module_name& name, const Config& config);

  [[nodiscard]] const SystemSpec& spec() const { return config_.spec; }
  [[nodiscard]] const Topology& topology() const { return topology_; }
  [[nodiscard]] int chips() const { return static_cast<int>(chips_.size()); }
  [[nodiscard]] tlm::Chip& chip(int index) { return *chips_.at(static_cast<std::size_t>(index)); }
  [[nodiscard]] const std::vector<std::unique_ptr<Link>>& links() const { return links_; }
  [[nodiscard]] isa::Cycles window() const { return config_.window; }

  /// What each chip is to do next. A chip without a program does nothing.
  void load(ProgramSet programs);
  /// The loaded programs once more, memory as it is.
  void rewind();

  /// Runs the loaded programs, program cycle 0 at `start` of every chip (`next_start()` or later),
  /// until all have ended and the clock has passed the last one's end. Returns that end. Throws
  /// tlm::ScheduleError when a program breaks a rule of the machine or leaves vectors on a link,
  /// and when nothing can go on because a queue waits for a notify that never comes. After an error
  /// the kernel cannot run again.
  isa::Cycle run(isa::Cycle start);
  /// When the next run can start: 0, or a link's flight after the last end. The same cycle
  /// whatever the window.
  [[nodiscard]] isa::Cycle next_start() const { return next_start_; }

  /// Where events of every chip go, window by window, the chips of a window in any order
  /// (traces::InOrder sorts them). nullptr: nowhere.
  void set_sink(traces::Sink* sink);
  /// Called from `run` after each window: everything before cycle `end` has happened.
  void on_window(OnWindow callback) { on_window_ = std::move(callback); }

  [[nodiscard]] SystemStatistics statistics() const;

 private:
  void build_chips();
  void build_links();
  void build_link(LinkEnd from, LinkEnd to);
  void advance();
  [[nodiscard]] bool finished() const;
  [[nodiscard]] isa::Cycle end_cycle() const;
  [[nodiscard]] isa::Cycle kernel_cycle() const;
  void refuse_left_over(isa::Cycle end) const;

  Config config_;
  Topology topology_;
  sc_core::sc_time period_;
  std::vector<std::unique_ptr<tlm::Chip>> chips_;
  std::vector<std::unique_ptr<Link>> links_;
  ProgramSet programs_;
  isa::Cycle next_start_;
  OnWindow on_window_;
};

}  // namespace lpu::fabric
