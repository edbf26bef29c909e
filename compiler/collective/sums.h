// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/collective/access.h"
#include "compiler/collective/timetable.h"

namespace lpu::collective {

/// Reductions in the VXM. Operand k passes the VXM when the sum of those before it is there; ALU k
/// widens it and ALU 8 + k - 1 adds it, the last ALU narrows the sum. Every unit takes c2c_pace
/// cycles an element byte, the time in which a link brings one.
class Sums {
 public:
  Sums(const isa::ChipSpec& spec, const Plan& plan, const Floor& floor)
      : spec_(spec), plan_(plan), floor_(floor), bytes_(isa::bytes_of(plan.type)) {}

  /// The read of an operand's first unit if the first operand passes the VXM in cycle 0.
  [[nodiscard]] Access first_read(const Reduction& r, std::size_t operand) const;
  /// MEM and ALUs if the first operand passes the VXM in cycle `start`; the first write is that of
  /// the first step's first vector.
  [[nodiscard]] std::vector<Access> accesses(const Reduction& r, Time start) const;
  [[nodiscard]] std::vector<Train> alus(const Reduction& r, Time start) const;

 private:
  [[nodiscard]] bool widens() const;
  [[nodiscard]] Time passes(std::size_t operand) const;
  [[nodiscard]] isa::Source operand(const Reduction& r, std::size_t k) const;
  [[nodiscard]] isa::Source addend(const Reduction& r, std::size_t k) const;
  [[nodiscard]] Train on_alu(const Reduction& r, int alu, Time at, const isa::Insn& insn) const;

  const isa::ChipSpec& spec_;
  const Plan& plan_;
  const Floor& floor_;
  int bytes_;  // of an element
};

}  // namespace lpu::collective
