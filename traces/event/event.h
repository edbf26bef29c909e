// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "isa/insn/insn.h"
#include "isa/spec/cycle.h"

namespace lpu::traces {

/// One dispatched instruction. Repeats are already expanded: `insn.addr` is the stepped one.
struct Event {
  isa::Cycle at;  // superlane 0's frame
  std::uint16_t chip{0};
  std::uint16_t queue{0};  // what it means: isa::Geometry::info
  isa::Insn insn;
};

/// The order of a trace, the same for any number of ranks: cycle, then chip, then queue.
[[nodiscard]] constexpr bool earlier(const Event& a, const Event& b) {
  if (a.at != b.at) return a.at < b.at;
  if (a.chip != b.chip) return a.chip < b.chip;
  return a.queue < b.queue;
}

/// Where events go. A unit without a sink pays one comparison.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void record(const Event& event) = 0;
};

/// Hands each event to every sink of a list, in the order of the list. Owns none of them.
class Tee : public Sink {
 public:
  Tee() = default;
  Tee(std::initializer_list<Sink*> sinks) : sinks_(sinks) {}
  void add(Sink& sink) { sinks_.push_back(&sink); }
  void record(const Event& event) override {
    for (Sink* sink : sinks_) sink->record(event);
  }

 private:
  std::vector<Sink*> sinks_;
};

/// Puts the events of several chips, which arrive window by window in any order, into the order
/// of `earlier` before they reach `to`. An event before the cycle of the last `advance` comes
/// too late to be put in order: std::logic_error.
class InOrder : public Sink {
 public:
  explicit InOrder(Sink& to) : to_(&to) {}

  void record(const Event& event) override;
  /// Hands on everything before `end`, the first cycle of the next window.
  void advance(isa::Cycle end);
  /// Hands on what is left. The end of a run.
  void finish();

 private:
  void hand_on(std::size_t count);

  Sink* to_;
  isa::Cycle floor_{INT64_MIN};
  std::vector<Event> waiting_;
};

}  // namespace lpu::traces
