// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/chip.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "tlm/chip/chip_core.h"

namespace lpu::tlm {
namespace {

/// In a run without values a transaction still has the bytes that the base protocol demands.
std::array<std::uint8_t, kMaxLanes> no_values{};

[[noreturn]] void fail_not_completed(int link) {
  throw UnitError("lpu/c2c/not-completed",
                  fmt::format("link {} answered with something else than TLM_COMPLETED, but there "
                              "is no back-pressure",
                              link));
}

}  // namespace

Chip::Chip(const sc_core::sc_module_name& name, const Config& config)
    : sc_core::sc_module(name),
      tx("tx", static_cast<std::size_t>(config.spec.c2c_links)),
      rx("rx", static_cast<std::size_t>(config.spec.c2c_links)),
      config_(config),
      core_(std::make_unique<ChipCore>(
          ChipCore::Config{
              config.spec, config.values, config.index, config.fidelity, {}, config.receive_fifo},
          [this](int link, isa::Cycle leaves, std::span<const std::uint8_t> vector) {
            send(link, leaves, vector);
          })),
      out_(tx.size()) {
  if (config.window < isa::Cycles{1} || config.clock == nullptr) {
    throw std::invalid_argument(
        fmt::format("{}: a chip needs a clock and a window above zero", this->name()));
  }
  if (sc_core::sc_get_time_resolution() != sc_core::sc_time(1, sc_core::SC_FS)) {
    throw std::invalid_argument(
        fmt::format("{}: a cycle needs sc_set_time_resolution(1, SC_FS)", this->name()));
  }
  sent_.set_command(::tlm::TLM_WRITE_COMMAND);
  sent_.set_address(0);
  sent_.set_data_length(static_cast<unsigned>(config.spec.vector_bytes()));
  sent_.set_streaming_width(sent_.get_data_length());
  host_rx.register_b_transport(this, &Chip::on_host);
  host_rx.register_transport_dbg(this, &Chip::on_host_debug);
  host_rx.register_get_direct_mem_ptr(this, &Chip::on_host_dmi);
  for (unsigned link = 0; link < rx.size(); ++link) {
    rx[link].register_nb_transport_fw(this, &Chip::on_vector, static_cast<int>(link));
    // Without it every socket would start a thread with a stack, to make the one from the other.
    rx[link].register_b_transport(this, &Chip::on_blocking, static_cast<int>(link));
  }
  SC_HAS_PROCESS(Chip);
  SC_METHOD(on_due);
  sensitive << wake_;
  dont_initialize();
}

Chip::~Chip() = default;

void Chip::load(const isa::Program& program) { core_->load(program); }
void Chip::rewind() { core_->rewind(); }

void Chip::start(isa::Cycle at) {
  if (at < now()) {
    throw std::logic_error(fmt::format("{}: start in cycle {}, but cycle {} has passed", name(),
                                       at.value, now().value - 1));
  }
  core_->start(at);
  leader_->due_.emplace(time_of(at), place_);
  leader_->sleep_until(time_of(at));
}

void Chip::lead(const std::vector<Chip*>& chips, const sc_core::sc_time& quantum) {
  led_ = chips;
  quantum_ = quantum;
  for (std::size_t place = 0; place < led_.size(); ++place) {
    led_[place]->leader_ = this;
    led_[place]->place_ = place;
  }
}

bool Chip::finished() const { return core_->state() == ChipState::kFinished; }
isa::Cycle Chip::end_cycle() const { return core_->end_cycle(); }
isa::Cycle Chip::now() const { return std::max(core_->now(), clock_cycle()); }
void Chip::each_rtl(const std::function<void(const std::string& unit, rtl::TracedRtl&)>& visit) {
  core_->each_rtl(visit);
}
void Chip::pass(isa::Cycle until) { core_->pass(until); }
Statistics Chip::statistics() const { return core_->statistics(); }
int Chip::unreceived() const { return core_->unreceived(); }
void Chip::set_sink(traces::Sink* sink) { core_->set_sink(sink); }

std::span<const std::uint8_t> Chip::read_vector(int slice, int row) const {
  return std::as_const(*core_).mem().row(slice, row);
}

void Chip::write_vector(int slice, int row, std::span<const std::uint8_t> bytes) {
  core_->mem().place(slice, row, bytes);
}

void Chip::inject_error(int slice, int row, int superlane, int bit) {
  core_->mem().inject(slice, row, superlane, bit);
}

std::optional<std::span<const std::uint8_t>> Chip::peek_stream(isa::Stream stream, int x,
                                                               isa::Cycle at) const {
  const StreamFile& file = core_->streams().file();
  if (!file.driven(stream, x, at)) {
    return std::nullopt;
  }
  const std::uint8_t* vector = file.read(stream, x, at);
  const std::size_t bytes =
      vector == nullptr ? 0 : static_cast<std::size_t>(config_.spec.vector_bytes());
  return std::span<const std::uint8_t>{vector, bytes};
}

sc_core::sc_time Chip::time_of(isa::Cycle at) const {
  return sc_core::sc_time::from_value(static_cast<std::uint64_t>(config_.clock->time_of(at).value));
}

isa::Cycle Chip::clock_cycle() const { return cycle_at(sc_core::sc_time_stamp()); }

isa::Cycle Chip::cycle_at(const sc_core::sc_time& time) const {
  return config_.clock->cycle_at({static_cast<std::int64_t>(time.value())});
}

void Chip::sleep_until(const sc_core::sc_time& then) {
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  wake_.notify(then > now ? then - now : sc_core::SC_ZERO_TIME);
}

void Chip::end_of_elaboration() {
  for (unsigned link = 0; link < tx.size(); ++link) {
    out_[link] = tx[link].size() == 0 ? nullptr : tx[link].operator->();
  }
}

void Chip::on_due() {
  const sc_core::sc_time until = sc_core::sc_time_stamp() + quantum_;
  while (!due_.empty() && due_.top().first <= until) {
    const Due due = due_.top();
    due_.pop();
    led_[due.second]->run_window(due.first);
  }
  if (!due_.empty()) {
    sleep_until(due_.top().first);
  }
}

void Chip::run_window(const sc_core::sc_time& begins) {
  try {
    core_->run_until(cycle_at(begins) + config_.window);
  } catch (const ScheduleError& error) {
    error_ = error;
    SC_REPORT_ERROR(error.id().c_str(), error.what());
    return;
  }
  if (finished()) {
    const sc_core::sc_time then = time_of(end_cycle());
    const sc_core::sc_time& now = sc_core::sc_time_stamp();
    done_.notify(then > now ? then - now : sc_core::SC_ZERO_TIME);
    return;
  }
  if (const std::optional<isa::Cycle> next = core_->next_due()) {
    leader_->due_.emplace(time_of(*next), place_);
  }
}

void Chip::send(int link, isa::Cycle leaves, std::span<const std::uint8_t> vector) {
  ::tlm::tlm_fw_transport_if<>* out = out_[static_cast<std::size_t>(link)];
  if (out == nullptr) {
    throw UnitError("lpu/c2c/unbound-link",
                    fmt::format("link {} leads nowhere in this system", link));
  }
  // The payload wants a pointer to bytes that may be written; a receiver of a write does not.
  sent_.set_data_ptr(vector.empty() ? no_values.data() : const_cast<std::uint8_t*>(vector.data()));
  sent_.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
  ::tlm::tlm_phase phase = ::tlm::BEGIN_REQ;
  sc_core::sc_time delay = time_of(leaves) - sc_core::sc_time_stamp();
  if (out->nb_transport_fw(sent_, phase, delay) != ::tlm::TLM_COMPLETED ||
      sent_.is_response_error()) {
    fail_not_completed(link);
  }
}

::tlm::tlm_sync_enum Chip::on_vector(int link, ::tlm::tlm_generic_payload& trans,
                                     ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (phase != ::tlm::BEGIN_REQ || !trans.is_write() ||
      trans.get_data_length() != static_cast<unsigned>(config_.spec.vector_bytes())) {
    trans.set_response_status(::tlm::TLM_COMMAND_ERROR_RESPONSE);
    return ::tlm::TLM_COMPLETED;
  }
  const isa::Cycle at = cycle_at(sc_core::sc_time_stamp() + delay);
  core_->arrive(link, at, {trans.get_data_ptr(), trans.get_data_length()});
  trans.set_response_status(::tlm::TLM_OK_RESPONSE);
  return ::tlm::TLM_COMPLETED;
}

void Chip::on_blocking(int /*link*/, ::tlm::tlm_generic_payload& trans,
                       sc_core::sc_time& /*delay*/) {
  trans.set_response_status(::tlm::TLM_COMMAND_ERROR_RESPONSE);
}

}  // namespace lpu::tlm
