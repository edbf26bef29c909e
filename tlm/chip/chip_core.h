// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isa/program/program.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"
#include "isa/spec/geometry.h"
#include "tlm/c2c/link_port.h"
#include "tlm/c2c/receive_fifo.h"
#include "tlm/chip/chip_slot.h"
#include "tlm/chip/icu_slot.h"
#include "tlm/chip/mem_unit.h"
#include "tlm/chip/memory_map.h"
#include "tlm/chip/mxm_unit.h"
#include "tlm/chip/rtl_slot.h"
#include "tlm/chip/statistics.h"
#include "tlm/chip/stream_port.h"
#include "tlm/chip/sxm_unit.h"
#include "tlm/chip/vxm_unit.h"
#include "tlm/common/schedule_error.h"
#include "tlm/common/values.h"
#include "tlm/icu/calendar.h"
#include "tlm/icu/issue_queue.h"
#include "traces/event/event.h"

namespace lpu::tlm {

/// The behaviour of one chip, without SystemC: which queue dispatches in which cycle, and what
/// the units do then. Every latency is at least one cycle, so that what is driven is read in
/// later cycles only, and the order of the queues inside a cycle cannot matter.
///
/// Rules that a program breaks are thrown as ScheduleError.
class ChipCore {
 public:
  struct Config {
    isa::ChipSpec spec;
    Values values{Values::kFull};
    int index{0};
    /// For each unit of the chip, each queue (`icu_` and its name), and the chip itself (``).
    std::function<Fidelity(std::string_view unit)> fidelity{};
    /// Another Verilated block than ours for a unit that is not the model alone. Empty: ours.
    std::function<std::shared_ptr<rtl::UnitRtl>(std::string_view unit)> block{};
    int receive_fifo{0};  // as Chip::Config has it
  };
  /// Takes what leaves the chip; the bytes are those of the call. May throw UnitError.
  using Send =
      std::function<void(int link, isa::Cycle leaves, std::span<const std::uint8_t> vector)>;

  ChipCore(const Config& config, Send send);

  void load(const isa::Program& program);
  void rewind();
  void start(isa::Cycle at);

  /// Executes every cycle before `end`.
  void run_until(isa::Cycle end);
  /// The next cycle in which an instruction is due; nothing if there is none.
  [[nodiscard]] std::optional<isa::Cycle> next_due() const;

  /// A vector that can be received from cycle `at` on, which has not been executed yet.
  void arrive(int link, isa::Cycle at, std::span<const std::uint8_t> vector);

  [[nodiscard]] ChipState state() const { return state_; }
  [[nodiscard]] isa::Cycle now() const { return now_; }
  [[nodiscard]] isa::Cycle end_cycle() const { return end_; }
  /// The Verilated blocks in place, by the name of their unit.
  void each_rtl(const std::function<void(const std::string& unit, rtl::TracedRtl&)>& visit);
  /// Brings them to cycle `until`, before which everything has been executed.
  void pass(isa::Cycle until);
  [[nodiscard]] Statistics statistics() const;
  [[nodiscard]] int unreceived() const;
  void set_sink(traces::Sink* sink) { sink_ = sink; }

  [[nodiscard]] MemUnit& mem() { return mem_; }
  [[nodiscard]] const MemUnit& mem() const { return mem_; }
  [[nodiscard]] const StreamPort& streams() const { return streams_; }
  [[nodiscard]] const isa::Geometry& geometry() const { return geometry_; }
  [[nodiscard]] const Config& config() const { return config_; }

 private:
  static constexpr int kNobody = -1;
  static constexpr std::int64_t kNothing = INT64_MIN;

  /// What a queue number means, looked up once, and what has been counted of it: a line of the
  /// host's cache.
  struct alignas(64) Station {
    isa::Unit unit{isa::Unit::kMem};
    isa::Hemisphere hemisphere{isa::Hemisphere::kWest};
    isa::MxmQueue mxm{isa::MxmQueue::kWeights};
    int index{0};           // slice over both hemispheres, ALU, plane slot, SxmQueue, link
    int edge{0};            // position of a link
    int rtl_queue{0};       // this queue's number within the unit
    RtlSlot* rtl{nullptr};  // beside or in the place of this queue's unit
    IcuSlot* icu{nullptr};  // beside this queue itself
    Statistics::Queue counts{};
  };

  void place(const isa::Program& program);
  void fetch_ahead() const;
  void run_cycle(isa::Cycle at);
  void visit(int queue, isa::Cycle at);
  void dispatch(int queue, const isa::Insn& insn, isa::Cycle at);
  void execute(const Station& station, const isa::Insn& insn, isa::Cycle at);
  void execute_with_rtl(const Station& station, const isa::Insn& insn, isa::Cycle at);
  void send(const Station& station, const isa::Insn& insn, isa::Cycle at);
  void receive(const Station& station, const isa::Insn& insn, isa::Cycle at);
  void count(Statistics::Queue& counts, const isa::Insn& insn) const;
  void release_parked(isa::Cycle at);
  void finish();
  void place_rtl();
  void pass_rtl(isa::Cycle until);
  void mirror_slice(int slice, const RtlSlot& slot);
  [[noreturn]] void fail(const UnitError& error) const;
  [[noreturn]] void fail(const RtlDifference& error) const;
  [[noreturn]] void fail_arrival(int link, isa::Cycle at, const std::string& id,
                                 const std::string& what) const;
  void set_instruction(ScheduleError::Where& where, int queue, std::uint32_t index) const;

  Config config_;
  Send send_;
  isa::Geometry geometry_;
  StreamPort streams_;
  MemUnit mem_;
  VxmUnit vxm_;
  MxmUnit mxm_;
  SxmUnit sxm_;
  std::vector<LinkPort> links_;
  std::vector<ReceiveFifo> fifos_;  // of the links, if they have a depth

  std::vector<Station> stations_;
  std::vector<std::unique_ptr<RtlSlot>> rtl_;
  std::vector<std::unique_ptr<IcuSlot>> icu_rtl_;
  std::unique_ptr<ChipSlot> chip_rtl_;  // the chip as a whole
  std::int64_t corrected_before_{0};    // words put right when the program began
  std::vector<IssueQueue> queues_;
  std::array<std::int64_t, 256> latency_{};  // of each operation
  Calendar calendar_;
  std::vector<int> working_;  // queues with something to do since the start
  std::vector<int> parked_;
  int notifier_{kNobody};  // queue with a notify in the cycle being executed

  const isa::Program* program_{nullptr};
  traces::Sink* sink_{nullptr};
  ChipState state_{ChipState::kIdle};
  isa::Cycle now_;
  isa::Cycle begin_;
  isa::Cycle end_;
  std::int64_t last_effect_{kNothing};  // max(dispatch + latency) so far
  isa::Cycle current_cycle_;            // being executed, for messages
  int current_queue_{0};
  bool at_end_of_cycle_{false};
};

}  // namespace lpu::tlm
