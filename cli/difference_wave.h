// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tlm/common/schedule_error.h"

namespace lpu::cli {

/// After `lpu ARGUMENTS` ended with a difference between RTL and model and had no `--wave`: runs it
/// once more, as it runs the same way every time, with a waveform of the unit in the cycles around
/// the difference, and says on standard error where that is. Does nothing for other errors and
/// other verbs than run and exec.
void leave_difference_wave(const std::vector<std::string>& arguments,
                           const tlm::ScheduleError& error);

}  // namespace lpu::cli
