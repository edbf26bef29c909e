// SPDX-License-Identifier: Apache-2.0
// rtl/mem/lpu_mem_slice.sv as a C++ object, one call a cycle, no SystemC.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "rtl/common/unit_rtl.h"

namespace lpu::rtl {

/// One MEM slice of 8192 rows in superlane 0's frame.
class MemSliceRtl : public UnitRtl {
 public:
  static constexpr int kRows = 8192;

  /// `name` is the scope in messages and waveforms. Throws std::invalid_argument if no block was
  /// verilated for `superlanes`; there is 2 and 20.
  [[nodiscard]] static std::unique_ptr<MemSliceRtl> make(RtlContext& context,
                                                         const std::string& name, int superlanes);
  /// Host port, raw check bits; for the time in which no program runs. Each takes one clock edge.
  virtual void host_write(int row, const std::uint8_t* data, const Checks& checks) = 0;
  virtual void host_read(int row, std::uint8_t* data, Checks* checks) = 0;

  /// Text port: this row is read in the coming cycle. One clock later `text` has its superlanes *
  /// 16 bytes, corrected; nullptr in every other cycle.
  virtual void fetch(int row) = 0;
  [[nodiscard]] virtual const std::uint8_t* text() = 0;

 protected:
  using UnitRtl::UnitRtl;
};

}  // namespace lpu::rtl
