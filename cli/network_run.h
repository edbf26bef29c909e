// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fabric/schedule/network/network_schedule.h"
#include "fabric/topology/system_spec.h"

namespace lpu::cli {

/// `FROM:TO:VECTORS` or `FROM:TO:VECTORS:READY`. Throws fabric::UsageError for anything else.
[[nodiscard]] fabric::Message parse_message(std::string_view text);

/// What became of one message.
struct Delivered {
  fabric::Message message;
  int fewest_hops{0};
  int most_hops{0};
  isa::Cycles cycles;  // from `ready` until the last vector can be read, in the run
};

struct NetworkResult {
  std::vector<Delivered> messages;
  std::vector<std::string> violations;  // of network, programs and links
  bool as_scheduled{false};             // the run wrote every vector in its cycle
};

/// Schedules, checks and runs them, for time only, on a system of which there is one a process.
[[nodiscard]] NetworkResult run_messages(const fabric::SystemSpec& spec,
                                         const std::vector<fabric::Message>& messages);

}  // namespace lpu::cli
