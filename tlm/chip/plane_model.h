// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "isa/spec/chip_spec.h"
#include "tlm/common/plane_unit.h"
#include "tlm/mxm/mxm_plane.h"

namespace lpu::tlm {

/// The C++ model of a plane behind the slot's interface. A result is computed when its
/// activations arrive, because later weights must not touch it, and waits for its `acc`.
class PlaneModel : public PlaneUnit {
 public:
  explicit PlaneModel(const isa::ChipSpec& spec);

  void step(isa::Cycle at, const PlaneInputs& inputs) override;
  void reset() override;

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
