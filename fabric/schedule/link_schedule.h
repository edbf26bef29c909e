// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fabric/topology/system_spec.h"
#include "fabric/topology/topology.h"
#include "isa/program/program.h"

namespace lpu::fabric {

/// A send or a receive of one chip's program, at its dispatch.
struct LinkUse {
  LinkEnd end;
  isa::Cycle at;
  std::uint32_t index{0};  // position in the queue's list
  friend constexpr bool operator==(const LinkUse&, const LinkUse&) = default;
};

/// One vector from chip to chip. A link is a queue: the n-th receive at one end takes the n-th
/// send of the other.
struct Transfer {
  LinkUse send;
  LinkUse receive;
  isa::Cycles flight;  // of the cable
  friend constexpr bool operator==(const Transfer&, const Transfer&) = default;
};

/// Which vector crosses which link in which cycle: a pure consequence of the chips' programs.
/// Ordered by cycle, then chip, then link.
struct LinkSchedule {
  std::vector<Transfer> transfers;
  std::vector<LinkUse> sends;        // every one, also those that nobody takes
  std::vector<LinkUse> unreceived;   // sends without a receive
  std::vector<LinkUse> unsent;       // receives without a send
  std::vector<LinkUse> unconnected;  // on a link that has no other end
};

/// `issues[c]`: what chip c's queues dispatch. Chips beyond the list do nothing.
[[nodiscard]] LinkSchedule derive(const isa::ChipSpec& chip, const Topology& topology,
                                  std::span<const std::vector<isa::Issue>> issues);

enum class LinkRule : std::uint8_t {
  kConnected,  // the link has another end
  kPace,       // sends of a link are c2c_pace cycles apart
  kReceived,   // each vector sent is taken
  kSent,       // each receive has a vector
  kArrived,    // and takes it not before send + c2c_send_latency + flight
};
[[nodiscard]] std::string_view name_of(LinkRule rule);

struct LinkViolation {
  LinkRule rule;
  LinkUse where;
  std::string what;  // chip, queue, cycle, what was expected
};

/// Every broken rule. Knows the machine and not the compiler.
[[nodiscard]] std::vector<LinkViolation> check(const SystemSpec& spec,
                                               const LinkSchedule& schedule);

/// One line a transfer: `chip0.c2c_w.link3 @12 -> chip4.c2c_w.link3 @250`.
[[nodiscard]] std::string dump(const isa::ChipSpec& chip, const LinkSchedule& schedule);

}  // namespace lpu::fabric
