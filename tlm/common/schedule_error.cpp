// SPDX-License-Identifier: Apache-2.0
#include "tlm/common/schedule_error.h"

#include <fmt/format.h>

#include <utility>

namespace lpu::tlm {
namespace {

std::string message(const std::string& id, const ScheduleError::Where& where,
                    const std::string& expected) {
  std::string place = fmt::format("chip{}.{}, cycle {}", where.chip, where.unit, where.at.value);
  if (where.in_queue) {
    place += fmt::format(", instruction {}", where.index);
    if (where.line != 0) {
      place += fmt::format(", line {}", where.line);
    }
  }
  return fmt::format("{}: {}: {}", id, place, expected);
}

}  // namespace

ScheduleError::ScheduleError(std::string id, Where where, std::string what_was_expected)
    : std::runtime_error(message(id, where, what_was_expected)),
      id_(std::move(id)),
      where_(std::move(where)),
      expected_(std::move(what_was_expected)) {}

}  // namespace lpu::tlm
