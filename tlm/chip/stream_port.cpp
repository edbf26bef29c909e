// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/stream_port.h"

#include <fmt/format.h>

#include "tlm/common/schedule_error.h"

namespace lpu::tlm {

const CheckWords* StreamPort::checks_of(const std::uint8_t* vector) const {
  const auto it = damaged_.find(vector);
  return it == damaged_.end() ? nullptr : &it->second.checks;
}

void StreamPort::attach_checks(const std::uint8_t* vector, const CheckWords& checks) {
  damaged_[vector] = {checks, {}, 0};
}

void StreamPort::reset() {
  file_.reset();
  damaged_.clear();
}

void StreamPort::fail_unaligned(isa::Stream base, int n) {
  throw UnitError(
      "lpu/stream/unaligned-group",
      fmt::format("a group of {} streams begins at a multiple of {}, not at {}", n, n, base.index));
}

const std::uint8_t* StreamPort::checked(const std::uint8_t* vector) {
  const auto it = damaged_.find(vector);
  if (it == damaged_.end()) {
    return vector;
  }
  Damage& damage = it->second;
  if (damage.corrected.empty()) {
    damage.corrected.assign(vector, vector + lanes_);
    const CheckResult result = check_and_correct(damage.corrected.data(), damage.checks, lanes_);
    if (result.uncorrectable != 0) {
      throw UnitError(
          "lpu/mem/uncorrectable-error",
          fmt::format("{} words of the vector have two wrong bits", result.uncorrectable));
    }
    damage.corrected_words = result.corrected;
  }
  corrected_ += damage.corrected_words;
  return damage.corrected.data();
}

}  // namespace lpu::tlm
