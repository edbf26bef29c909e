// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <vector>

#include "fabric/link/link.h"
#include "fabric/ranks/ranks.h"
#include "fabric/schedule/program_set.h"
#include "fabric/system/border.h"
#include "fabric/system/clocks.h"
#include "fabric/system/unit_choice.h"
#include "fabric/topology/system_spec.h"
#include "fabric/topology/topology.h"
#include "tlm/chip/chip.h"

namespace lpu::fabric {

struct LinkStatistics : Link::Counts {
  LinkEnd from;
  LinkEnd to;
};

/// `chip0_link3_to_chip4_link3`
[[nodiscard]] std::string link_name(LinkEnd from, LinkEnd to);

/// Sums over the chips and links of a system since it was built.
struct SystemStatistics {
  std::vector<tlm::Statistics> chips;
  std::int64_t vector_ops{0};
  std::int64_t corrected_errors{0};
  std::int64_t compared_outputs{0};
  std::int64_t differences{0};
  std::int64_t link_vectors{0};
  std::int64_t corrected_vectors{0};   // of them
  std::int64_t undetected_vectors{0};  // that came out wrong without a sign of it
  /// With clocks of their own: by how many cycles receivers were ahead of senders.
  std::int64_t least_skew{0};
  std::int64_t most_skew{0};
  std::optional<isa::Cycles> tolerated_skew;  // the least of all programs that were loaded
  std::vector<LinkStatistics> links;          // ordered by `from`
};

/// Chips and links: a machine. All chips have the same clock, and cycle 0 at kernel time 0; or, as
/// the system file has it, clocks of their own (clocks.h), which agree by their counters. A cycle
/// is one of the chip that is spoken of; which chip does what in which cycle is the same either
/// way.
///
/// Several processes can share a system, a rank each. Every rank builds the chips that are its own
/// and the links that leave them, and makes the same calls as the others. What the calls return is
/// the same on all ranks, and the same for any number of them; events reach the first rank's sink.
///
/// One system a process, as SystemC has it. The kernel runs in femtoseconds: the first system
/// sets that, so no sc_time may have been made before it.
class System : public sc_core::sc_module {
 public:
  struct Config {
    SystemSpec spec;
    tlm::Values values{tlm::Values::kFull};
    std::vector<UnitChoice> units;
    /// Cycles that a chip executes at a time: 1 to Clocks::lookahead, which is the way from a send
    /// to the far end of the shortest link where nothing varies. 0: as many as possible, or half of
    /// it when units are chosen: a link in RTL has to know what arrives a frame ahead. Changes
    /// nothing but how often `on_window` is called and how long a run takes.
    isa::Cycles window{0};
    /// Must outlive the system. nullptr: this process has all chips.
    Ranks* ranks{nullptr};
    /// Of clocks, flights and errors on the wire.
    std::uint64_t seed{1};
  };
  using OnWindow = std::function<void(isa::Cycle end)>;

  /// Throws UsageError for a unit pattern that matches nothing and for a window of impossible size.
  System(const sc_core::sc_module_name& name, const Config& config);

  [[nodiscard]] const SystemSpec& spec() const { return config_.spec; }
  [[nodiscard]] const Topology& topology() const { return topology_; }
  [[nodiscard]] int chips() const { return static_cast<int>(chips_.size()); }
  /// It belongs to this rank.
  [[nodiscard]] bool here(int chip) const {
    return chips_.at(static_cast<std::size_t>(chip)) != nullptr;
  }
  /// A chip of this rank.
  [[nodiscard]] tlm::Chip& chip(int index) { return *chips_.at(static_cast<std::size_t>(index)); }
  [[nodiscard]] isa::Cycles window() const { return config_.window; }

  /// What each chip is to do next. A chip without a program does nothing.
  void load(ProgramSet programs);
  /// The loaded programs once more, memory as it is.
  void rewind();

  /// Runs the loaded programs, program cycle 0 at `start` of every chip (`next_start()` or, whole
  /// epochs of 252 cycles if clocks are not the same, later),
  /// until all have ended and the clock has passed the last one's end. Returns that end. Throws
  /// tlm::ScheduleError when a program breaks a rule of the machine or leaves vectors on a link,
  /// and when nothing can go on because a queue waits for a notify that never comes. After an error
  /// the kernel cannot run again.
  isa::Cycle run(isa::Cycle start);
  /// How much skew the loaded programs tolerate, if chips have clocks of their own and vectors are
  /// sent. A run in which a vector meets more ends with an error.
  [[nodiscard]] std::optional<isa::Cycles> tolerated_skew() const { return tolerated_skew_; }
  /// When the next run can start: 0, or a lookahead after the last end; later with clocks
  /// of their own (Clocks::idle_from). The same cycle whatever the window.
  [[nodiscard]] isa::Cycle next_start() const { return next_start_; }

  /// Where events of every chip go, window by window, the chips of a window in any order
  /// (traces::InOrder sorts them). nullptr: nowhere.
  void set_sink(traces::Sink* sink);
  /// Called from `run` after each window: everything before cycle `end` has happened.
  void on_window(OnWindow callback) { on_window_ = std::move(callback); }

  /// Backdoor into the MEM of any chip, as tlm::Chip has it.
  void write_vector(int chip, int slice, int row, std::span<const std::uint8_t> bytes);
  [[nodiscard]] Bytes read_vector(int chip, int slice, int row) const;

  [[nodiscard]] SystemStatistics statistics() const;

 private:
  struct Outgoing {
    LinkEnd from;
    LinkEnd to;
    std::unique_ptr<Link> link;
  };

  void build_chips();
  void build_links();
  void build_link(LinkEnd from, LinkEnd to, isa::Cycles flight);
  [[nodiscard]] int rank_of(int chip) const;
  [[nodiscard]] std::int64_t chips_here() const;
  void form_clusters();
  void together(const std::function<void()>& part);
  void advance();
  void simulate(const sc_core::sc_time& step);
  template <typename Visit>
  void for_each_program(Visit visit);
  void exchange();
  [[nodiscard]] Border::Progress progress() const;
  [[nodiscard]] Bytes packed_statistics() const;
  [[nodiscard]] isa::Cycle kernel_cycle() const;
  void refuse_left_over(isa::Cycle end) const;

  Config config_;
  OneRank alone_;
  Ranks& ranks_;
  Border border_;
  Border::Progress all_;  // of all ranks, when the last window had ended
  Topology topology_;
  sc_core::sc_time period_;
  Clocks clocks_;
  std::shared_ptr<const FlightTime> flight_;
  std::optional<isa::Cycles> tolerated_skew_;
  std::optional<isa::Cycles> least_tolerated_skew_;
  std::vector<std::unique_ptr<tlm::Chip>> chips_;  // nullptr: on another rank
  std::vector<Outgoing> links_;                    // that leave a chip of this rank
  ProgramSet programs_;
  isa::Cycle next_start_;
  traces::Sink* sink_{nullptr};
  OnWindow on_window_;
};

}  // namespace lpu::fabric
