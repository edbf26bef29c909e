// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm_utils/passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <exception>
#include <map>
#include <memory>
#include <systemc>
#include <tlm>
#include <utility>
#include <vector>

#include "fabric/ranks/packed.h"
#include "fabric/ranks/ranks.h"
#include "fabric/topology/topology.h"
#include "traces/event/event.h"

namespace lpu::fabric {

/// What goes from rank to rank at the end of a window: vectors on links between their chips, the
/// events of chips, how far each rank is, and the error that ends the run of all. The flight of a
/// link is at least a window, so a vector is needed by its receiver no sooner than it crosses here.
///
/// On the sender's side stands a target where the receiving chip would be, after the link: time and
/// bytes are what arrives. On the receiver's side an initiator calls the chip with just that.
class Border {
 public:
  /// Of one rank, when a window has ended.
  struct Progress {
    static constexpr std::uint64_t kNothing = UINT64_MAX;
    std::uint64_t next{kNothing};  // kernel time until something is due
    bool finished{true};           // its chips' programs
    isa::Cycle end;                // of them
  };

  explicit Border(Ranks& ranks);
  ~Border();

  /// Where a link to chip `to`, which is on another rank, ends.
  [[nodiscard]] ::tlm::tlm_target_socket<>& departures_to(LinkEnd to, int rank);
  /// Calls chip `to` of this rank for a link whose sender is on another one.
  [[nodiscard]] ::tlm::tlm_initiator_socket<>& arrivals_at(LinkEnd to);
  /// Events of this rank's chips, for the first rank.
  [[nodiscard]] traces::Sink& events() { return events_; }

  /// This rank met an error: the next exchange throws it, everywhere. The first one counts.
  void fail(std::exception_ptr error);
  /// Called by all ranks. Vectors reach their chips, events the first rank's `sink`. Returns each
  /// rank's progress. If ranks have failed, all throw the error of the first of them: that rank
  /// as it is, the others with the same place and words. A vector that its chip refuses is an error
  /// of the next exchange.
  std::vector<Progress> exchange(const Progress& mine, traces::Sink* sink);

 private:
  class Departures;
  class Arrivals;
  /// Waits for the exchange.
  class Events : public traces::Sink {
   public:
    void record(const traces::Event& event) override { pack(packed_, event); }
    [[nodiscard]] Bytes take() { return std::exchange(packed_, {}); }

   private:
    Bytes packed_;
  };

  void deliver(Unpacked& vectors);
  void throw_first(const std::vector<Bytes>& errors, const std::exception_ptr& own) const;

  Ranks& ranks_;
  std::exception_ptr error_;
  Events events_;
  std::vector<Bytes> leaving_;  // vectors, by rank
  std::vector<std::unique_ptr<Departures>> departures_;
  std::map<LinkEnd, std::unique_ptr<Arrivals>> arrivals_;
};

}  // namespace lpu::fabric
