// SPDX-License-Identifier: Apache-2.0
#include "study/accelerator/accelerator.h"

#include <algorithm>
#include <cmath>

namespace lpu::study {
namespace {

constexpr std::int64_t kHiddenBits = 16;  // of a value in a reduction

double as_double(std::int64_t value) { return static_cast<double>(value); }

}  // namespace

StepTime step_time(const Accelerator& a, const ModelWork& work, const Decode& step) {
  const double devices = step.devices;
  const double users = as_double(step.users);
  const double weights = as_double(bytes_of(work.parameters_a_token, step.bits));
  const double cache = users * as_double(bytes_of(work.cached_values * step.context, kCacheBits));
  const double operations = 2.0 * users * as_double(work.parameters_a_token);
  StepTime time;
  time.memory = (weights + cache) / (devices * a.memory_bytes_per_second);
  time.arithmetic = operations / (devices * (step.bits == 8 ? a.operations_per_second_8
                                                            : a.operations_per_second_16));
  if (step.devices > 1) {
    const double sum = users * as_double(bytes_of(work.hidden_size, kHiddenBits));
    const double on_the_wire = 2.0 * (devices - 1.0) / devices * sum / a.link_bytes_per_second;
    time.collectives = as_double(work.reductions) * (a.reduction_seconds + on_the_wire);
  }
  return time;
}

std::int64_t devices_for_weights(double memory_bytes, const ModelWork& work, int bits) {
  return static_cast<std::int64_t>(
      std::ceil(as_double(bytes_of(work.parameters, bits)) / memory_bytes));
}

std::int64_t users_that_fit(double memory_bytes, const ModelWork& work, int bits,
                            std::int64_t context) {
  const double left = memory_bytes - as_double(bytes_of(work.parameters, bits));
  const double user = as_double(bytes_of(work.cached_values * context, kCacheBits));
  return std::max<std::int64_t>(0, static_cast<std::int64_t>(std::floor(left / user)));
}

}  // namespace lpu::study
