// SPDX-License-Identifier: Apache-2.0
#include "tlm/mem/mem_slice_module.h"

#include <cstring>

namespace lpu::tlm {

MemSliceModule::MemSliceModule(const sc_core::sc_module_name& name, const Config& config)
    : sc_core::sc_module(name),
      config_(config),
      lanes_(static_cast<std::uint64_t>(config.spec.lanes())),
      bytes_(static_cast<std::size_t>(config.spec.mem_rows * config.spec.lanes())),
      slice_(bytes_.data(), static_cast<int>(config.spec.mem_rows),
             static_cast<int>(config.spec.lanes())) {
  rx.register_b_transport(this, &MemSliceModule::on_access);
  rx.register_transport_dbg(this, &MemSliceModule::on_debug);
  rx.register_get_direct_mem_ptr(this, &MemSliceModule::on_dmi);
}

void MemSliceModule::inject(int row, int superlane, int bit) {
  slice_.inject(row, superlane, bit);
  rx->invalidate_direct_mem_ptr(0, size_bytes() - 1);
}

void MemSliceModule::on_access(::tlm::tlm_generic_payload& trans, sc_core::sc_time& delay) {
  trans.set_response_status(judge(trans));
  if (trans.is_response_error() || !(trans.is_read() || trans.is_write())) {
    return;
  }
  const std::uint64_t first = trans.get_address() / lanes_;
  const std::uint64_t last = (trans.get_address() + trans.get_data_length() - 1) / lanes_;
  const std::int64_t latency =
      trans.is_read() ? config_.spec.mem_read_latency : config_.spec.mem_write_latency;
  delay += config_.period * static_cast<double>(latency + static_cast<std::int64_t>(last - first));

  // What the access touches, as whole rows.
  std::vector<std::uint8_t> rows((last - first + 1) * lanes_);
  std::uint8_t* const touched = rows.data() + trans.get_address() % lanes_;
  bool good = true;
  for (std::uint64_t row = first; row <= last; ++row) {
    const bool whole = row * lanes_ >= trans.get_address() &&
                       (row + 1) * lanes_ <= trans.get_address() + trans.get_data_length();
    if (trans.is_write() && whole) continue;
    good &= read_row(row, rows.data() + (row - first) * lanes_);
  }
  if (!good) trans.set_response_status(::tlm::TLM_GENERIC_ERROR_RESPONSE);
  if (trans.is_read()) {
    std::memcpy(trans.get_data_ptr(), touched, trans.get_data_length());
  } else if (good) {
    std::memcpy(touched, trans.get_data_ptr(), trans.get_data_length());
    for (std::uint64_t row = first; row <= last; ++row) {
      slice_.write(static_cast<int>(row), rows.data() + (row - first) * lanes_);
    }
  }
  trans.set_dmi_allowed(slice_.damaged_rows() == 0);
}

bool MemSliceModule::read_row(std::uint64_t row, std::uint8_t* out) {
  std::memcpy(out, slice_.row(static_cast<int>(row)), lanes_);
  const CheckWords* const checks = slice_.checks(static_cast<int>(row));
  if (checks == nullptr) return true;
  const CheckResult found = check_and_correct(out, *checks, static_cast<int>(lanes_));
  corrected_ += found.corrected;
  uncorrectable_ += found.uncorrectable;
  return found.uncorrectable == 0;
}

unsigned MemSliceModule::on_debug(::tlm::tlm_generic_payload& trans) {
  if (judge(trans) != ::tlm::TLM_OK_RESPONSE) return 0;
  const std::uint64_t from = trans.get_address();
  const std::uint64_t end = from + trans.get_data_length();
  if (trans.is_read()) {
    std::memcpy(trans.get_data_ptr(), bytes_.data() + from, trans.get_data_length());
  } else if (trans.is_write()) {
    std::memcpy(bytes_.data() + from, trans.get_data_ptr(), trans.get_data_length());
    for (std::uint64_t row = from / lanes_; row * lanes_ < end; ++row) {
      slice_.forget_checks(static_cast<int>(row));
    }
  }
  return trans.get_data_length();
}

bool MemSliceModule::on_dmi(::tlm::tlm_generic_payload& trans, ::tlm::tlm_dmi& dmi) {
  if (slice_.damaged_rows() != 0 || trans.get_address() >= size_bytes()) return false;
  dmi.set_dmi_ptr(bytes_.data());
  dmi.set_start_address(0);
  dmi.set_end_address(size_bytes() - 1);
  dmi.set_read_latency(config_.period * static_cast<double>(config_.spec.mem_read_latency));
  dmi.set_write_latency(config_.period * static_cast<double>(config_.spec.mem_write_latency));
  dmi.allow_read_write();
  return true;
}

::tlm::tlm_response_status MemSliceModule::judge(const ::tlm::tlm_generic_payload& trans) const {
  const std::uint64_t length = trans.get_data_length();
  if (trans.get_byte_enable_ptr() != nullptr) return ::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  if (trans.get_streaming_width() < length) return ::tlm::TLM_BURST_ERROR_RESPONSE;
  if (length == 0 || trans.get_address() >= size_bytes() ||
      length > size_bytes() - trans.get_address()) {
    return ::tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  return ::tlm::TLM_OK_RESPONSE;
}

}  // namespace lpu::tlm
