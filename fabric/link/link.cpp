// SPDX-License-Identifier: Apache-2.0
#include "fabric/link/link.h"

#include <fmt/format.h>

#include <algorithm>

#include "isa/number/draw.h"
#include "tlm/common/schedule_error.h"

namespace lpu::fabric {

Link::Link(const sc_core::sc_module_name& name, const Config& config)
    : sc_module(name), config_(config) {
  if (config.errors) {
    errors_ = std::make_unique<BitErrors>(*config.errors);
  }
  rx.register_nb_transport_fw(this, &Link::on_vector);
  rx.register_b_transport(this, &Link::on_blocking);
  tx.register_nb_transport_bw(this, &Link::on_answer);
}

void Link::end_of_elaboration() { out_ = tx.operator->(); }

::tlm::tlm_sync_enum Link::on_vector(::tlm::tlm_generic_payload& trans, ::tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) {
  if (phase != ::tlm::BEGIN_REQ || !trans.is_write()) {
    throw tlm::UnitError("lpu/link/not-a-vector", "a link takes vectors: BEGIN_REQ and a write");
  }
  const auto n = static_cast<std::uint64_t>(counts_.vectors);
  const FlightTime::Draw flight =
      config_.flight->of(isa::draw(config_.seed, config_.index, n), config_.longer);
  if (config_.receiver != nullptr) {
    const sc_core::sc_time leaves = sc_core::sc_time_stamp() + delay;
    measure_skew({static_cast<std::int64_t>(leaves.value())}, flight);
  }
  std::vector<std::uint8_t> came;
  std::uint8_t* const sent = trans.get_data_ptr();
  if (errors_ != nullptr && errors_->begin(n) > 0) {
    cross_the_wire(trans, came);
  }
  ++counts_.vectors;
  delay += sc_core::sc_time::from_value(static_cast<std::uint64_t>(flight.time.value));
  const auto answer = out_->nb_transport_fw(trans, phase, delay);
  trans.set_data_ptr(sent);
  if (answer != ::tlm::TLM_COMPLETED) {
    throw tlm::UnitError("lpu/link/receiver-not-ready",
                         "a receiver takes every vector at once: there is no back-pressure");
  }
  return ::tlm::TLM_COMPLETED;
}

/// What the flight itself does not account for.
void Link::measure_skew(isa::Instant leaves, const FlightTime::Draw& flight) {
  const isa::Cycle sent = config_.sender->cycle_at(leaves);
  const isa::Cycle arrives = config_.receiver->cycle_at(leaves + flight.time);
  const isa::Cycles skew = arrives - sent - flight.counted;
  const bool first = counts_.vectors == 0;
  counts_.least_skew = first ? skew.value : std::min(counts_.least_skew, skew.value);
  counts_.most_skew = first ? skew.value : std::max(counts_.most_skew, skew.value);
  if (tolerated_ && skew > *tolerated_) {
    throw tlm::UnitError(
        "lpu/link/skew-exceeded",
        fmt::format("vector {} of {} leaves in cycle {} and arrives in cycle {}: the receiver's "
                    "clock is {} cycles ahead, the schedule tolerates {}",
                    counts_.vectors, basename(), sent.value, arrives.value, skew.value,
                    tolerated_->value));
  }
}

/// Puts what comes out of the decoder in the place of what was sent.
void Link::cross_the_wire(::tlm::tlm_generic_payload& trans, std::vector<std::uint8_t>& came) {
  const std::span<const std::uint8_t> sent(trans.get_data_ptr(), trans.get_data_length());
  isa::Frame frame = errors_->pass(sent, static_cast<std::uint64_t>(counts_.vectors));
  if (frame.flagged) {
    throw tlm::UnitError("lpu/link/flagged-vector",
                         fmt::format("vector {} of {} comes damaged beyond what its code can put "
                                     "right: the host would replay the run",
                                     counts_.vectors, basename()));
  }
  counts_.corrected += frame.corrected > 0 ? 1 : 0;
  came = std::move(frame.vector);
  counts_.undetected += std::equal(came.begin(), came.end(), sent.begin()) ? 0 : 1;
  trans.set_data_ptr(came.data());
}

void Link::on_blocking(::tlm::tlm_generic_payload& /*trans*/, sc_core::sc_time& /*delay*/) {
  throw tlm::UnitError("lpu/link/blocking-call", "a link takes nb_transport_fw only");
}

::tlm::tlm_sync_enum Link::on_answer(::tlm::tlm_generic_payload& /*trans*/,
                                     ::tlm::tlm_phase& /*phase*/, sc_core::sc_time& /*delay*/) {
  throw tlm::UnitError("lpu/link/backward-call", "nothing travels backwards on a link");
}

}  // namespace lpu::fabric
