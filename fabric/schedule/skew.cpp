// SPDX-License-Identifier: Apache-2.0
#include "fabric/schedule/skew.h"

#include <algorithm>

#include "isa/spec/geometry.h"

namespace lpu::fabric {

std::optional<isa::Cycles> tolerated_skew(const SystemSpec& spec, const LinkSchedule& schedule) {
  const isa::Cycles longest =
      spec.physical.spread ? isa::Cycles{spec.physical.spread->most.value} : spec.flight;
  std::optional<isa::Cycles> least;
  for (const Transfer& transfer : schedule.transfers) {
    const isa::Cycles longer = transfer.flight - spec.flight;  // than other cables
    const isa::Cycles slack = transfer.receive.at - transfer.send.at -
                              isa::Cycles{spec.chip.c2c_send_latency} - longest - longer;
    least = std::min(least.value_or(slack), slack);
  }
  return least;
}

std::optional<Unquiet> first_unquiet(const isa::ChipSpec& chip, const PhysicalSpec::Deskew& deskew,
                                     std::span<const std::vector<isa::Issue>> issues) {
  const std::int64_t interval = deskew.interval.value;
  const std::int64_t stall = deskew.stall.value;
  // From the matrix unit of one side to that of the other there is nothing farther.
  const std::int64_t across =
      2 * std::int64_t{isa::Geometry(chip).mxm_in_x(isa::Hemisphere::kEast)};
  std::optional<Unquiet> first;
  for (std::size_t c = 0; c < issues.size(); ++c) {
    for (const isa::Issue& issue : issues[c]) {
      const std::int64_t quiet_from =
          issue.at.value + isa::latency(chip, issue.insn).value + across;
      const std::int64_t end = (issue.at.value / interval + 1) * interval;
      if (quiet_from > end - stall && (!first || issue.at < first->issue.at)) {
        first = {static_cast<int>(c), issue, {end - stall}, {end}};
      }
    }
  }
  return first;
}

}  // namespace lpu::fabric
