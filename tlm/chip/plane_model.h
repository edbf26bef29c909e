// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "isa/insn/insn.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"
#include "tlm/mxm/mxm_plane.h"

namespace lpu::tlm {

/// What the three queues of an MXM plane dispatch in one cycle. A member that is nullptr: that
/// queue does nothing. Operands are the streams at the plane in that cycle.
struct PlaneInputs {
  const isa::Insn* weights{nullptr};  // lw or iw
  std::array<const std::uint8_t*, 16> load{};
  const isa::Insn* activations{nullptr};     // abc
  std::array<const std::uint8_t*, 2> act{};  // i8 has one vector, f16 low and high bytes
  const isa::Insn* accumulate{nullptr};      // acc
  isa::Type result{isa::Type::kI32};         // of what acc collects: i32 or f32
  /// Where the four byte vectors of the slot go; nullptr: acc has no destination.
  std::array<std::uint8_t*, 4> out{};
};

/// The values of a plane; the rules of the schedule have been checked before. A result is computed
/// when its activations arrive, because later weights must not touch it, and waits for its `acc`.
///
/// `step` stands for the clock edge that ends cycle `at`. It is called once for each cycle in
/// which a queue dispatches something, in order. An `iw` and an `abc` in one cycle: the `abc` still
/// has the old weights. An `acc` collects the result of the `abc` mxm_result_latency - 1 cycles
/// before it, fills `out`, and what it drives is on the stream registers in the next cycle.
class PlaneModel {
 public:
  explicit PlaneModel(const isa::ChipSpec& spec);

  void step(isa::Cycle at, const PlaneInputs& inputs);
  /// Back to the state after construction: no weights, no results on the way.
  void reset();

 private:
  [[nodiscard]] std::uint32_t* result(isa::Cycle at) {
    return results_.data() + (static_cast<std::size_t>(at.value) & mask_) * lanes_;
  }
  void compute(isa::Cycle at, const PlaneInputs& inputs);
  void accumulate(isa::Cycle at, const PlaneInputs& inputs);

  std::size_t lanes_;
  isa::Cycles latency_;  // from an abc to its acc
  std::size_t mask_;
  MxmPlane plane_;
  std::vector<std::uint32_t> results_;  // ring by the cycle of the abc
};

}  // namespace lpu::tlm
