// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "fabric/clock/hac.h"
#include "fabric/clock/oscillator.h"
#include "fabric/clock/spanning_tree.h"

namespace lpu::fabric {

/// The counters of all chips, held together along a spanning tree: once an epoch, when its counter
/// is at 0, a parent tells each child. A pure function of its arguments, computed as far as it is
/// asked for.
///
/// Epochs are numbered the same on all chips: epoch k of a child is the one nearest to epoch k of
/// the root as soon as counters are settled, and a counter that is only ever moved by one keeps it
/// there.
class Alignment {
 public:
  /// How long what `member`'s parent sends for the n-th time is under way.
  using Flight =
      std::function<isa::Femtoseconds(const SpanningTree::Member& member, std::int64_t n)>;

  /// The cycles that it takes that for: the mean that characterisation has found.
  using Latency = std::function<isa::Cycles(const SpanningTree::Member& member)>;

  /// `oscillators[c]` is chip c's. The counter of one that is not in the tree runs by itself.
  Alignment(SpanningTree tree, std::vector<Oscillator> oscillators, const Latency& latency,
            Flight flight);

  [[nodiscard]] const SpanningTree& tree() const { return tree_; }
  [[nodiscard]] const Oscillator& oscillator(int chip) const {
    return chips_.at(static_cast<std::size_t>(chip)).oscillator;
  }

  /// The edge of the chip's oscillator with which its epoch `k` begins. Not below a `forget`.
  [[nodiscard]] std::int64_t edge_of_epoch(int chip, std::int64_t k);
  [[nodiscard]] isa::Instant epoch(int chip, std::int64_t k) {
    return oscillator(chip).edge(edge_of_epoch(chip, k));
  }
  /// Nobody asks for epochs before k any more.
  void forget(std::int64_t k);

  /// By this epoch every counter is where it belongs, whatever it was when power came on: level
  /// after level half a period at one cycle an epoch, as much again for the jitter, and the cable.
  [[nodiscard]] std::int64_t settled() const;
  /// Epochs from the start of a program at the root until it begins on all chips (start_epochs).
  [[nodiscard]] std::int64_t start() const { return start_epochs(tree_.levels(), longest_); }

 private:
  struct Chip {
    Oscillator oscillator;
    Hac hac;
    std::int64_t edge{0};             // that hac is at
    std::int64_t first{0};            // epoch of begins.front()
    std::deque<std::int64_t> begins;  // edges
    std::int64_t told{0};             // epochs of the parent that were heard, or are past
    std::int64_t named{0};            // epoch n here is called n + named
  };

  [[nodiscard]] std::int64_t next_epoch(const Chip& chip) const {
    return chip.first + static_cast<std::int64_t>(chip.begins.size());
  }
  void step();
  void name_epochs();
  [[nodiscard]] Chip& root() { return chips_[static_cast<std::size_t>(tree_.members[0].chip)]; }
  void run_to(Chip& chip, std::int64_t edge);

  SpanningTree tree_;
  std::vector<isa::Cycles> latency_;  // of the tree's members
  isa::Cycles longest_;
  Flight flight_;
  std::vector<Chip> chips_;
  std::vector<int> alone_;  // not in the tree
};

}  // namespace lpu::fabric
