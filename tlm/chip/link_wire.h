// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isa/spec/cycle.h"
#include "isa/wire/frame.h"
#include "tlm/chip/rtl_slot.h"

namespace lpu::tlm {

/// What stands at the wire of a link in RTL, in the place of the cable. What the model sends must
/// come out as a frame that decodes to the same vector without a correction, its first phit in the
/// cycle in which the vector leaves; what arrives at the model goes in as phits, so that it can be
/// received in its cycle.
class LinkWire {
 public:
  explicit LinkWire(std::size_t vector_bytes) : bytes_(vector_bytes) {}

  void reset();
  void sent(isa::Cycle leaves, std::span<const std::uint8_t> vector,
            const RtlDifference::Origin& origin);
  /// The RTL is in cycle `now`. Throws std::logic_error if the frame's first phit would have had to
  /// come already: a system with RTL links runs in windows that are short enough.
  void arrives(isa::Cycle at, std::span<const std::uint8_t> vector, isa::Cycle now);

  /// The phit that goes in during this cycle.
  [[nodiscard]] std::optional<isa::Phit> into(isa::Cycle at);
  /// The RTL shows this on its wire in this cycle. Returns what is wrong with it; empty: nothing.
  [[nodiscard]] std::string came(isa::Cycle at, const std::optional<isa::Phit>& phit);

  /// Of the frame that `came` found fault with.
  [[nodiscard]] const RtlDifference::Origin& origin() const { return origin_; }
  [[nodiscard]] std::int64_t frames() const { return frames_; }

 private:
  struct Sent {
    std::int64_t leaves{0};
    std::vector<std::uint8_t> vector;
    RtlDifference::Origin origin;
    std::vector<isa::Phit> phits;  // as they came out so far
  };
  struct Coming {
    std::int64_t at{0};
    isa::Phit phit{};
  };

  [[nodiscard]] std::string judge(const Sent& sent) const;

  std::size_t bytes_;
  std::deque<Sent> sent_;
  std::deque<Coming> coming_;
  RtlDifference::Origin origin_;
  std::int64_t frames_{0};
};

}  // namespace lpu::tlm
