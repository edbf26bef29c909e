// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

#include "isa/spec/cycle.h"

namespace lpu::fabric {

/// How the chips of a system are wired. A chip brings out seven local links (P), which are links
/// 0..6, and `c2c.global_links` global ones, the first of the east side: of the published chip's 16
/// links four (P), 8..11. Numbers below are those of the published chip.
enum class TopologyKind : std::uint8_t {
  /// Up to eight chips, fully connected. Numbered by exclusive or: local port p (1..7) of chip i
  /// goes to port p of chip i ^ p, so both ends of a cable have the same number and every chip
  /// sees the same pattern. A port whose other chip does not exist is not connected.
  kNode,
  /// Two to eight chips in a circle: three cables to each neighbour (P). Links 0..2 lead to the
  /// next chip, links 4..6 to the one before.
  kRing,
  /// Two to 33 nodes of eight chips, every pair of nodes with as many cables as the global links of
  /// a node allow: floor(32 / (nodes - 1)).
  kDragonfly,
  /// Two to 145 racks of nine nodes. Inside a rack a dragonfly over the first half of a node's
  /// global links, ports 0 and 1; every pair of racks has floor(144 / (racks - 1)) cables over the
  /// others, ports 2 and 3.
  kRacks,
  /// Five nodes or more in a circle, each with four cables to each of the four next and the four
  /// previous ones (P).
  kQuadfour,
  /// As the file says, cable by cable.
  kGraph,
};

/// One end of a cable: a chip and which of its links, numbered from the west.
struct LinkEnd {
  int chip{0};
  int link{0};
  friend constexpr auto operator<=>(const LinkEnd&, const LinkEnd&) = default;
};

/// One cable. It carries a vector each way at the same time.
struct Cable {
  LinkEnd a;  // the smaller end
  LinkEnd b;
  isa::Cycles flight;  // edge of one chip to edge of the other, each way
  friend constexpr bool operator==(const Cable&, const Cable&) = default;
};

inline constexpr int kNodeChips = 8;   // P
inline constexpr int kRackNodes = 9;   // P
inline constexpr int kMaxNodes = 33;   // P, of a dragonfly of nodes
inline constexpr int kMaxRacks = 145;  // P, of a dragonfly of racks

/// Local port p (1..7) is the chip's link p - 1, on the west side.
[[nodiscard]] constexpr int local_link(int port) { return port - 1; }

}  // namespace lpu::fabric
