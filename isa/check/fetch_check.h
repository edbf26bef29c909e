// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/check/report.h"
#include "isa/program/timeline.h"

namespace lpu::isa {

/// Whether every queue gets its instructions in time. The host places the first kFetchInsns; an
/// ifetch in cycle f brings the i-th of the next ones in cycle f + icu_fetch_latency + i. A queue
/// holds two blocks, and its ifetches are a block's time apart.
void check_fetches(const ChipSpec& spec, const Program& program, const Timeline& timeline,
                   Report& report);

}  // namespace lpu::isa
