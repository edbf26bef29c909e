// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "rtl/mxm/mxm_plane_rtl.h"

namespace lpu::rtl {

/// The plane written down once more, as plainly as possible: one product after the other in
/// 128-bit integers, one result after the other in a queue. Shares nothing with the RTL.
class PlaneReference {
 public:
  using Vector = std::vector<std::uint32_t>;

  explicit PlaneReference(unsigned lanes);

  /// Runs one cycle; the vector that is on the streams in the next one, if any.
  [[nodiscard]] std::optional<Vector> clock(const MxmPlaneRtl::Inputs& inputs);

  /// An `abc` may be dispatched: something is installed.
  [[nodiscard]] bool installed() const;
  /// The type of the result that the `acc` of the coming cycle must collect, if any.
  [[nodiscard]] std::optional<bool> due_is_fp32() const;

 private:
  struct Group {
    bool loaded = false;
    std::vector<std::uint8_t> bytes;
  };
  struct Result {
    Vector words;
    bool fp32 = false;
  };

  [[nodiscard]] Vector int8_product(std::span<const std::uint8_t> activations) const;
  [[nodiscard]] Vector fp16_product(const MxmPlaneRtl::Inputs& inputs) const;
  [[nodiscard]] std::uint32_t fp16_lane(const MxmPlaneRtl::Inputs& inputs, unsigned lane) const;

  unsigned lanes_;
  std::vector<Group> buffer_;
  std::vector<Group> array_;
  std::vector<Vector> slots_;
  /// One entry a cycle, the oldest first.
  std::deque<std::optional<Result>> results_;
};

/// A float as it leaves the machine: there is one NaN.
[[nodiscard]] std::uint32_t float_bits(float value);

}  // namespace lpu::rtl
