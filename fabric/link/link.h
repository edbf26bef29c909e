// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm_utils/passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>

#include "isa/spec/cycle.h"

namespace lpu::fabric {

/// One direction of a cable: a fixed time of flight and nothing else. Counterpart of rtl/link.
///
/// One vector a transaction: nb_transport_fw with BEGIN_REQ and a write, time of leaving in the
/// delay; it goes on with the flight added and is answered TLM_COMPLETED. There is no header, no
/// back-pressure and no retry, so any other call, phase, command or answer is a UnitError, thrown
/// at the sender, who knows where in its program it is. The order of vectors is kept.
///
/// The flight time is the same for every vector: the mean that was measured, not its spread of
/// some cycles. What varies it, or damages a vector, belongs into `on_vector`, between the count
/// and the call of the receiver.
class Link : public sc_core::sc_module {
 public:
  struct Config {
    isa::Cycles flight{217};
    sc_core::sc_time period{1111111, sc_core::SC_FS};  // of the sender's clock
  };

  tlm_utils::passthrough_target_socket<Link> rx{"rx"};
  tlm_utils::simple_initiator_socket<Link> tx{"tx"};

  Link(const sc_core::sc_module_name& name, const Config& config);

  /// Vectors that were carried.
  [[nodiscard]] std::int64_t vectors() const { return vectors_; }
  [[nodiscard]] isa::Cycles flight() const { return flight_cycles_; }

 private:
  ::tlm::tlm_sync_enum on_vector(::tlm::tlm_generic_payload& trans, ::tlm::tlm_phase& phase,
                                 sc_core::sc_time& delay);
  void on_blocking(::tlm::tlm_generic_payload& trans, sc_core::sc_time& delay);
  ::tlm::tlm_sync_enum on_answer(::tlm::tlm_generic_payload& trans, ::tlm::tlm_phase& phase,
                                 sc_core::sc_time& delay);

  isa::Cycles flight_cycles_;
  sc_core::sc_time flight_;
  std::int64_t vectors_{0};
};

}  // namespace lpu::fabric
