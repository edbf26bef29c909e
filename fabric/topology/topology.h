// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "isa/spec/chip_spec.h"

namespace lpu::fabric {

/// How the chips of a system are wired.
///
/// node: up to eight chips, fully connected. Numbered by exclusive or: local port p (1..7) of
/// chip i goes to port p of chip i ^ p, so both ends of a cable have the same number and every
/// chip sees the same pattern. A port whose other chip does not exist is not connected.
enum class TopologyKind : std::uint8_t { kNode };

/// One end of a cable: a chip and which of its 16 links (0..7 west, 8..15 east).
struct LinkEnd {
  int chip{0};
  int link{0};
  friend constexpr auto operator<=>(const LinkEnd&, const LinkEnd&) = default;
};

/// One cable. It carries a vector each way at the same time.
struct Cable {
  LinkEnd a;  // the chip of lower number
  LinkEnd b;
  friend constexpr bool operator==(const Cable&, const Cable&) = default;
};

/// Local port p (1..7) is the chip's link p - 1, on the west side.
[[nodiscard]] constexpr int local_link(int port) { return port - 1; }
/// Global port g (0..3) is the chip's link 8 + g, on the east side; a single node leaves it open.
[[nodiscard]] constexpr int global_link(int port) { return 8 + port; }

/// Who is wired to whom. Chips are 0..chips() - 1.
class Topology {
 public:
  static constexpr int kNodeChips = 8;  // P
  static constexpr int kLinks = static_cast<int>(isa::ChipSpec::kLinks);

  Topology(TopologyKind kind, int chips);

  [[nodiscard]] int chips() const { return static_cast<int>(peers_.size()); }
  /// In the order of their first ends.
  [[nodiscard]] const std::vector<Cable>& cables() const { return cables_; }
  /// The other end; nothing for a link that is not connected, or not there at all.
  [[nodiscard]] std::optional<LinkEnd> peer(LinkEnd end) const;
  /// The link of `from` whose other end is at `to`; nothing if they are not neighbours.
  [[nodiscard]] std::optional<int> link_between(int from, int to) const;
  /// Cables on the shortest way. 0 to itself.
  [[nodiscard]] int hops(int from, int to) const;

 private:
  void connect(LinkEnd a, LinkEnd b);

  std::vector<std::array<std::optional<LinkEnd>, kLinks>> peers_;
  std::vector<Cable> cables_;
};

}  // namespace lpu::fabric
