// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "traces/wave/wave_signals.h"

class VerilatedFstC;

namespace lpu::traces {

/// A Verilated block in the waveform: its place in the hierarchy and the call of its model's
/// `trace(VerilatedFstC*, levels)`.
struct RtlTrace {
  std::string scope;  // chip0.mxm_e.plane1; the model's own name comes below it
  std::function<void(VerilatedFstC&)> trace;
};

/// A signal that a Verilated block brought into the file, named as the file names it.
struct RtlSignal {
  std::string scope;  // chip0.mxm_e.plane1.mxm_e_plane1.lpu_mxm_plane
  std::string name;   // ptr_q[5:0]
  int bits{1};
};

/// One waveform file format. Time is in femtoseconds. Every failure is an isa::InputError.
class WaveWriter {
 public:
  virtual ~WaveWriter() = default;
  /// All signals at `time`: the first dump.
  virtual void dump_all(std::uint64_t time, const std::vector<WaveValue>& values) = 0;
  /// Signals of `changed` at a later `time`.
  virtual void dump(std::uint64_t time, const std::vector<WaveValue>& values,
                    const std::vector<std::size_t>& changed) = 0;
  /// Returns the signals of Verilated blocks in the file's order, without parameters.
  virtual std::vector<RtlSignal> close() = 0;
};

[[nodiscard]] std::unique_ptr<WaveWriter> make_vcd_writer(const std::string& path,
                                                          std::vector<WaveSignal> signals);
/// Through Verilator's FST writer, the only one that Verilated blocks know. With `as_vcd` the
/// file is turned into a VCD at the end.
[[nodiscard]] std::unique_ptr<WaveWriter> make_fst_writer(const std::string& path,
                                                          std::vector<WaveSignal> signals,
                                                          std::vector<RtlTrace> rtl, bool as_vcd);

}  // namespace lpu::traces
