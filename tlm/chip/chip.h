// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm_utils/passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <span>
#include <string_view>
#include <systemc>
#include <tlm>
#include <utility>
#include <vector>

#include "isa/program/program.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"
#include "tlm/chip/memory_map.h"
#include "tlm/chip/statistics.h"
#include "tlm/common/clock.h"
#include "tlm/common/schedule_error.h"
#include "tlm/common/values.h"
#include "traces/event/event.h"

namespace lpu::rtl {
class TracedRtl;
}

namespace lpu::tlm {

class ChipCore;

/// One chip: the floor plan behind TLM-2.0 sockets. Counterpart of rtl/chip.
///
/// One process, woken once a window; inside a window the chip executes its instructions in cycle
/// order without the kernel, at the kernel time of the window's first cycle. A chip that has
/// nothing to do until cycle n sleeps until n. Which moment is which of its cycles, its clock says.
/// A chip may `lead` others: its process then runs their windows, too, and ahead of the kernel.
///
/// What a chip sends has its time of leaving in the delay. A vector must arrive no sooner than
/// the receiver has executed: the flight time of a link is at least `window` cycles of every chip.
///
/// A program that breaks a rule ends the run: a SystemC report of severity error with the id of
/// the ScheduleError, thrown out of sc_start; `error()` has the particulars.
class Chip : public sc_core::sc_module {
 public:
  /// Needs sc_set_time_resolution(1, SC_FS), before the first sc_time.
  struct Config {
    isa::ChipSpec spec;
    Values values{Values::kFull};
    int index{0};  // number of the chip, for events and messages
    isa::Cycles window{217};
    std::shared_ptr<const Clock> clock{std::make_shared<EvenClock>(isa::Femtoseconds{1'111'111})};
    /// Vectors of a link that have arrived and not yet left for the streams; more is a schedule
    /// error. 0: any number.
    int receive_fifo{0};
    /// What stands for a unit, by its name (`mxm_e.plane0`). Empty: the model, everywhere.
    std::function<Fidelity(std::string_view unit)> fidelity;
  };

  /// The host's side, base protocol: b_transport, DMI and transport_dbg over the MemoryMap.
  tlm_utils::simple_target_socket_optional<Chip> host_rx{"host_rx"};

  /// C2C. One vector of lanes() bytes a transaction: nb_transport_fw, BEGIN_REQ, write command,
  /// time of leaving or arrival in the delay, answered TLM_COMPLETED. A link that is not bound
  /// may not be sent on. A time of arrival between two cycles counts as the later one. Everything
  /// else, b_transport too, is answered TLM_COMMAND_ERROR_RESPONSE.
  sc_core::sc_vector<tlm_utils::simple_initiator_socket_optional<Chip>> tx;
  /// Passthrough: a simple socket would give each of them a thread and its stack.
  sc_core::sc_vector<tlm_utils::passthrough_target_socket_tagged_optional<Chip>> rx;

  Chip(const sc_core::sc_module_name& name, const Config& config);
  ~Chip() override;

  /// Makes the program the next one to start: places data and text in MEM, puts the heads in the
  /// queues, resets streams and units. MEM rows that the program does not name keep their
  /// bytes. The program is used by reference and must live until the next load. Not while a
  /// program runs.
  void load(const isa::Program& program);
  /// The loaded program once more from its start, MEM as it is.
  void rewind();

  /// Program cycle 0 is cycle `at` of this chip, not before `now()`. Before or during sc_start.
  void start(isa::Cycle at);

  /// From the next start on this chip's process executes the windows of `chips` (which it is one
  /// of) in the order in which they are due, up to a `quantum` ahead of kernel time: temporal
  /// decoupling, and exact, if no vector goes from a chip to one that another process leads.
  /// By default a chip leads itself, without a quantum. While no program of them runs.
  void lead(const std::vector<Chip*>& chips, const sc_core::sc_time& quantum);

  /// Every instruction has been dispatched; the last vectors may still be under way.
  [[nodiscard]] bool finished() const;
  /// Of a finished program, on this chip's clock: max(dispatch + latency) + superlanes.
  [[nodiscard]] isa::Cycle end_cycle() const;
  /// Notified at end_cycle().
  [[nodiscard]] const sc_core::sc_event& done() const { return done_; }
  /// The first cycle that has not been executed.
  [[nodiscard]] isa::Cycle now() const;

  /// The broken rule that ended the run, if one did. It may name another chip: the one that a
  /// vector of this chip reached.
  [[nodiscard]] const std::optional<ScheduleError>& error() const { return error_; }

  /// For waveforms: the Verilated blocks in place, by the name of their unit.
  void each_rtl(const std::function<void(const std::string& unit, rtl::TracedRtl&)>& visit);
  /// They stand still while nothing is in flight; this brings them to cycle `until`, before which
  /// everything has been executed.
  void pass(isa::Cycle until);
  [[nodiscard]] Statistics statistics() const;
  /// Vectors that arrived and that no instruction received since the last load.
  [[nodiscard]] int unreceived() const;

  /// Where events go; nullptr: nowhere.
  void set_sink(traces::Sink* sink);

  /// Backdoor into MEM, values = full only. Slices count over both hemispheres, west first.
  [[nodiscard]] std::span<const std::uint8_t> read_vector(int slice, int row) const;
  void write_vector(int slice, int row, std::span<const std::uint8_t> bytes);
  /// Turns one stored bit over: 0..127 data of the superlane's word, 128..136 its check bits.
  void inject_error(int slice, int row, int superlane, int bit);
  /// Backdoor: a stream register as it would be read at position x in cycle `at`, if driven.
  [[nodiscard]] std::optional<std::span<const std::uint8_t>> peek_stream(isa::Stream stream, int x,
                                                                         isa::Cycle at) const;

  [[nodiscard]] const Config& config() const { return config_; }
  /// Kernel time of a cycle of this chip.
  [[nodiscard]] sc_core::sc_time time_of(isa::Cycle at) const;

 private:
  void end_of_elaboration() override;
  void on_due();
  void run_window(const sc_core::sc_time& begins);
  void send(int link, isa::Cycle leaves, std::span<const std::uint8_t> vector);
  void sleep_until(const sc_core::sc_time& then);

  ::tlm::tlm_sync_enum on_vector(int link, ::tlm::tlm_generic_payload& trans,
                                 ::tlm::tlm_phase& phase, sc_core::sc_time& delay);
  void on_blocking(int link, ::tlm::tlm_generic_payload& trans, sc_core::sc_time& delay);
  void on_host(::tlm::tlm_generic_payload& trans, sc_core::sc_time& delay);
  unsigned on_host_debug(::tlm::tlm_generic_payload& trans);
  bool on_host_dmi(::tlm::tlm_generic_payload& trans, ::tlm::tlm_dmi& dmi);
  [[nodiscard]] bool access(::tlm::tlm_generic_payload& trans);
  [[nodiscard]] bool access_register(::tlm::tlm_generic_payload& trans, std::uint64_t offset);
  [[nodiscard]] isa::Cycle clock_cycle() const;
  [[nodiscard]] isa::Cycle cycle_at(const sc_core::sc_time& time) const;

  Config config_;
  std::unique_ptr<ChipCore> core_;
  ::tlm::tlm_generic_payload sent_;  // of every vector; a receiver does not keep it
  /// What each bound `tx` leads to.
  std::vector<::tlm::tlm_fw_transport_if<>*> out_;
  sc_core::sc_event wake_;
  sc_core::sc_event done_;

  /// When a window begins, and of which of the chips led.
  using Due = std::pair<sc_core::sc_time, std::size_t>;
  Chip* leader_{this};
  std::size_t place_{0};  // among those that the leader leads
  std::vector<Chip*> led_{this};
  sc_core::sc_time quantum_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;  // at most one a chip
  std::optional<ScheduleError> error_;
};

}  // namespace lpu::tlm
