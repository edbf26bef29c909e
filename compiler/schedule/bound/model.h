// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <limits>
#include <map>

#include "compiler/schedule/bound/bound.h"
#include "compiler/schedule/bound/paths.h"

namespace lpu::compiler {

/// When the first and the last chunk of a value can be read, at the earliest.
struct Ready {
  Paths::Time first{0};
  Paths::Time last{0};
};

/// The latest of what an operator waits for, and what accounts for most of that.
class Latest {
 public:
  using Time = Paths::Time;
  /// If it had to wait for latencies only, from cycle `from` until `alone`.
  Latest(Time from, Time alone) : at(alone), from_(from), alone_(alone) {}
  void wait(Time until, Limit for_what = Limit::kLatency) {
    if (until > at) {
      at = until;
      latest_ = for_what;
    }
  }
  [[nodiscard]] Limit limit() const {
    return at - alone_ > alone_ - from_ ? latest_ : Limit::kLatency;
  }

  Time at;

 private:
  Time from_, alone_;
  Limit latest_{Limit::kLatency};
};

/// The earliest times of one stage, operator by operator; see bound.h.
class StageModel {
 public:
  using Time = Paths::Time;
  struct Result {
    Ready ready;
    Limit limit{Limit::kLatency};
  };
  /// What goes from stage to stage: when its first and last vectors are at the other end.
  struct Sent {
    Result result;   // ready: when they were sent
    Ready arrivals;  // on the streams of the receiving chips
  };

  StageModel(const isa::ChipSpec& spec, const isa::Geometry& geometry, const PlacedStage& stage,
             const StepContext& context);

  /// Of any operator but send and receive.
  Result run(const Operator& o);
  Sent send(const Operator& o, std::span<const StageCable> cables);
  Result receive(const Operator& o, const Ready& arrivals);

 private:
  /// Of an operand. A token id that no operator has made is there from the start.
  [[nodiscard]] Ready in(const Operator& o, std::size_t i = 0) const;
  [[nodiscard]] int position() const { return p_.options.first_position + token().row; }
  /// Of the step, the last one: what others take comes on top.
  [[nodiscard]] const Token& token() const { return context_.tokens.back(); }
  [[nodiscard]] int chunks_of(Role role) const;
  /// A tile goes into a plane: into its buffer, `rows` rows, once the tile before it is installed;
  /// into the array, once that has passed. Its first activations are there in cycle `from`. The
  /// cycle in which they can pass.
  Time tile(const Plane& plane, Time rows, Time from);
  /// Every chip gets the sum of the vectors of all, whatever way it goes: when that is at the VXM.
  [[nodiscard]] Ready exchanged(const Ready& x, int chunks, int bytes) const;
  /// From a result of the VXM to that of all lanes.
  [[nodiscard]] Time over_lanes() const;

  Result embed(const Operator& o);
  Result rms_norm(const Operator& o);
  /// What a linear multiplies: its input, in w8a8 as int8.
  Ready activations(const Operator& o);
  Result linear(const Operator& o);
  Result rope(const Operator& o);
  Result append(const Operator& o);
  Result attention_by_lanes(const Operator& o);
  Result attention_in_blocks(const Operator& o);
  Result swiglu(const Operator& o);
  Result route(const Operator& o);
  Result add(const Operator& o);
  Result argmax(const Operator& o);
  Result lower(const Operator& o);

  static constexpr Time kAlus = isa::ChipSpec::kAlus;

  const isa::ChipSpec& spec_;
  const isa::Geometry& g_;
  const PlacedStage& stage_;
  const Placement& p_;
  StepContext context_;
  Paths paths_;
  int chips_;
  /// Of the tile that was last in a plane.
  struct Tile {
    Time installed{kNever};
    Time passed{kNever};
  };
  static constexpr Time kNever = std::numeric_limits<Time>::min() / 2;
  std::array<std::array<Tile, isa::ChipSpec::kPlanes>, 2> planes_;
  Time cables_busy_{0};
  std::map<int, Ready> values_;
  std::map<int, Ready> quantized_;
  std::map<int, Ready> cached_values_;  // of this position, by layer
};

}  // namespace lpu::compiler
