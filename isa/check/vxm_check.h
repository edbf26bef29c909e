// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "isa/check/streams.h"

namespace lpu::isa {

/// Operands, chains and results of the ALUs.
class VxmCheck {
 public:
  VxmCheck(const ChipSpec& spec, StreamUse& streams, Report& report)
      : spec_(spec), streams_(streams), report_(report) {}

  void issue(const Issue& issue, int alu);

 private:
  /// No latency is longer than this; a power of two.
  static constexpr std::size_t kRing = 256;

  struct Alu {
    /// In which cycles a result can be chained, by cycle modulo kRing.
    std::array<std::int64_t, kRing> ready{};
    bool dispatched{false};
  };

  void take(const Issue& issue, const Alu& self, const Source& source);

  const ChipSpec& spec_;
  StreamUse& streams_;
  Report& report_;
  std::array<Alu, ChipSpec::kAlus> alus_{};
};

}  // namespace lpu::isa
