// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/spec/geometry.h"

namespace lpu::compiler {

/// Ways that no schedule avoids, in cycles: latencies of the chip file and hops of the floor plan.
/// Between operators a value stands in the slices next to the VXM. Ways add up: `from_mem() +
/// alus(2) + to_mem()` is from a row that can be read to one that can be read again.
class Paths {
 public:
  using Time = std::int64_t;

  Paths(const isa::ChipSpec& spec, const isa::Geometry& g)
      : spec_(spec),
        near_(g.mem_x(isa::Hemisphere::kEast, 0)),
        sxm_(g.sxm_x(isa::Hemisphere::kEast)),
        mxm_in_(g.mxm_in_x(isa::Hemisphere::kEast)),
        mxm_out_(g.mxm_out_x(isa::Hemisphere::kEast)) {}

  // Between MEM and the VXM.
  [[nodiscard]] Time from_mem() const { return spec_.mem_read_latency + near_; }
  [[nodiscard]] Time to_mem() const { return near_ + spec_.mem_write_latency; }
  /// A row that a vector from the VXM names, `x` hops away, and back.
  [[nodiscard]] Time gather(int x) const { return x + spec_.mem_read_latency + x; }

  /// A chain of ALUs, from the operand at the VXM to the result on a stream.
  [[nodiscard]] Time alus(int operations, int special = 0) const {
    return spec_.vxm_input_latency + more(operations) + special * spec_.vxm_special_latency;
  }
  /// Further ALUs of a chain.
  [[nodiscard]] Time more(int operations) const { return operations * spec_.vxm_op_latency; }

  // Activations: to a plane, and from there its result.
  [[nodiscard]] Time mem_to_plane() const { return spec_.mem_read_latency + mxm_in_ - near_; }
  [[nodiscard]] Time vxm_to_plane() const { return mxm_in_; }
  [[nodiscard]] Time plane_to_vxm() const { return spec_.mxm_result_latency + mxm_out_; }
  [[nodiscard]] Time plane_to_mem() const {
    return plane_to_vxm() - near_ + spec_.mem_write_latency;
  }
  [[nodiscard]] Time plane_to_sxm() const { return plane_to_vxm() - sxm_; }

  // Lanes exchanged.
  [[nodiscard]] Time mem_to_sxm() const { return spec_.mem_read_latency + sxm_ - near_; }
  [[nodiscard]] Time vxm_to_sxm() const { return sxm_; }
  [[nodiscard]] Time permute() const { return spec_.sxm_permute_latency + sxm_; }  // to the VXM
  [[nodiscard]] Time rotate() const { return spec_.sxm_rotate_latency + sxm_; }

  // Links, which stand beside the SXM.
  [[nodiscard]] Time mem_to_link() const { return mem_to_sxm(); }
  /// From the stream of one chip to that of another.
  [[nodiscard]] Time link(isa::Cycles flight) const {
    return spec_.c2c_send_latency + flight.value + spec_.c2c_receive_latency;
  }
  [[nodiscard]] Time link_to_vxm() const { return sxm_; }
  [[nodiscard]] Time link_to_mem() const { return sxm_ - near_ + spec_.mem_write_latency; }
  [[nodiscard]] Time across() const { return 2 * sxm_; }  // from links of one side to the other

 private:
  const isa::ChipSpec& spec_;
  Time near_, sxm_, mxm_in_, mxm_out_;
};

}  // namespace lpu::compiler
