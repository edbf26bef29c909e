// SPDX-License-Identifier: Apache-2.0
#pragma once

class VerilatedFstC;

namespace lpu::rtl {

/// A Verilated block whose signals can go into a waveform.
class TracedRtl {
 public:
  virtual ~TracedRtl() = default;
  /// Adds the signals of `levels` levels of hierarchy. Before the file is opened.
  virtual void trace(VerilatedFstC& file, int levels) = 0;
};

}  // namespace lpu::rtl
