// SPDX-License-Identifier: Apache-2.0
#include "fabric/link/link.h"

#include "tlm/common/schedule_error.h"

namespace lpu::fabric {

Link::Link(const sc_core::sc_module_name& name, const Config& config)
    : sc_module(name),
      flight_cycles_(config.flight),
      flight_(sc_core::sc_time::from_value(config.period.value() *
                                           static_cast<std::uint64_t>(config.flight.value))) {
  rx.register_nb_transport_fw(this, &Link::on_vector);
  rx.register_b_transport(this, &Link::on_blocking);
  tx.register_nb_transport_bw(this, &Link::on_answer);
}

::tlm::tlm_sync_enum Link::on_vector(::tlm::tlm_generic_payload& trans, ::tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) {
  if (phase != ::tlm::BEGIN_REQ || !trans.is_write()) {
    throw tlm::UnitError("lpu/link/not-a-vector", "a link takes vectors: BEGIN_REQ and a write");
  }
  ++vectors_;
  delay += flight_;
  if (tx->nb_transport_fw(trans, phase, delay) != ::tlm::TLM_COMPLETED) {
    throw tlm::UnitError("lpu/link/receiver-not-ready",
                         "a receiver takes every vector at once: there is no back-pressure");
  }
  return ::tlm::TLM_COMPLETED;
}

void Link::on_blocking(::tlm::tlm_generic_payload& /*trans*/, sc_core::sc_time& /*delay*/) {
  throw tlm::UnitError("lpu/link/blocking-call", "a link takes nb_transport_fw only");
}

::tlm::tlm_sync_enum Link::on_answer(::tlm::tlm_generic_payload& /*trans*/,
                                     ::tlm::tlm_phase& /*phase*/, sc_core::sc_time& /*delay*/) {
  throw tlm::UnitError("lpu/link/backward-call", "nothing travels backwards on a link");
}

}  // namespace lpu::fabric
