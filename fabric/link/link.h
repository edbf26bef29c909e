// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm_utils/passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <systemc>
#include <tlm>
#include <vector>

#include "fabric/link/bit_errors.h"
#include "fabric/link/flight_time.h"
#include "isa/spec/cycle.h"
#include "tlm/common/clock.h"

namespace lpu::fabric {

/// One direction of a cable: a time of flight, and errors on the wire if they are asked for.
/// Counterpart of rtl/link.
///
/// One vector a transaction: nb_transport_fw with BEGIN_REQ and a write, time of leaving in the
/// delay; it goes on with the flight added and is answered TLM_COMPLETED. There is no header, no
/// back-pressure and no retry, so any other call, phase, command or answer is a UnitError, thrown
/// at the sender, who knows where in its program it is. The order of vectors is kept.
///
/// The n-th vector has the same flight and the same errors whatever happens elsewhere. One that the
/// code cannot put right ends the run: on the machine the host would replay it.
class Link : public sc_core::sc_module {
 public:
  struct Config {
    std::shared_ptr<const FlightTime> flight;
    isa::Cycles longer;  // than such a flight, the cable
    std::uint64_t seed{1};
    std::uint64_t index{0};  // of the link among those that draw from the seed
    /// Of the chips at its ends, if they have clocks of their own: skew is measured. Or nullptr.
    const tlm::Clock* sender{nullptr};
    const tlm::Clock* receiver{nullptr};
    std::optional<BitErrors::Config> errors;  // none: a perfect wire
  };

  /// Since the link was built.
  struct Counts {
    std::int64_t vectors{0};
    std::int64_t corrected{0};   // vectors in which the code put symbols right
    std::int64_t undetected{0};  // that came out wrong, and the code did not see it
    /// By how many cycles the receiver's clock was ahead of the sender's: the least and the most.
    std::int64_t least_skew{0};
    std::int64_t most_skew{0};
  };

  tlm_utils::passthrough_target_socket<Link> rx{"rx"};
  tlm_utils::simple_initiator_socket<Link> tx{"tx"};

  Link(const sc_core::sc_module_name& name, const Config& config);

  /// More skew ends the run with a UnitError. Nothing: any skew will do.
  void tolerate(std::optional<isa::Cycles> skew) { tolerated_ = skew; }

  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  ::tlm::tlm_sync_enum on_vector(::tlm::tlm_generic_payload& trans, ::tlm::tlm_phase& phase,
                                 sc_core::sc_time& delay);
  void on_blocking(::tlm::tlm_generic_payload& trans, sc_core::sc_time& delay);
  ::tlm::tlm_sync_enum on_answer(::tlm::tlm_generic_payload& trans, ::tlm::tlm_phase& phase,
                                 sc_core::sc_time& delay);
  void measure_skew(isa::Instant leaves, const FlightTime::Draw& flight);
  void cross_the_wire(::tlm::tlm_generic_payload& trans, std::vector<std::uint8_t>& came);

  void end_of_elaboration() override;

  // What every vector needs stands together: a system has more links than the host's caches hold.
  ::tlm::tlm_fw_transport_if<>* out_{nullptr};  // that tx is bound to
  Counts counts_;
  std::optional<isa::Cycles> tolerated_;
  std::unique_ptr<BitErrors> errors_;  // or nullptr
  Config config_;
};

}  // namespace lpu::fabric
