// SPDX-License-Identifier: Apache-2.0
#include "rtl/mxm/mxm_plane_rtl.h"

#include <VmxmPlane16.h>
#include <VmxmPlane32.h>
#include <VmxmPlane320.h>
#include <fmt/format.h>
#include <verilated.h>

#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "rtl/common/kept_model.h"

namespace lpu::rtl {

/// The pins of one Verilated configuration.
class MxmPlaneRtl::Model {
 public:
  Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  virtual ~Model() = default;
  virtual void reset() = 0;
  virtual void clock(const Inputs& inputs) = 0;
  [[nodiscard]] virtual bool out_valid() const = 0;
  [[nodiscard]] virtual const std::uint32_t* out() const = 0;
  virtual void trace(VerilatedFstC& file, int levels) = 0;
};

template <class Verilated>
class MxmPlaneRtl::ModelOf final : public Model {
 public:
  ModelOf(RtlContext& context, const std::string& name) : pins_(context, name) {}
  ModelOf(const ModelOf&) = delete;
  ModelOf& operator=(const ModelOf&) = delete;

  void reset() override {
    pins_->lw_valid_i = 0;
    pins_->iw_valid_i = 0;
    pins_->abc_valid_i = 0;
    pins_->acc_valid_i = 0;
    pins_->rst_ni = 1;
    edge();
    pins_->rst_ni = 0;
    edge();
    pins_->rst_ni = 1;
  }

  // The wide pins are written only when they are read.
  void clock(const Inputs& inputs) override {
    pins_->lw_valid_i = inputs.lw_valid;
    if (inputs.lw_valid) {
      pins_->lw_group_i = inputs.group;
      auto* to = reinterpret_cast<std::uint8_t*>(&pins_->lw_data_i);
      for (std::size_t stream = 0; stream < inputs.lw_streams.size(); ++stream) {
        std::memcpy(to + stream * kLanes, inputs.lw_streams[stream], kLanes);
      }
    }
    pins_->iw_valid_i = inputs.iw_valid;
    pins_->abc_valid_i = inputs.abc_valid;
    if (inputs.abc_valid) {
      pins_->abc_fp16_i = inputs.fp16;
      pins_->abc_half_i = inputs.half;
      auto* to = reinterpret_cast<std::uint8_t*>(&pins_->abc_data_i);
      std::memcpy(to, inputs.abc[0], kLanes);
      if (inputs.fp16) std::memcpy(to + kLanes, inputs.abc[1], kLanes);
    }
    pins_->acc_valid_i = inputs.acc_valid;
    if (inputs.acc_valid) {
      pins_->acc_fp32_i = inputs.fp32;
      pins_->acc_add_i = inputs.add;
      pins_->acc_out_i = inputs.out;
      pins_->acc_slot_i = inputs.slot;
    }
    edge();
  }

  [[nodiscard]] bool out_valid() const override { return pins_->out_valid_o; }
  [[nodiscard]] const std::uint32_t* out() const override {
    return reinterpret_cast<const std::uint32_t*>(&pins_->out_data_o);
  }

  void trace(VerilatedFstC& file, int levels) override { pins_->trace(&file, levels); }

 private:
  static constexpr std::size_t kLanes = sizeof(std::declval<Verilated>().out_data_o) / 4;

  // The inputs settle while the clock is low: what an assertion samples at the rising edge is
  // what was there before it.
  void edge() {
    pins_->clk_i = 0;
    pins_->eval();
    pins_->clk_i = 1;
    pins_->eval();
  }

  KeptModel<Verilated> pins_;
};

MxmPlaneRtl::MxmPlaneRtl(RtlContext& context, const std::string& name, unsigned lanes)
    : context_(&context), lanes_(lanes) {
  if (lanes == 320) {
    model_ = std::make_unique<ModelOf<VmxmPlane320>>(context, name);
  } else if (lanes == 32) {
    model_ = std::make_unique<ModelOf<VmxmPlane32>>(context, name);
  } else if (lanes == 16) {
    model_ = std::make_unique<ModelOf<VmxmPlane16>>(context, name);
  } else {
    throw std::invalid_argument(fmt::format(
        "mxm plane: no RTL was verilated for {} lanes; there is 16, 32 and 320", lanes));
  }
  reset();
}

MxmPlaneRtl::~MxmPlaneRtl() = default;
MxmPlaneRtl::MxmPlaneRtl(MxmPlaneRtl&&) noexcept = default;
MxmPlaneRtl& MxmPlaneRtl::operator=(MxmPlaneRtl&&) noexcept = default;

void MxmPlaneRtl::reset() {
  model_->reset();
  in_flight_ = 0;
  out_valid_ = false;
}

void MxmPlaneRtl::clock(const Inputs& inputs) {
  const std::uint64_t before = context_->errors();
  model_->clock(inputs);
  errors_ += context_->errors() - before;
  out_valid_ = model_->out_valid();
  if (inputs.abc_valid) {
    in_flight_ = kResultLatency - 1;
  } else if (in_flight_ > 0) {
    --in_flight_;
  }
}

void MxmPlaneRtl::skip(std::uint64_t cycles) {
  const Inputs nothing;
  for (; cycles > 0 && !idle(); --cycles) clock(nothing);
}

const std::uint32_t* MxmPlaneRtl::out() const { return model_->out(); }

void MxmPlaneRtl::trace(VerilatedFstC& file, int levels) { model_->trace(file, levels); }

}  // namespace lpu::rtl
