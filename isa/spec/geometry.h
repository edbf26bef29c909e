// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "isa/spec/chip_spec.h"

namespace lpu::isa {

enum class Hemisphere : std::uint8_t { kWest, kEast };
enum class Direction : std::uint8_t { kEast, kWest };
enum class Unit : std::uint8_t { kMem, kVxm, kMxm, kSxm, kC2c };

/// The queues of an MXM plane, and of a hemisphere's SXM, in order.
enum class MxmQueue : std::uint8_t { kWeights, kActivations, kAccumulate };
enum class SxmQueue : std::uint8_t {
  kShift,
  kPermute,
  kDistribute,
  kRotate,
  kTranspose0,
  kTranspose1
};
inline constexpr std::int64_t kMxmQueues = 3;
inline constexpr std::int64_t kSxmQueues = 6;

[[nodiscard]] constexpr Direction outward(Hemisphere h) {
  return h == Hemisphere::kEast ? Direction::kEast : Direction::kWest;
}
[[nodiscard]] constexpr Direction inward(Hemisphere h) {
  return h == Hemisphere::kEast ? Direction::kWest : Direction::kEast;
}

/// One byte-wide stream of one direction.
struct Stream {
  Direction dir{Direction::kEast};
  std::uint8_t index{0};
  friend constexpr bool operator==(Stream, Stream) = default;
};

/// What a queue number means: which unit, where.
struct QueueInfo {
  Unit unit{Unit::kMem};
  Hemisphere hemisphere{Hemisphere::kWest};  // not for the VXM
  int index{0};                              // slice, ALU, plane, SxmQueue or link
  MxmQueue mxm{MxmQueue::kWeights};
};

/// The floor plan: queue numbers, their names, and positions on the line of stream registers.
/// x = 0 is the VXM, east is positive. Queue order: mem_w, mem_e, vxm, mxm_w, mxm_e, sxm_w,
/// sxm_e, c2c_w, c2c_e.
class Geometry {
 public:
  explicit Geometry(const ChipSpec& spec);

  [[nodiscard]] int queues() const { return queues_; }
  [[nodiscard]] int mem_queue(Hemisphere h, int slice) const {
    return static_cast<int>(h) * slices_ + slice;
  }
  [[nodiscard]] int vxm_queue(int alu) const { return 2 * slices_ + alu; }
  [[nodiscard]] int mxm_queue(Hemisphere h, int plane, MxmQueue q) const;
  [[nodiscard]] int sxm_queue(Hemisphere h, SxmQueue q) const;
  [[nodiscard]] int c2c_queue(int link) const;

  [[nodiscard]] QueueInfo info(int queue) const;
  /// `mem_e.slice3`, `vxm.alu0`, `mxm_e.plane0.weights`, `sxm_w.permute`, `c2c_w.link3`.
  [[nodiscard]] std::string name(int queue) const;
  /// The unit that the queue commands: `mem_e.slice3`, `vxm`, `mxm_e.plane0`, `sxm_w`,
  /// `c2c_w.link3`.
  [[nodiscard]] std::string unit_name(int queue) const;
  [[nodiscard]] std::optional<int> find(std::string_view name) const;

  /// Where a unit takes and drives streams.
  [[nodiscard]] int mem_x(Hemisphere h, int slice) const;
  [[nodiscard]] static constexpr int vxm_x() { return 0; }
  [[nodiscard]] int sxm_x(Hemisphere h) const;      // also C2C
  [[nodiscard]] int mxm_in_x(Hemisphere h) const;   // weights and activations
  [[nodiscard]] int mxm_out_x(Hemisphere h) const;  // results
  /// The outermost position: streams end there.
  [[nodiscard]] int edge() const { return edge_; }

 private:
  [[nodiscard]] int side(Hemisphere h, int x) const { return h == Hemisphere::kEast ? x : -x; }

  int slices_;
  int slices_per_hop_;
  int first_mem_x_;
  int sxm_x_;
  int mxm_in_x_;
  int mxm_out_x_;
  int edge_;
  int links_;
  int queues_;
};

}  // namespace lpu::isa
