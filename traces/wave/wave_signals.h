// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "isa/spec/geometry.h"
#include "traces/event/event.h"

namespace lpu::traces {

/// One row of a waveform viewer.
struct WaveSignal {
  enum class Look : std::uint8_t { kBit, kNumber, kBits, kLevel, kText };
  std::string scope;  // chip0.mxm_e.plane0.weights
  std::string name;   // op
  int bits{1};
  Look look{Look::kBit};
};

/// Up to 96 bits, low word first. Text is ASCII, last character in the lowest byte, a blank when
/// there is nothing to say.
using WaveValue = std::array<std::uint32_t, 3>;

/// What the model shows in a waveform, and its state in one cycle.
///
///   chip<i>.cycle                  number of the cycle
///   chip<i>.activity.<group>       queues of the group that dispatch (mem_w, vxm, mxm_e, ...)
///   chip<i>.link_sends             one bit a link: a vector leaves the send queue
///   chip<i>.links_sent             vectors sent so far in the window
///   chip<i>.<queue>.valid, op      an instruction is dispatched, its mnemonic as text
///   chip<i>.<queue>.addr           row, group or slot; keeps its value between instructions
///   chip<i>.<queue>.a b in map out operands as text: e12 is stream 12 eastward
///
/// A queue has only the operands that its instructions can have. Only queues in `scope` and
/// what belongs to them are there.
class WaveSignals {
 public:
  WaveSignals(const isa::Geometry& geometry, int chips, std::string_view scope);

  [[nodiscard]] const std::vector<WaveSignal>& signals() const { return signals_; }
  [[nodiscard]] const std::vector<WaveValue>& values() const { return values_; }
  /// Signals with another value than after the last `end_cycle`; each once, in ascending order.
  [[nodiscard]] std::vector<std::size_t> changed() const;
  /// True if anything of the queue is shown, or counted in what is shown.
  [[nodiscard]] bool wants(int chip, int queue) const;

  void begin_cycle(isa::Cycle at);
  /// An event of this cycle.
  void apply(const Event& event);
  /// What lasts one cycle goes back to idle at the next `begin_cycle`.
  void end_cycle();

 private:
  struct Queue {
    int valid{-1}, op{-1}, addr{-1}, a{-1}, b{-1}, in{-1}, map{-1}, out{-1};
    int activity{-1}, link_sends{-1}, links_sent{-1};
    int link{0};
  };
  int add(const std::string& scope, std::string name, int bits, WaveSignal::Look look);
  void add_chip(const isa::Geometry& geometry, int chip, std::string_view scope);
  void add_queue(const isa::Geometry& geometry, int chip, int queue);
  void set(int signal, const WaveValue& value);
  void pulse(int signal, const WaveValue& value);
  void count(int signal, bool lasts);

  std::size_t queues_per_chip_;
  std::vector<WaveSignal> signals_;
  std::vector<WaveValue> values_;
  std::vector<WaveValue> shown_;  // at the last end_cycle
  std::vector<int> touched_;
  std::vector<int> pulses_;
  std::vector<int> cycle_signals_;
  std::vector<Queue> queues_;
};

[[nodiscard]] WaveValue text_value(std::string_view text);

}  // namespace lpu::traces
