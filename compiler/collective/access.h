// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/collective/layout.h"
#include "compiler/collective/plan.h"

namespace lpu::collective {

using Time = std::int64_t;

/// What one slice does in every step: a read that drives a stream, or a write of what passes.
struct Access {
  int chip{0};
  int vector{0};  // of the step
  Region region;
  isa::Op op{isa::Op::kRead};
  isa::Stream stream;
  Time at{0};  // dispatch in the first step
};

/// Who stands where: when a slice has to act so that a vector passes a position in time.
class Floor {
 public:
  explicit Floor(const isa::ChipSpec& spec)
      : read_latency_(spec.mem_read_latency), geometry_(spec), layout_(spec) {}

  [[nodiscard]] const isa::Geometry& geometry() const { return geometry_; }
  [[nodiscard]] int queue(const Access& a) const { return layout_.slice(a.region.group, a.vector); }
  [[nodiscard]] int x_of(const Region& region, int vector) const;
  [[nodiscard]] int x_of_link(int link) const;
  /// The stream of number `index` from one position towards another.
  [[nodiscard]] static isa::Stream stream(int from, int to, int index);

  /// The read of a vector that passes x in cycle `at`.
  [[nodiscard]] Access read(int chip, const Region& region, int vector, int x, int index,
                            Time at) const;
  /// The write of a vector that passes x in cycle `at`.
  [[nodiscard]] Access write(int chip, const Region& region, int vector, int x, int index,
                             Time at) const;

 private:
  Time read_latency_;
  isa::Geometry geometry_;
  Layout layout_;
};

}  // namespace lpu::collective
