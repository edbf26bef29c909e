// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "isa/insn/insn.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"
#include "tlm/chip/stream_port.h"
#include "tlm/common/lanes.h"

namespace lpu::tlm {

/// The 16 ALUs of the VXM and how they chain. An operand is a stream, an immediate, the last
/// result of the ALU itself, or the result of what another ALU dispatched exactly its chain
/// latency ago; anything else is a schedule error.
class VxmUnit {
 public:
  VxmUnit(const isa::ChipSpec& spec, Values values, StreamPort& streams);

  void execute(int alu, const isa::Insn& insn, isa::Cycle at);
  void reset();

 private:
  using Lanes = std::array<std::uint32_t, kMaxLanes>;

  /// What an ALU dispatched in one cycle.
  struct Result {
    std::int64_t at{INT64_MIN};
    std::int64_t chain_latency{0};
  };
  struct Alu {
    std::vector<Result> results;  // ring by cycle, longer than the chain latency
    std::vector<Lanes> values;    // parallel to results; empty without values
    std::int64_t last{INT64_MIN};
  };

  const std::uint32_t* operand(int alu, const isa::Insn& insn, isa::Source source, isa::Cycle at,
                               Lanes& scratch);
  [[nodiscard]] std::size_t chained(int from, isa::Cycle at) const;
  [[nodiscard]] const std::uint32_t* values_of(const Alu& alu, std::size_t slot) const;

  [[nodiscard]] std::size_t slot_of(std::int64_t cycle) const {
    return static_cast<std::size_t>(cycle) & mask_;
  }

  const isa::ChipSpec& spec_;
  int lanes_;
  Values values_;
  StreamPort& streams_;
  std::array<std::int64_t, 2> chain_latencies_;  // that an ALU can have
  std::size_t mask_;
  std::array<Alu, isa::ChipSpec::kAlus> alus_;
};

}  // namespace lpu::tlm
