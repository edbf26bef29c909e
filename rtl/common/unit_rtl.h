// SPDX-License-Identifier: Apache-2.0
// Any Verilated unit with the ports of docs/rtl.md as a C++ object, one call a cycle, no SystemC.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "isa/insn/insn.h"
#include "rtl/common/kept_model.h"
#include "rtl/common/pin_bits.h"
#include "rtl/common/rtl_context.h"
#include "rtl/common/traced_rtl.h"

namespace lpu::rtl {

/// The unit of one position in superlane 0's frame (`Climb` = 0). `issue` and `present` say what is
/// on the pins in the coming cycle; `clock` ends that cycle; then `drives` has what the stream
/// registers at the unit's position show in the new one.
class UnitRtl : public TracedRtl {
 public:
  static constexpr int kWordBytes = 16;  // of a superlane
  static constexpr int kCheckBits = 9;

  /// Check bits of a vector, a word a superlane.
  using Checks = std::array<std::uint16_t, 20>;

  struct Drive {
    int port{0};
    int stream{0};
    std::vector<std::uint8_t> data;  // superlanes * 16 bytes
    Checks checks{};
    bool whole{true};  // every superlane was driven, and on the same stream
  };

  /// Sees what every unit of this process is given, cycle by cycle.
  class Monitor {
   public:
    virtual ~Monitor() = default;
    virtual void issued(int queue, const isa::Word& word) = 0;
    virtual void presented(int stream, const std::uint8_t* data, std::size_t bytes) = 0;
    /// The cycle of what came before is over.
    virtual void clocked(const UnitRtl& unit) = 0;
  };
  /// From now on; for ever.
  static void watch(Monitor* monitor) { monitor_ = monitor; }

  UnitRtl(const UnitRtl&) = delete;
  UnitRtl& operator=(const UnitRtl&) = delete;

  [[nodiscard]] int superlanes() const { return superlanes_; }

  void issue(int queue, const isa::Word& word);
  /// A stream that somebody drove: 32 * direction + index.
  void present(int stream, const std::uint8_t* data, const Checks& checks);
  /// One clock edge. Instructions and streams are gone afterwards.
  void clock();
  /// Valid until the next clock.
  [[nodiscard]] const std::vector<Drive>& drives() const { return drives_; }

  /// SECDED of the operands of the cycle that `clock` ended.
  [[nodiscard]] int corrected() const;
  [[nodiscard]] bool uncorrectable() const;

  virtual void reset() = 0;
  /// Failed assertions since the last reset.
  [[nodiscard]] std::uint64_t errors() const { return errors_; }

 protected:
  /// The common pins of a Verilated class, found by `pins_of`.
  struct Pins {
    PinBits insn_valid, insn;
    PinBits stream_valid, stream_data, stream_check;
    PinBits drive_valid, drive_stream, drive_data, drive_check;
    PinBits corrected, uncorrectable;
  };
  explicit UnitRtl(int superlanes) : superlanes_(superlanes) {}

  void set_pins(const Pins& pins);
  /// One period of the clock: low, settle, high, settle.
  virtual void edge() = 0;
  /// Failed assertions of all models of this process.
  [[nodiscard]] virtual std::uint64_t errors_of_process() const = 0;
  void forget_errors() { errors_ = 0; }

 private:
  void collect_drives();

  static inline Monitor* monitor_{nullptr};

  int superlanes_;
  Pins pins_{};
  std::size_t drive_ports_{0};
  std::vector<Drive> drives_;
  std::uint64_t errors_{0};
};

/// `Verilated`: a class that Verilator made of a block with these ports. `Base`: UnitRtl, or a
/// class derived from it that has calls for more pins.
template <class Verilated, class Base = UnitRtl>
class UnitRtlOf : public Base {
 public:
  UnitRtlOf(RtlContext& context, const std::string& name, int superlanes)
      : Base(superlanes), context_(context), block_(context, name) {
    this->set_pins({pin(block_->insn_valid_i), pin(block_->insn_i), pin(block_->stream_valid_i),
                    pin(block_->stream_data_i), pin(block_->stream_check_i),
                    pin(block_->drive_valid_o), pin(block_->drive_stream_o),
                    pin(block_->drive_data_o), pin(block_->drive_check_o), pin(block_->corrected_o),
                    pin(block_->uncorrectable_o)});
    UnitRtlOf::reset();
  }

  void reset() override {
    block_->rst_ni = 1;
    edge();
    block_->rst_ni = 0;
    edge();
    block_->rst_ni = 1;
    this->forget_errors();
  }
  void trace(VerilatedFstC& file, int levels) override { block_->trace(&file, levels); }

  /// For the pins that only this block has.
  [[nodiscard]] Verilated& block() { return *block_; }

 protected:
  void edge() override {
    block_->clk_i = 0;
    block_->eval();
    block_->clk_i = 1;
    block_->eval();
  }

 private:
  template <class Pin>
  static PinBits pin(Pin& p) {
    return PinBits(&p, sizeof p);
  }

  [[nodiscard]] std::uint64_t errors_of_process() const override { return context_.errors(); }

  RtlContext& context_;
  KeptModel<Verilated> block_;
};

}  // namespace lpu::rtl
