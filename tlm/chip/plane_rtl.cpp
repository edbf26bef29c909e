// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/plane_rtl.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "tlm/common/schedule_error.h"

namespace lpu::tlm {
namespace {

rtl::MxmPlaneRtl::Inputs pins_of(const PlaneInputs& inputs) {
  rtl::MxmPlaneRtl::Inputs pins;
  if (inputs.weights != nullptr) {
    pins.lw_valid = inputs.weights->op == isa::Op::kLw;
    pins.iw_valid = !pins.lw_valid;
    pins.group = static_cast<std::uint8_t>(inputs.weights->addr);
    pins.lw_streams = inputs.load;
  }
  if (inputs.activations != nullptr) {
    pins.abc_valid = true;
    pins.fp16 = inputs.activations->type == isa::Type::kF16;
    pins.half = inputs.activations->half != 0;
    pins.abc = inputs.act;
  }
  if (inputs.accumulate != nullptr) {
    pins.acc_valid = true;
    pins.fp32 = inputs.result == isa::Type::kF32;
    pins.add = inputs.accumulate->add;
    pins.out = inputs.out[0] != nullptr;
    pins.slot = static_cast<std::uint8_t>(inputs.accumulate->addr);
  }
  return pins;
}

}  // namespace

PlaneRtl::PlaneRtl(const isa::ChipSpec& spec, const std::string& name, bool beside_the_model)
    : name_(name), lanes_(static_cast<std::size_t>(spec.lanes())) {
  if (spec.mxm_result_latency != rtl::MxmPlaneRtl::kResultLatency ||
      spec.mxm_install_latency != 1) {
    throw std::invalid_argument(fmt::format(
        "{}: the RTL has a result latency of {} and an install latency of 1, the chip {} and {}",
        name, rtl::MxmPlaneRtl::kResultLatency, spec.mxm_result_latency, spec.mxm_install_latency));
  }
  if (beside_the_model) {
    model_.emplace(spec);
  }
  // A name without dots is one scope in a waveform.
  std::string scope = name_;
  std::replace(scope.begin(), scope.end(), '.', '_');
  rtl_ = std::make_unique<rtl::MxmPlaneRtl>(rtl::RtlContext::process(), scope,
                                            static_cast<unsigned>(lanes_));
  reset();
}

void PlaneRtl::step(isa::Cycle at, const PlaneInputs& inputs) {
  if (model_) {
    model_->step(at, inputs);
  }
  pass(at);
  const bool drives = inputs.accumulate != nullptr && inputs.out[0] != nullptr;
  clock(at, pins_of(inputs), drives);
  if (!drives) {
    return;
  }
  model_ ? compare(at, inputs) : drive(inputs);
}

void PlaneRtl::reset() {
  if (model_) {
    model_->reset();
  }
  rtl_->reset();
  next_ = INT64_MIN;
}

// Clock by clock as long as something is in flight.
void PlaneRtl::pass(isa::Cycle until) {
  while (next_ < until.value && !rtl_->idle()) {
    clock({next_}, {}, false);
  }
  next_ = std::max(next_, until.value);
}

void PlaneRtl::clock(isa::Cycle at, const rtl::MxmPlaneRtl::Inputs& inputs, bool drives) {
  rtl_->clock(inputs);
  ++next_;
  if (rtl_->errors() != 0) {
    throw UnitError("lpu/mxm/rtl-assertion",
                    fmt::format("an assertion of the RTL failed in cycle {}", at.value));
  }
  ++compared_;
  if (rtl_->out_valid() != drives) {
    ++differences_;
    throw UnitError("lpu/mxm/rtl-difference", fmt::format("valid in cycle {}: model {}, RTL {}",
                                                          at.value + 1, drives, rtl_->out_valid()));
  }
}

void PlaneRtl::drive(const PlaneInputs& inputs) const {
  const std::uint32_t* words = rtl_->out();
  for (std::size_t byte = 0; byte < inputs.out.size(); ++byte) {
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      inputs.out[byte][lane] = static_cast<std::uint8_t>(words[lane] >> (8 * byte));
    }
  }
}

void PlaneRtl::compare(isa::Cycle at, const PlaneInputs& inputs) {
  const std::uint32_t* words = rtl_->out();
  compared_ += static_cast<std::int64_t>(lanes_);
  for (std::size_t lane = 0; lane < lanes_; ++lane) {
    std::uint32_t model = 0;
    for (std::size_t byte = 0; byte < inputs.out.size(); ++byte) {
      model |= static_cast<std::uint32_t>(inputs.out[byte][lane]) << (8 * byte);
    }
    if (model != words[lane]) {
      ++differences_;
      throw UnitError("lpu/mxm/rtl-difference",
                      fmt::format("result in cycle {}, lane {}: model {:#010x}, RTL {:#010x}",
                                  at.value + 1, lane, model, words[lane]));
    }
  }
}

}  // namespace lpu::tlm
