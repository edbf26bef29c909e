// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isa/spec/chip_spec.h"
#include "rtl/mxm/mxm_plane_rtl.h"
#include "tlm/chip/plane_model.h"
#include "tlm/common/plane_unit.h"

namespace lpu::tlm {

/// The Verilated plane (rtl/mxm/lpu_mxm_plane.sv) in the slot, alone or beside the model. Clocked
/// only while something is in flight. A failed assertion of the RTL ends the run.
///
/// Beside the model, which then drives the chip, every clocked cycle's `valid` and every word of
/// every result is compared; each counts as one compared output. The first difference ends the
/// run.
class PlaneRtl : public PlaneUnit {
 public:
  /// `name` as in `mxm_e.plane0`. Throws std::invalid_argument if the RTL has other latencies, or
  /// was not verilated for this number of lanes.
  PlaneRtl(const isa::ChipSpec& spec, const std::string& name, bool beside_the_model);

  void step(isa::Cycle at, const PlaneInputs& inputs) override;
  void reset() override;
  [[nodiscard]] rtl::TracedRtl* rtl() override { return rtl_.get(); }
  void pass(isa::Cycle until) override;
  [[nodiscard]] std::int64_t compared_outputs() const override { return compared_; }
  [[nodiscard]] std::int64_t differences() const override { return differences_; }

 private:
  void clock(isa::Cycle at, const rtl::MxmPlaneRtl::Inputs& inputs, bool drives);
  void drive(const PlaneInputs& inputs) const;
  void compare(isa::Cycle at, const PlaneInputs& inputs);

  std::string name_;
  std::size_t lanes_;
  std::optional<PlaneModel> model_;
  std::unique_ptr<rtl::MxmPlaneRtl> rtl_;
  std::int64_t next_{0};  // the cycle that the RTL is in
  std::int64_t compared_{0};
  std::int64_t differences_{0};
};

}  // namespace lpu::tlm
