// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fabric/schedule/network/network_schedule.h"
#include "fabric/topology/topology.h"
#include "isa/spec/chip_spec.h"

namespace lpu::fabric {

enum class NetworkRule : std::uint8_t {
  kCount,    // each message has as many ways as vectors
  kWay,      // from its chip to its chip, over cables that are there, without a gap
  kReady,    // not read before it is ready, or can be read at the chip on the way
  kPace,     // sends of a link are c2c_pace cycles apart
  kQueue,    // one send or receive a cycle and link
  kArrived,  // not received before it has arrived
  kOrder,    // the n-th receive of a link takes its n-th send
  kFifo,     // no more vectors have arrived and not been received than the FIFO holds
  kPort,     // one access a cycle and MEM slice
  kPlace,    // places that are there, no two vectors in one
};
[[nodiscard]] std::string_view name_of(NetworkRule rule);

struct NetworkViolation {
  NetworkRule rule{};
  int way{-1};  // of the schedule; -1: none of them alone
  std::string what;
};

/// Every broken rule. Knows the topology and the machine, not how routes are found.
[[nodiscard]] std::vector<NetworkViolation> check(const isa::ChipSpec& chip,
                                                  const Topology& topology,
                                                  std::span<const Message> messages,
                                                  const NetworkSchedule& schedule, int fifo_depth);

}  // namespace lpu::fabric
