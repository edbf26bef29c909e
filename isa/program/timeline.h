// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "isa/program/program.h"

namespace lpu::isa {

/// What is wrong with the control of a queue. The timeline goes on as far as it can.
struct TimelineFault {
  enum class Kind : std::uint8_t {
    kRepeatWithoutPredecessor,  // no working instruction, or repeat of one, directly before it
    kRepeatAddress,             // the address leaves its 16 bits
    kZeroCount,                 // nop, repeat: n or d is 0
    kNeverNotified,             // a queue stays parked
    kNobodyParked,              // a notify releases nothing
  };
  Kind kind{};
  Cycle at;
  int queue{0};
  std::uint32_t index{0};
};

/// When everything happens: cycles follow from the queues alone, because nothing waits for data.
struct Timeline {
  std::vector<Issue> issues;               // working instructions by cycle, then queue
  std::vector<Issue> control;              // ifetch, sync and notify by cycle
  std::vector<std::vector<Cycle>> starts;  // queue, index: when the queue takes it up
  std::vector<Cycle> queue_end;            // the first cycle in which a queue has nothing to do
  /// When the last superlane has finished the last instruction; 0 if there are only nops.
  Cycle end;
  std::vector<TimelineFault> faults;
};

/// Rules of time:
/// - a queue takes one instruction a cycle, from cycle 0;
/// - `nop n` takes n cycles;
/// - `repeat n, d, stride` dispatches the instruction before it again d, 2d ... n*d cycles after
///   it, its addr, if it has one, stepped by stride each time; the next instruction follows a
///   cycle after the last, and a repeat there goes on from the last;
/// - `sync` parks the queue; `notify` releases every queue parked up to and including its own
///   cycle, which goes on icu_barrier cycles after the notify.
[[nodiscard]] Timeline resolve(const ChipSpec& spec, const Program& program);

}  // namespace lpu::isa
