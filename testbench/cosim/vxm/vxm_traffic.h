// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "cosim/random.h"
#include "isa/insn/insn.h"
#include "rtl/common/unit_rtl.h"

namespace lpu::rtl {

/// A vector that an ALU drives, and the port that carries it.
struct VxmDrive {
  int port{0};
  int stream{0};
  std::vector<std::uint8_t> data;
};

/// What is on the pins of the vector unit in one cycle of superlane 0's frame, and what comes of
/// it.
struct VxmCycle {
  std::vector<std::pair<int, isa::Insn>> insns;  // by ALU
  std::array<bool, 64> driven{};
  std::array<std::vector<std::uint8_t>, 64> data;  // of driven streams, maybe with a wrong bit
  std::array<UnitRtl::Checks, 64> checks{};

  int corrected{0};              // words of its operands
  std::vector<VxmDrive> drives;  // kLatency cycles later, by port
};

/// How much of the machine's unit there is.
struct VxmSize {
  int superlanes{0};
  int alus{16};
  int lanes{16};  // of each superlane; the others give zero
};

/// Random legal cycles of the vector unit: all operations on all types, every kind of operand,
/// chains as long as they come, words with a wrong bit. What is chained to what is worked out here,
/// the arithmetic is the model's (tlm/vxm).
class VxmTraffic {
 public:
  static constexpr std::int64_t kLatency = 7;
  static constexpr std::int64_t kChain = 3;
  /// Operation, type, type of the result.
  using Kind = std::tuple<isa::Op, isa::Type, isa::Type>;

  VxmTraffic(const VxmSize& size, std::uint64_t seed);

  [[nodiscard]] VxmCycle next();

  /// ALUs of the longest chain so far.
  [[nodiscard]] int longest_chain() const { return longest_chain_; }
  [[nodiscard]] const std::map<Kind, int>& counts() const { return counts_; }

 private:
  using Lanes = std::vector<std::uint32_t>;
  struct Result {
    std::int64_t at{INT64_MIN};
    int chain{0};
    Lanes lanes;
  };

  isa::Insn any_insn();
  int any_group(int bytes);
  isa::Source any_source(int alu, isa::Type type, VxmCycle& cycle);
  void feed(VxmCycle& cycle, int base, isa::Type type);
  void damage(VxmCycle& cycle, int stream);
  [[nodiscard]] const Result* chainable(int alu) const;
  Lanes operand(VxmCycle& cycle, int alu, const isa::Insn& insn, isa::Source source, int& chain);
  void execute(VxmCycle& cycle, int alu, const isa::Insn& insn);

  VxmSize size_;
  std::size_t lanes_;
  cosim::Random random_;
  std::int64_t now_{0};
  std::uint64_t load_{0};                            // percent of ALUs that dispatch
  std::array<std::array<Result, 4>, 16> results_;    // of the last cycles
  std::array<Result, 16> last_;                      // of each ALU
  std::array<std::vector<std::uint8_t>, 64> clean_;  // this cycle's streams without wrong bits
  std::array<int, 64> wrong_words_{};
  int longest_chain_{0};
  std::map<Kind, int> counts_;
};

}  // namespace lpu::rtl
