// SPDX-License-Identifier: Apache-2.0
#include "compiler/collective/rhythm.h"

#include <algorithm>

namespace lpu::collective {

Time shift_of(const isa::ChipSpec& chip, int link) {
  return std::max(link - chip.first_east_link(), Time{0});
}

Time lag_of(const isa::ChipSpec& chip, int width, isa::Cycles flight, Time ahead) {
  const Time pace = chip.c2c_pace;
  const Time period = pace * width;
  const Time sends = pace * (width - 1) + 1;
  Time lag = chip.c2c_send_latency + flight.value + (pace - 1) * (width - 1);
  while ((lag + ahead) % period < sends || (lag + ahead) % period + width > period) {
    ++lag;
  }
  return lag;
}

bool has_room(const isa::ChipSpec& chip, int width) { return width + 1 <= chip.c2c_pace; }

}  // namespace lpu::collective
