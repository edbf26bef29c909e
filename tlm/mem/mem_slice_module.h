// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "isa/spec/chip_spec.h"
#include "tlm/mem/mem_slice.h"

namespace lpu::tlm {

/// One memory slice alone, as a TLM-2.0 target of a user's own testbench. A chip does not use it.
///
/// Address a is lane a % lanes of row a / lanes. Rows are read and checked whole, so a read
/// corrects what it returns, and a write to a part of a row reads the row first. What is stored
/// keeps its fault until the row is written; a write makes new check bits.
///
/// An access of n rows adds the read or the write latency and n - 1 cycles to the delay. Ports
/// and banks are not judged: that is a schedule's, and here there is none.
class MemSliceModule : public sc_core::sc_module {
 public:
  struct Config {
    isa::ChipSpec spec;  // rows, lanes and latencies
    sc_core::sc_time period{1111111, sc_core::SC_FS};
  };

  /// Base protocol: b_transport, DMI and transport_dbg. Responses other than OK:
  ///   ADDRESS_ERROR       no bytes, or bytes beyond the slice
  ///   BYTE_ENABLE_ERROR   byte enables
  ///   BURST_ERROR         a streaming width below the length
  ///   GENERIC_ERROR       two wrong bits in one word of a row it had to read; nothing is written
  /// DMI is granted while no row is damaged, and `inject` takes it back, so that no fault is
  /// overlooked. transport_dbg sees what is stored and takes no notice of faults; a row that it
  /// writes to counts as whole.
  tlm_utils::simple_target_socket<MemSliceModule> rx{"rx"};

  MemSliceModule(const sc_core::sc_module_name& name, const Config& config);

  [[nodiscard]] std::uint64_t size_bytes() const { return bytes_.size(); }
  /// Words put right by reads so far, and words that could not be.
  [[nodiscard]] std::int64_t corrected_errors() const { return corrected_; }
  [[nodiscard]] std::int64_t uncorrectable_errors() const { return uncorrectable_; }

  /// Turns one stored bit over: 0..127 data of the superlane's word, 128..136 its check bits.
  void inject(int row, int superlane, int bit);

 private:
  void on_access(::tlm::tlm_generic_payload& trans, sc_core::sc_time& delay);
  unsigned on_debug(::tlm::tlm_generic_payload& trans);
  bool on_dmi(::tlm::tlm_generic_payload& trans, ::tlm::tlm_dmi& dmi);

  [[nodiscard]] ::tlm::tlm_response_status judge(const ::tlm::tlm_generic_payload& trans) const;
  /// Corrected; false if that cannot be done.
  bool read_row(std::uint64_t row, std::uint8_t* out);

  Config config_;
  std::uint64_t lanes_;
  std::vector<std::uint8_t> bytes_;
  MemSlice slice_;
  std::int64_t corrected_{0};
  std::int64_t uncorrectable_{0};
};

}  // namespace lpu::tlm
