// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "isa/insn/insn.h"
#include "isa/spec/cycle.h"

namespace lpu::rtl {
class TracedRtl;
}

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

/// What can stand in the slot of an MXM plane: the model, the Verilated block, or both. Only
/// values: the rules of the schedule have been checked before.
///
/// `step` stands for the clock edge that ends cycle `at`. It is called once for each cycle in
/// which a queue dispatches something, in order; cycles between two calls pass without inputs.
/// An `iw` and an `abc` in one cycle: the `abc` still has the old weights. An `acc` collects the
/// result of the `abc` mxm_result_latency - 1 cycles before it, fills `out`, and what it drives
/// is on the stream registers in the next cycle.
class PlaneUnit {
 public:
  virtual ~PlaneUnit() = default;
  virtual void step(isa::Cycle at, const PlaneInputs& inputs) = 0;
  /// Back to the state after construction: no weights, no results on the way.
  virtual void reset() = 0;
  /// The Verilated block in this slot, for waveforms; nullptr: there is none.
  [[nodiscard]] virtual rtl::TracedRtl* rtl() { return nullptr; }
  /// Everything before cycle `until` has been stepped: RTL that was left behind catches up, so
  /// that a waveform shows it in the right cycle.
  virtual void pass(isa::Cycle /*until*/) {}
  /// Outputs compared with the RTL beside the model, and how many of them differed.
  [[nodiscard]] virtual std::int64_t compared_outputs() const { return 0; }
  [[nodiscard]] virtual std::int64_t differences() const { return 0; }
};

}  // namespace lpu::tlm
