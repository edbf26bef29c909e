// SPDX-License-Identifier: Apache-2.0
// rtl/icu/lpu_icu_queue.sv as a C++ object, no SystemC.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "isa/insn/insn.h"
#include "rtl/common/rtl_context.h"
#include "rtl/common/traced_rtl.h"

namespace lpu::rtl {

/// One instruction queue. What it does in a cycle follows from its registers: `outputs` has it
/// before the clock edge, so that a notify of one queue reaches all others in the same cycle.
class IcuQueueRtl : public TracedRtl {
 public:
  static constexpr std::size_t kMaxSuperlanes = 20;

  /// In the cycle that `clock` ends.
  struct Inputs {
    bool start{false};
    bool notify{false};  // by any queue
    /// A word of text for each superlane, where there is one.
    std::array<const std::uint8_t*, kMaxSuperlanes> text{};
  };
  struct Outputs {
    bool insn_valid{false};
    isa::Word insn{};  // if valid
    bool notify{false};
    bool fetch{false};
    int fetch_slice{0};
    int fetch_row{0};
    bool parked{false};
    bool done{false};
  };

  /// Throws std::invalid_argument if no queue was verilated for `superlanes`.
  IcuQueueRtl(RtlContext& context, const std::string& name, int superlanes);
  ~IcuQueueRtl() override;
  IcuQueueRtl(const IcuQueueRtl&) = delete;
  IcuQueueRtl& operator=(const IcuQueueRtl&) = delete;

  /// A program of `length` instructions, of which the head is given; takes cycles.
  void load(std::uint32_t length, std::span<const isa::Word> head);

  /// Of the current cycle.
  [[nodiscard]] Outputs outputs() const;
  void clock(const Inputs& inputs);

  /// Failed assertions since the last load.
  [[nodiscard]] std::uint64_t errors() const { return errors_; }
  void trace(VerilatedFstC& file, int levels) override;

 private:
  class Model;
  template <class Verilated>
  class ModelOf;

  RtlContext* context_;
  std::unique_ptr<Model> model_;
  std::uint64_t errors_{0};
};

}  // namespace lpu::rtl
