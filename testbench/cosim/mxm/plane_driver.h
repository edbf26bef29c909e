// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "rtl/mxm/mxm_plane_rtl.h"

namespace lpu::rtl {

/// Drives a plane one instruction at a time.
class PlaneDriver {
 public:
  using Bytes = std::vector<std::uint8_t>;
  using Words = std::vector<std::uint32_t>;

  explicit PlaneDriver(unsigned lanes) : rtl_(RtlContext::process(), "rtl", lanes) {}

  [[nodiscard]] MxmPlaneRtl& rtl() { return rtl_; }
  [[nodiscard]] unsigned lanes() const { return rtl_.lanes(); }

  /// `streams` are 16 * lanes bytes.
  void load(unsigned group, const Bytes& streams) {
    MxmPlaneRtl::Inputs in;
    in.lw_valid = true;
    in.group = static_cast<std::uint8_t>(group);
    for (unsigned j = 0; j < 16; ++j) in.lw_streams[j] = &streams[j * lanes()];
    rtl_.clock(in);
  }

  void install() { rtl_.clock({.iw_valid = true}); }

  /// `streams` are lanes bytes for int8, 2 * lanes bytes for fp16.
  void multiply(const Bytes& streams, bool fp16 = false, bool half = false) {
    rtl_.clock(activations(streams, fp16, half));
  }

  [[nodiscard]] MxmPlaneRtl::Inputs activations(const Bytes& streams, bool fp16 = false,
                                                bool half = false) const {
    MxmPlaneRtl::Inputs in;
    in.abc_valid = true;
    in.fp16 = fp16;
    in.half = half;
    in.abc = {streams.data(), fp16 ? &streams[lanes()] : nullptr};
    return in;
  }

  void accumulate(unsigned slot, bool fp32 = false, bool add = false, bool out = true) {
    rtl_.clock({.acc_valid = true,
                .fp32 = fp32,
                .add = add,
                .out = out,
                .slot = static_cast<std::uint8_t>(slot)});
  }

  /// `abc`, and the `acc` of its result.
  [[nodiscard]] Words product(const Bytes& streams, bool fp16 = false, bool half = false) {
    multiply(streams, fp16, half);
    rtl_.skip(MxmPlaneRtl::kResultLatency - 2);
    accumulate(0, fp16);
    return out();
  }

  [[nodiscard]] Words out() const { return {rtl_.out(), rtl_.out() + lanes()}; }

 private:
  MxmPlaneRtl rtl_;
};

}  // namespace lpu::rtl
