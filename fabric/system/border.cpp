// SPDX-License-Identifier: Apache-2.0
#include "fabric/system/border.h"

#include <fmt/format.h>

#include "fabric/system/unit_choice.h"
#include "isa/error/input_error.h"
#include "tlm/common/schedule_error.h"

namespace lpu::fabric {
namespace {

/// None, a broken rule of the machine, wrong usage, a file that cannot be written, anything else.
enum class ErrorKind : std::uint8_t { kNone, kRule, kUsage, kFile, kOther };

Bytes packed(const std::exception_ptr& error) {
  Bytes bytes;
  if (error == nullptr) {
    pack(bytes, ErrorKind::kNone);
    return bytes;
  }
  try {
    std::rethrow_exception(error);
  } catch (const tlm::ScheduleError& e) {
    const tlm::ScheduleError::Where& where = e.where();
    pack(bytes, ErrorKind::kRule);
    pack(bytes, e.id());
    pack(bytes, e.expected());
    pack(bytes, where.unit);
    pack(bytes, where.chip);
    pack(bytes, where.at);
    pack(bytes, where.index);
    pack(bytes, where.line);
    pack(bytes, where.in_queue);
  } catch (const UsageError& e) {
    pack(bytes, ErrorKind::kUsage);
    pack(bytes, std::string(e.what()));
  } catch (const isa::InputError& e) {
    pack(bytes, ErrorKind::kFile);
    pack(bytes, e.file());
    pack(bytes, e.reason());
  } catch (const std::exception& e) {
    pack(bytes, ErrorKind::kOther);
    pack(bytes, std::string(e.what()));
  }
  return bytes;
}

ErrorKind error_of(const Bytes& packed_error) { return Unpacked(packed_error).take<ErrorKind>(); }

void throw_if_error(Unpacked bytes) {
  const auto kind = bytes.take<ErrorKind>();
  if (kind == ErrorKind::kNone) {
    return;
  }
  const std::string id = bytes.take_text();
  if (kind == ErrorKind::kUsage) {
    throw UsageError(id);
  }
  if (kind == ErrorKind::kFile) {
    throw isa::InputError(id, 0, bytes.take_text());
  }
  if (kind == ErrorKind::kOther) {
    throw std::runtime_error(id);
  }
  const std::string expected = bytes.take_text();
  tlm::ScheduleError::Where where;
  where.unit = bytes.take_text();
  where.chip = bytes.take<int>();
  where.at = bytes.take<isa::Cycle>();
  where.index = bytes.take<std::uint32_t>();
  where.line = bytes.take<std::uint32_t>();
  where.in_queue = bytes.take<bool>();
  throw tlm::ScheduleError(id, where, expected);
}

std::string name_of(const char* what, LinkEnd end) {
  return fmt::format("{}_chip{}_link{}", what, end.chip, end.link);
}

}  // namespace

class Border::Departures : public sc_core::sc_module {
 public:
  Departures(const sc_core::sc_module_name& name, LinkEnd to, Bytes& leaving)
      : sc_module(name), to_(to), leaving_(leaving) {
    rx.register_nb_transport_fw(this, &Departures::on_vector);
  }
  tlm_utils::passthrough_target_socket<Departures> rx{"rx"};

 private:
  ::tlm::tlm_sync_enum on_vector(::tlm::tlm_generic_payload& trans, ::tlm::tlm_phase& /*phase*/,
                                 sc_core::sc_time& delay) {
    pack(leaving_, to_);
    pack(leaving_, (sc_core::sc_time_stamp() + delay).value());
    pack(leaving_, std::span<const std::uint8_t>(trans.get_data_ptr(), trans.get_data_length()));
    trans.set_response_status(::tlm::TLM_OK_RESPONSE);
    return ::tlm::TLM_COMPLETED;
  }

  LinkEnd to_;
  Bytes& leaving_;
};

class Border::Arrivals : public sc_core::sc_module {
 public:
  explicit Arrivals(const sc_core::sc_module_name& name) : sc_module(name) {
    tx.register_nb_transport_bw(this, &Arrivals::on_answer);
  }
  tlm_utils::simple_initiator_socket<Arrivals> tx{"tx"};

  void deliver(std::uint64_t at, std::span<const std::uint8_t> bytes) {
    bytes_.assign(bytes.begin(), bytes.end());
    ::tlm::tlm_generic_payload trans;
    trans.set_command(::tlm::TLM_WRITE_COMMAND);
    trans.set_data_ptr(bytes_.data());
    trans.set_data_length(static_cast<unsigned>(bytes_.size()));
    trans.set_streaming_width(static_cast<unsigned>(bytes_.size()));
    ::tlm::tlm_phase phase = ::tlm::BEGIN_REQ;
    sc_core::sc_time delay = sc_core::sc_time::from_value(at) - sc_core::sc_time_stamp();
    if (tx->nb_transport_fw(trans, phase, delay) != ::tlm::TLM_COMPLETED ||
        trans.is_response_error()) {
      throw std::logic_error("a chip did not take a vector from another rank");
    }
  }

 private:
  ::tlm::tlm_sync_enum on_answer(::tlm::tlm_generic_payload& /*trans*/, ::tlm::tlm_phase& /*phase*/,
                                 sc_core::sc_time& /*delay*/) {
    throw std::logic_error("nothing travels backwards on a link");
  }

  Bytes bytes_;
};

Border::Border(Ranks& ranks) : ranks_(ranks), leaving_(static_cast<std::size_t>(ranks.size())) {}

Border::~Border() = default;

::tlm::tlm_target_socket<>& Border::departures_to(LinkEnd to, int rank) {
  departures_.push_back(std::make_unique<Departures>(name_of("departures", to).c_str(), to,
                                                     leaving_[static_cast<std::size_t>(rank)]));
  return departures_.back()->rx;
}

::tlm::tlm_initiator_socket<>& Border::arrivals_at(LinkEnd to) {
  auto& arrivals = arrivals_[to];
  arrivals = std::make_unique<Arrivals>(name_of("arrivals", to).c_str());
  return arrivals->tx;
}

void Border::fail(std::exception_ptr error) {
  if (error_ == nullptr) {
    error_ = std::move(error);
  }
}

std::vector<Border::Progress> Border::exchange(const Progress& mine, traces::Sink* sink) {
  const std::exception_ptr own = std::exchange(error_, nullptr);
  const Bytes my_error = packed(own);
  const Bytes my_events = events_.take();
  std::vector<Bytes> out(leaving_.size());
  for (std::size_t r = 0; r < out.size(); ++r) {
    pack(out[r], mine);
    pack(out[r], std::span<const std::uint8_t>(my_error));
    pack(out[r], std::span<const std::uint8_t>(my_events).first(r == 0 ? my_events.size() : 0));
    append(out[r], leaving_[r].data(), leaving_[r].size());
    leaving_[r].clear();
  }
  std::vector<Progress> progress;
  std::vector<Bytes> errors;
  for (const Bytes& from : ranks_.exchange(std::move(out))) {
    Unpacked bytes(from);
    progress.push_back(bytes.take<Progress>());
    const auto its_error = bytes.take_block();
    errors.emplace_back(its_error.begin(), its_error.end());
    for (Unpacked events(bytes.take_block()); !events.empty();) {
      const auto event = events.take<traces::Event>();
      if (sink != nullptr) {
        sink->record(event);
      }
    }
    deliver(bytes);
  }
  throw_first(errors, own);
  return progress;
}

void Border::deliver(Unpacked& vectors) {
  try {
    while (!vectors.empty()) {
      const auto to = vectors.take<LinkEnd>();
      const auto at = vectors.take<std::uint64_t>();
      arrivals_.at(to)->deliver(at, vectors.take_block());
    }
  } catch (const std::exception&) {
    fail(std::current_exception());
  }
}

void Border::throw_first(const std::vector<Bytes>& errors, const std::exception_ptr& own) const {
  for (std::size_t r = 0; r < errors.size(); ++r) {
    if (static_cast<int>(r) == ranks_.rank() && error_of(errors[r]) != ErrorKind::kNone) {
      std::rethrow_exception(own);
    }
    throw_if_error(Unpacked(errors[r]));
  }
}

}  // namespace lpu::fabric
