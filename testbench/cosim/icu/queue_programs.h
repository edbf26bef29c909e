// SPDX-License-Identifier: Apache-2.0
// Programs for instruction queues, without a thought for what the units would do with them.
#pragma once

#include <cstdint>
#include <random>

#include "isa/program/program.h"
#include "isa/spec/chip_spec.h"

namespace lpu::testbench {

struct QueueProgramOptions {
  int queues{6};
  int instructions{400};  // of a queue, at least
  int barriers{3};        // queue 0 notifies; each of the others syncs now and then
};

/// A random program that keeps every rule of the queues, many of them at their limits: text that
/// is used in the cycle it arrives, queues filled to the last place, fetches 40 cycles apart.
[[nodiscard]] isa::Program random_queue_program(const isa::ChipSpec& spec, std::mt19937& random,
                                                const QueueProgramOptions& options);

[[nodiscard]] isa::Insn insn_of(isa::Op op, int addr = 0);
[[nodiscard]] isa::Insn nop(int n);
[[nodiscard]] isa::Insn repeat(int n, int d, int stride);
[[nodiscard]] isa::Insn ifetch(int slice, int row);

}  // namespace lpu::testbench
