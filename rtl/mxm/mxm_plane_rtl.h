// SPDX-License-Identifier: Apache-2.0
// rtl/mxm/lpu_mxm_plane.sv as a C++ object, one call a cycle, no SystemC.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "rtl/common/rtl_context.h"
#include "rtl/common/traced_rtl.h"

namespace lpu::rtl {

/// One plane of the matrix unit. All vectors are in the time frame of superlane 0.
class MxmPlaneRtl : public TracedRtl {
 public:
  /// Cycles from `abc` to the result on the streams.
  static constexpr unsigned kResultLatency = 47;

  /// What the three queues dispatch in one cycle. A pointer is to `lanes` bytes and is read
  /// only if its instruction is valid.
  struct Inputs {
    bool lw_valid = false;
    std::uint8_t group = 0;
    std::array<const std::uint8_t*, 16> lw_streams{};

    bool iw_valid = false;

    bool abc_valid = false;
    bool fp16 = false;
    /// fp16 only: the upper half of the lanes is the input.
    bool half = false;
    /// Low byte first; int8 reads only the first.
    std::array<const std::uint8_t*, 2> abc{};

    bool acc_valid = false;
    bool fp32 = false;
    /// Adds to the slot instead of setting it.
    bool add = false;
    /// The new value of the slot leaves in the next cycle.
    bool out = false;
    std::uint8_t slot = 0;
  };

  /// `name` is the scope in messages and waveforms; take a short one without dots. Throws
  /// std::invalid_argument if no model was verilated for `lanes`.
  MxmPlaneRtl(RtlContext& context, const std::string& name, unsigned lanes);
  ~MxmPlaneRtl() override;
  MxmPlaneRtl(MxmPlaneRtl&&) noexcept;
  MxmPlaneRtl& operator=(MxmPlaneRtl&&) noexcept;

  [[nodiscard]] unsigned lanes() const { return lanes_; }

  /// As after construction: no weights, nothing on its way.
  void reset();

  /// Runs cycle t: `inputs` are dispatched in it. Afterwards the outputs are those of t + 1.
  void clock(const Inputs& inputs);

  /// Runs `cycles` cycles in which nothing is dispatched. Costs nothing while idle().
  void skip(std::uint64_t cycles);

  /// Nothing is on its way, so that cycles without inputs need not be run at all: neither an
  /// uncollected result nor an output. Weights and accumulators stay.
  [[nodiscard]] bool idle() const { return in_flight_ == 0 && !out_valid(); }

  /// A result is on the streams in this cycle.
  [[nodiscard]] bool out_valid() const { return out_valid_; }
  /// `lanes` words, valid until the next call of clock() or skip().
  [[nodiscard]] const std::uint32_t* out() const;

  /// Failed assertions of this plane.
  [[nodiscard]] std::uint64_t errors() const { return errors_; }

  /// Registers the signals of this plane with a waveform file that is not open yet.
  void trace(VerilatedFstC& file, int levels) override;

 private:
  class Model;
  template <class Verilated>
  class ModelOf;

  RtlContext* context_;
  std::unique_ptr<Model> model_;
  unsigned lanes_;
  /// Cycles until the last dispatched `abc` must have been collected.
  unsigned in_flight_ = 0;
  bool out_valid_ = false;
  std::uint64_t errors_ = 0;
};

}  // namespace lpu::rtl
