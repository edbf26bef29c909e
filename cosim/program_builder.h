// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "cosim/random.h"
#include "cosim/stimulus.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/geometry.h"

namespace lpu::cosim {

/// A random program, written down by cycle. What is asked for is placed if it is legal there and
/// there is room, and refused with `false` otherwise; a stimulus then tries something else.
///
/// A queue holds at most the head of a program (kFetchInsns instructions, with the NOPs between
/// them), so that no text has to be fetched. Values come from MEM: `feed` finds a slice, reads a
/// row of it and lets the vector arrive where it is wanted.
class ProgramBuilder {
 public:
  ProgramBuilder(const isa::ChipSpec& spec, Random& random);

  [[nodiscard]] const isa::Geometry& geometry() const { return geometry_; }
  [[nodiscard]] std::size_t lanes() const { return static_cast<std::size_t>(spec_.lanes()); }

  /// The queue can take one more instruction in that cycle.
  [[nodiscard]] bool free(int queue, std::int64_t at) const;
  /// `free`, and n streams from `base` on have no driver at x in that cycle yet.
  [[nodiscard]] bool can_drive(isa::Stream base, int n, int x, std::int64_t at) const;
  /// Places an instruction that drives nothing. Needs `free`.
  void put(int queue, std::int64_t at, const isa::Insn& insn);
  /// The streams have this driver now. Needs `can_drive`.
  void drive(isa::Stream base, int n, int x, std::int64_t at);

  /// Nobody's value is at x in that cycle: what is fed is what arrives.
  [[nodiscard]] bool can_feed(isa::Stream stream, int x, std::int64_t at) const {
    return !driven(stream, x, at);
  }
  /// Lets `bytes` arrive on a stream at x in cycle `at`, from a slice upstream of x. With a small
  /// chance one of its stored bits is wrong, where `faults` allows it.
  [[nodiscard]] bool feed(isa::Stream stream, int x, std::int64_t at,
                          const std::vector<std::uint8_t>& bytes);
  /// All of them, on neighbouring streams, or none. If the streams have a driver already that
  /// value is taken: an operand may be shared.
  [[nodiscard]] bool feed_group(isa::Stream base, int x, std::int64_t at,
                                const std::vector<std::vector<std::uint8_t>>& vectors);
  /// Share of fed vectors, in percent, in which one bit of a word is wrong; 0 to begin with.
  void set_faults(std::uint64_t percent) { fault_percent_ = percent; }

  /// A stream group of the direction, aligned.
  [[nodiscard]] isa::Stream any_stream(isa::Direction direction, int n);
  /// The rows from this one on are not used by `feed`.
  static constexpr int kFirstFreeRow = 512;

  [[nodiscard]] Stimulus finish(const std::string& name) &&;

 private:
  struct Source {
    int slice{0};
    int queue{0};
    int x{0};
    std::int64_t at{0};
  };

  [[nodiscard]] bool driven(isa::Stream stream, int x, std::int64_t at) const;
  [[nodiscard]] std::optional<Source> find_source(isa::Stream stream, int x, std::int64_t at);
  void place_fault(int slice, int row);

  const isa::ChipSpec& spec_;
  Random& random_;
  isa::Geometry geometry_;
  std::vector<std::map<std::int64_t, isa::Insn>> queues_;
  std::vector<int> slots_;     // instructions and NOPs of each queue
  std::vector<int> next_row_;  // of each slice
  /// Stream (direction, index), diagonal, position along the direction.
  std::set<std::tuple<int, int, std::int64_t, int>> drives_;
  std::uint64_t fault_percent_{0};
  Stimulus stimulus_;
};

}  // namespace lpu::cosim
