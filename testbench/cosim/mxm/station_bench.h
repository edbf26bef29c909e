// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "isa/insn/insn.h"
#include "rtl/common/kept_model.h"
#include "rtl/common/pin_bits.h"
#include "rtl/common/rtl_context.h"
#include "tlm/mem/secded.h"

namespace lpu::rtl {

/// A Verilated station in vectors, whichever of the two frames of time it works in: with `kClimb`
/// superlane r of an operand is presented r cycles later, and a result is whole S - 1 cycles after
/// its superlane 0 was driven.
template <class Block, std::size_t kS, bool kClimb>
class StationBench {
 public:
  static constexpr std::size_t kSuperlanes = kS;
  static constexpr std::size_t kLanes = 16 * kS;
  static constexpr int kLater = kClimb ? static_cast<int>(kS) - 1 : 0;

  struct Operand {
    int stream{0};
    std::vector<std::uint8_t> bytes;
    /// Bits of the code words that are turned over: superlane and bit, 0..136.
    std::vector<std::pair<std::size_t, int>> faults{};
  };
  struct Cycle {
    std::array<std::optional<isa::Insn>, 3> insns{};
    std::vector<Operand> operands{};
  };
  /// Four streams of a result, where they were driven.
  struct Result {
    std::array<std::array<bool, kS>, 4> valid{};
    std::array<std::array<int, kS>, 4> stream{};
    std::array<std::array<std::uint8_t, kLanes>, 4> bytes{};
    std::array<std::array<std::uint16_t, kS>, 4> checks{};
  };

  explicit StationBench(const std::string& name) : block_(RtlContext::process(), name) {
    block_->rst_ni = 1;
    edge();
    block_->rst_ni = 0;
    edge();
    block_->rst_ni = 1;
    past_.resize(kS);
    results_.resize(kS);
    errors_ = RtlContext::process().errors();
  }
  StationBench(const StationBench&) = delete;
  StationBench& operator=(const StationBench&) = delete;

  /// Runs a cycle; what is on the drives in the next one, `kLater` cycles late.
  const Result& step(const Cycle& cycle) {
    past_.push_front(cycle);
    past_.pop_back();
    for (std::size_t q = 0; q < cycle.insns.size(); ++q) {
      if (!cycle.insns[q]) continue;
      bits(block_->insn_valid_i).set_bit(q);
      const isa::Word word = isa::encode(*cycle.insns[q]);
      bits(block_->insn_i).copy_in(q * word.size(), word.data(), word.size());
    }
    for (std::size_t r = 0; r < kS; ++r) {
      for (const Operand& operand : past_[kClimb ? r : 0].operands) present(operand, r);
    }
    edge();
    bits(block_->insn_valid_i).clear();
    bits(block_->stream_valid_i).clear();
    results_.push_front({});
    results_.pop_back();
    for (std::size_t r = 0; r < kS; ++r) take_drives(r, results_[kClimb ? r : 0]);
    return results_[kLater];
  }

  [[nodiscard]] int corrected() const { return block_->corrected_o; }
  [[nodiscard]] bool uncorrectable() const { return block_->uncorrectable_o; }
  [[nodiscard]] std::uint64_t errors() const { return RtlContext::process().errors() - errors_; }

 private:
  void present(const Operand& operand, std::size_t r) {
    const std::size_t at = static_cast<std::size_t>(operand.stream) * kS + r;
    std::array<std::uint8_t, 16> word{};
    std::memcpy(word.data(), operand.bytes.data() + 16 * r, word.size());
    std::uint16_t check = tlm::secded_encode(word.data());
    for (const auto& [superlane, bit] : operand.faults) {
      if (superlane != r) continue;
      if (bit < 128) {
        word[static_cast<std::size_t>(bit / 8)] ^= static_cast<std::uint8_t>(1 << bit % 8);
      } else {
        check ^= static_cast<std::uint16_t>(1 << (bit - 128));
      }
    }
    bits(block_->stream_valid_i).set_bit(at);
    bits(block_->stream_data_i).copy_in(16 * at, word.data(), word.size());
    bits(block_->stream_check_i).set_field(9 * at, 9, check);
  }

  void take_drives(std::size_t r, Result& result) {
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t at = k * kS + r;
      result.valid[k][r] = bits(block_->drive_valid_o).bit(at);
      if (!result.valid[k][r]) continue;
      result.stream[k][r] = static_cast<int>(bits(block_->drive_stream_o).field(6 * at, 6));
      std::memcpy(&result.bytes[k][16 * r], bits(block_->drive_data_o).data(16 * at), 16);
      result.checks[k][r] =
          static_cast<std::uint16_t>(bits(block_->drive_check_o).field(9 * at, 9));
    }
  }

  template <class Pin>
  static PinBits bits(Pin& pin) {
    return PinBits(&pin, sizeof pin);
  }
  void edge() {
    block_->clk_i = 0;
    block_->eval();
    block_->clk_i = 1;
    block_->eval();
  }

  KeptModel<Block> block_;
  std::deque<Cycle> past_;      // the newest first
  std::deque<Result> results_;  // the newest first
  std::uint64_t errors_{0};
};

}  // namespace lpu::rtl
