// SPDX-License-Identifier: Apache-2.0
// What all Verilated models of a process share: one context, so that they can appear in one
// waveform file. It lives until the process ends, because Verilator keeps pointers to it.

#pragma once

#include <cstdint>
#include <memory>

class VerilatedContext;

namespace lpu::rtl {

/// Not thread-safe: models of one process run in one thread.
class RtlContext {
 public:
  [[nodiscard]] static RtlContext& process();

  RtlContext(const RtlContext&) = delete;
  RtlContext& operator=(const RtlContext&) = delete;

  /// Time unit and precision 1 ps, tracing possible.
  [[nodiscard]] VerilatedContext& verilated() { return *context_; }

  /// Failed RTL assertions so far, of all models. They are printed to standard error and do
  /// not stop the simulation.
  [[nodiscard]] std::uint64_t errors() const;

 private:
  RtlContext();
  ~RtlContext();
#ifdef LPU_COVERAGE
  /// When the process ends, to the file that LPU_COVERAGE_FILE names.
  static void write_coverage();
#endif

  std::unique_ptr<VerilatedContext> context_;
};

}  // namespace lpu::rtl
