// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fabric/topology/topology.h"
#include "isa/insn/insn.h"

namespace lpu::collective {

/// As nccl-tests names them. `bytes` of an operation is what one chip ends up with or starts from,
/// whichever is more.
enum class Kind : std::uint8_t { kAllReduce, kReduceScatter, kAllGather, kBroadcast };

/// Rows of the slices of a group. Row r holds one step: `Plan::width` vectors, one a slice.
struct Region {
  int group{0};  // four neighbouring slices, layout.h
  int row{0};
  int rows{0};
};

/// Steps that cross one cable, one after the other at the pace of the link.
struct Transfer {
  fabric::LinkEnd from;
  fabric::LinkEnd to;
  Region source;
  Region target;
};

/// Element by element: ((o0 + o1) + o2) + ..., in the type of the accumulator, rounded once to the
/// type of the message.
struct Reduction {
  int chip{0};
  std::vector<Region> operands;  // 2 to kMostOperands
  Region result;

  /// An ALU to widen each, one to add each but the first, one to narrow the sum.
  static constexpr int kMostOperands = static_cast<int>(isa::ChipSpec::kAlus) / 2;
};

/// Transfers that begin together, those of one link in the order of the list, and reductions of
/// what they bring. What a phase reads was put in place before the run or by a phase before it.
struct Phase {
  std::vector<Transfer> transfers;
  std::vector<Reduction> reductions;
};

/// Steps of the message, from step `first` on, and where they stand on a chip.
struct Piece {
  int chip{0};
  Region region;
  int first{0};
};

/// What has to happen, without cycles.
struct Plan {
  std::string algorithm;
  isa::Type type{isa::Type::kF16};
  int width{1};  // vectors of a step: whole units
  std::vector<Phase> phases;
  std::vector<Piece> inputs;   // put in place before the run
  std::vector<Piece> outputs;  // what the operation is for
};

/// As many elements as a vector has lanes; its bytes are in as many vectors as an element has
/// bytes.
[[nodiscard]] inline int units_of_step(const Plan& plan) {
  return plan.width / isa::bytes_of(plan.type);
}

}  // namespace lpu::collective
