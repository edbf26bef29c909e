// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/plane_model.h"

#include <bit>

#include "tlm/common/latency.h"

namespace lpu::tlm {

PlaneModel::PlaneModel(const isa::ChipSpec& spec)
    : lanes_(static_cast<std::size_t>(spec.lanes())),
      latency_(latency_of(spec, isa::Op::kAbc)),
      mask_(std::bit_ceil(static_cast<std::size_t>(latency_.value + 1)) - 1),
      plane_(static_cast<int>(spec.lanes())) {}

void PlaneModel::step(isa::Cycle at, const PlaneInputs& inputs) {
  if (inputs.activations != nullptr) {
    compute(at, inputs);
  }
  if (inputs.weights != nullptr) {
    if (inputs.weights->op == isa::Op::kLw) {
      plane_.load(inputs.weights->addr, inputs.load.data());
    } else {
      plane_.install();
    }
  }
  if (inputs.accumulate != nullptr) {
    accumulate(at, inputs);
  }
}

void PlaneModel::reset() { plane_ = MxmPlane(static_cast<int>(lanes_)); }

void PlaneModel::compute(isa::Cycle at, const PlaneInputs& inputs) {
  if (results_.empty()) {
    results_.resize((mask_ + 1) * lanes_);
  }
  if (inputs.activations->type == isa::Type::kF16) {
    plane_.compute_f16(inputs.act[0], inputs.act[1], inputs.activations->half, result(at));
  } else {
    plane_.compute_i8(inputs.act[0], result(at));
  }
}

void PlaneModel::accumulate(isa::Cycle at, const PlaneInputs& inputs) {
  const isa::Insn& acc = *inputs.accumulate;
  const std::uint32_t* slot =
      plane_.accumulate(acc.addr, acc.add, inputs.result, result(at - latency_));
  if (inputs.out[0] == nullptr) {
    return;
  }
  for (std::size_t lane = 0; lane < lanes_; ++lane) {
    for (std::size_t byte = 0; byte < inputs.out.size(); ++byte) {
      inputs.out[byte][lane] = static_cast<std::uint8_t>(slot[lane] >> (8 * byte));
    }
  }
}

}  // namespace lpu::tlm
