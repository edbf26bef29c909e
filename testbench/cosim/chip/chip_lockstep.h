// SPDX-License-Identifier: Apache-2.0
// A chip in RTL beside the model's, the same program on both, every stream register of every cycle
// compared.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "cosim/stimulus.h"
#include "isa/program/program.h"
#include "isa/spec/chip_spec.h"
#include "rtl/chip/chip_rtl.h"
#include "tlm/chip/chip_core.h"

namespace lpu::testbench {

class ChipLockstep {
 public:
  /// `send` takes what leaves the model's chip; the RTL's wires are the business of the caller.
  explicit ChipLockstep(const isa::ChipSpec& spec, const std::string& name = "chip",
                        tlm::ChipCore::Send send = {});

  /// A row of MEM of both, between programs.
  void write_row(int slice, int row, const std::vector<std::uint8_t>& bytes);

  /// Runs a program to its end on both, with stored bits turned over before it starts. The first
  /// difference is a test failure, and ends the run.
  void run(const isa::Program& program, const std::vector<cosim::Fault>& faults = {});

  /// `run`, a cycle at a time: load; as long as it is not done, step; finish. A step compares the
  /// current cycle, and ends it if all is equal.
  void load(const isa::Program& program, const std::vector<cosim::Fault>& faults = {});
  [[nodiscard]] bool done() const { return rtl_.done(); }
  [[nodiscard]] bool step();
  void finish();

  /// Every row of MEM is equal.
  void compare_memory();

  [[nodiscard]] rtl::ChipRtl& rtl() { return rtl_; }
  [[nodiscard]] tlm::ChipCore& model() { return model_; }
  /// Of all programs so far.
  [[nodiscard]] std::int64_t cycles() const { return cycles_; }
  /// Words of stream registers that were compared, valid or not; and those that were valid.
  [[nodiscard]] std::int64_t registers() const { return registers_; }
  [[nodiscard]] std::int64_t valid_registers() const { return valid_registers_; }

 private:
  static constexpr int kStreams = 64;

  /// All stream registers of the model in one cycle: by position and stream.
  struct Snapshot {
    std::vector<std::uint8_t> valid;
    std::vector<std::uint8_t> bytes;
    std::vector<tlm::CheckWords> checks;
  };

  void take(isa::Cycle at, Snapshot& snapshot) const;
  /// False at a difference.
  [[nodiscard]] bool compare(std::int64_t cycle);
  [[nodiscard]] bool compare_word(std::int64_t cycle, std::size_t position, int stream,
                                  int superlane, const Snapshot& expected);

  isa::ChipSpec spec_;
  std::size_t lanes_;
  int superlanes_;
  tlm::ChipCore model_;
  rtl::ChipRtl rtl_;
  std::deque<Snapshot> snapshots_;  // of the model, the newest first
  isa::Cycle begin_;                // of the program, on the model's clock
  std::int64_t corrected_before_{0};
  std::int64_t cycles_{0};
  std::int64_t registers_{0};
  std::int64_t valid_registers_{0};
};

}  // namespace lpu::testbench
