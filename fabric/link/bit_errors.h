// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fabric/topology/physical_spec.h"
#include "isa/wire/frame.h"

namespace lpu::fabric {

/// Errors on the wire of one link, and what its code makes of them. The n-th frame has the same
/// errors whoever asks, and in whatever order.
///
/// An error begins at every bit of a lane with the same probability, 1 / interval, independently.
/// It is 1 to `burst` bits of the lane, one length as likely as another; the first and the last bit
/// are wrong, each between them with probability 1/2 (C: rates and bursts of real links are not
/// public).
class BitErrors {
 public:
  struct Config {
    PhysicalSpec::Errors errors;
    std::size_t vector_bytes{320};
    std::uint64_t seed{1};
    std::uint64_t sequence{0};  // the link's
  };

  explicit BitErrors(const Config& config);

  /// How many errors begin in frame n.
  [[nodiscard]] int begin(std::uint64_t n) const;
  /// Frame n with the vector `sent`, as it comes off the wire.
  [[nodiscard]] std::vector<isa::Phit> wire(std::span<const std::uint8_t> sent,
                                            std::uint64_t n) const;
  /// The same as it comes out of the decoder. Flagged, it is as it came;
  /// beyond what the code guarantees it may be wrong without being flagged.
  [[nodiscard]] isa::Frame pass(std::span<const std::uint8_t> sent, std::uint64_t n) const;

 private:
  void damage(std::vector<isa::Phit>& phits, std::uint64_t n, int error) const;
  [[nodiscard]] std::uint64_t draw(std::uint64_t n, std::uint64_t which) const;

  Config config_;
  std::int64_t bits_of_lane_;
  std::vector<std::uint64_t> more_than_;  // [k]: 2^64 times the chance of more than k errors
};

}  // namespace lpu::fabric
