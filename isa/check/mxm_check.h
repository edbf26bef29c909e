// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "isa/check/streams.h"

namespace lpu::isa {

/// Weights, activations and results of the four planes.
///
/// An `iw` with an empty buffer takes the weights out of the array: so an odd plane becomes free
/// for the f16 of its partner. `abc` in the cycle of an `iw` still has the old weights; between it
/// and install_latency it has none.
class MxmCheck {
 public:
  MxmCheck(const ChipSpec& spec, StreamUse& streams, Report& report);

  void issue(const Issue& issue, const QueueInfo& info);
  /// Results that nobody has collected before cycle `now` are lost.
  void finish(Cycle now);

 private:
  struct Result {
    Issue abc;
    Cycle due;
  };
  struct Plane {
    std::optional<Type> buffer;     // type of what is loaded; nothing: empty
    std::optional<Type> array;      // after the last iw
    std::optional<Type> old_array;  // before it
    Cycle installed{-1};
    Cycle last_abc{-1};
    std::deque<Result> results;
    std::vector<std::optional<Type>> slots;
  };

  void load(const Issue& issue, Plane& plane, int x);
  void install(const Issue& issue, Plane& plane);
  void activate(const Issue& issue, Plane& plane, Plane& partner, int x, bool even);
  void accumulate(const Issue& issue, Plane& plane, int x);
  void collect_until(Plane& plane, Cycle now);
  [[nodiscard]] static std::optional<Type> weights_at(const Plane& plane, Cycle at,
                                                      std::int64_t install_latency);

  const ChipSpec& spec_;
  StreamUse& streams_;
  Report& report_;
  std::array<Plane, ChipSpec::kHemispheres * ChipSpec::kPlanes> planes_;
};

}  // namespace lpu::isa
