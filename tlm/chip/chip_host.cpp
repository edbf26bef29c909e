// SPDX-License-Identifier: Apache-2.0
// The host's side of a chip.
#include <cstring>

#include "tlm/chip/chip.h"
#include "tlm/chip/chip_core.h"

namespace lpu::tlm {

void Chip::on_host(::tlm::tlm_generic_payload& trans, sc_core::sc_time& /*delay*/) {
  if (!access(trans)) {
    return;
  }
  trans.set_dmi_allowed(trans.get_address() < MemoryMap::registers(config_.spec));
  trans.set_response_status(::tlm::TLM_OK_RESPONSE);
}

unsigned Chip::on_host_debug(::tlm::tlm_generic_payload& trans) {
  return access(trans) ? trans.get_data_length() : 0;
}

bool Chip::on_host_dmi(::tlm::tlm_generic_payload& trans, ::tlm::tlm_dmi& dmi) {
  const std::span<std::uint8_t> mem = core_->mem().bytes();
  if (trans.get_address() >= mem.size() || core_->mem().has_rtl()) {
    return false;
  }
  dmi.set_dmi_ptr(mem.data());
  dmi.set_start_address(0);
  dmi.set_end_address(mem.size() - 1);
  dmi.allow_read_write();
  return true;
}

bool Chip::access(::tlm::tlm_generic_payload& trans) {
  const std::uint64_t address = trans.get_address();
  const std::uint64_t registers = MemoryMap::registers(config_.spec);
  if (trans.get_byte_enable_ptr() != nullptr) {
    trans.set_response_status(::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    return false;
  }
  if (trans.get_streaming_width() < trans.get_data_length()) {
    trans.set_response_status(::tlm::TLM_BURST_ERROR_RESPONSE);
    return false;
  }
  if (address >= registers) {
    return access_register(trans, address - registers);
  }
  const std::span<std::uint8_t> mem = core_->mem().bytes();
  if (address + trans.get_data_length() > mem.size()) {
    trans.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return false;
  }
  if (trans.is_read()) {
    core_->mem().host_reads(address, trans.get_data_length());
    std::memcpy(trans.get_data_ptr(), mem.data() + address, trans.get_data_length());
  } else if (trans.is_write()) {
    std::memcpy(mem.data() + address, trans.get_data_ptr(), trans.get_data_length());
    core_->mem().host_wrote(address, trans.get_data_length());
  }
  return true;
}

bool Chip::access_register(::tlm::tlm_generic_payload& trans, std::uint64_t offset) {
  std::uint64_t value = 0;
  const bool start_it = offset == MemoryMap::kStart;
  if (offset >= MemoryMap::kRegisterBytes || offset % sizeof value != 0) {
    trans.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return false;
  }
  if (trans.get_data_length() != sizeof value || trans.is_write() != start_it) {
    trans.set_response_status(::tlm::TLM_COMMAND_ERROR_RESPONSE);
    return false;
  }
  if (start_it) {
    if (core_->state() != ChipState::kLoaded) {
      trans.set_response_status(::tlm::TLM_GENERIC_ERROR_RESPONSE);
      return false;
    }
    std::memcpy(&value, trans.get_data_ptr(), sizeof value);
    start(now() + isa::Cycles{static_cast<std::int64_t>(value)});
    return true;
  }
  switch (offset) {
    case MemoryMap::kState:
      value = static_cast<std::uint64_t>(core_->state());
      break;
    case MemoryMap::kCycle:
      value = static_cast<std::uint64_t>(clock_cycle().value);
      break;
    case MemoryMap::kCorrected:
      value = static_cast<std::uint64_t>(core_->statistics().corrected_errors);
      break;
    default:
      value = static_cast<std::uint64_t>(core_->end_cycle().value);
      break;
  }
  std::memcpy(trans.get_data_ptr(), &value, sizeof value);
  return true;
}

}  // namespace lpu::tlm
