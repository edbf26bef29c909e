// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "compiler/collective/layout.h"
#include "compiler/collective/plan.h"

namespace lpu::collective {

/// What a plan is made for: a message of `units` units in steps of `width` vectors.
struct Message {
  Kind kind{Kind::kAllReduce};
  isa::Type type{isa::Type::kF16};
  int width{1};
  std::int64_t units{1};
};

/// Plans for the chips of one node; none if they are not fully connected. Every sum is taken in the
/// order of the chips' numbers. Those that the chips' MEM holds:
///
/// - `direct`: every chip sends the whole message to every other, and adds all. One hop.
/// - `tiled`: every chip owns a shard, which the others send to it; the sums, or what the shards
///   are from the start, go to all. Each link carries 1/n of the message once or twice.
///
/// A broadcast is from chip 0, which owns no shard in `tiled`: the others get one each and hand it
/// on as it comes.
[[nodiscard]] std::vector<Plan> node_plans(const isa::ChipSpec& spec,
                                           const fabric::Topology& topology,
                                           const Message& message);

}  // namespace lpu::collective
