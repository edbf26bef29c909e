// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_status.h"

#include "fabric/system/unit_choice.h"
#include "isa/error/input_error.h"
#include "tlm/common/schedule_error.h"

namespace lpu::cli {

ExitStatus exit_status_of(const std::exception& error) {
  if (dynamic_cast<const isa::InputError*>(&error) != nullptr) {
    return kBadInput;
  }
  if (dynamic_cast<const fabric::UsageError*>(&error) != nullptr) {
    return kWrongUsage;
  }
  if (const auto* rule = dynamic_cast<const tlm::ScheduleError*>(&error); rule != nullptr) {
    const bool machine =
        rule->id() == "lpu/mem/uncorrectable-error" || rule->id() == "lpu/link/flagged-vector";
    return machine ? kUncorrectable : kCheckFailed;
  }
  return kInternal;
}

}  // namespace lpu::cli
