// SPDX-License-Identifier: Apache-2.0
#include "study/accelerator/accelerator.h"

#include <algorithm>
#include <cmath>

namespace lpu::study {
namespace {

constexpr std::int64_t kHiddenBits = 16;  // of a value in a reduction

double as_double(std::int64_t value) { return static_cast<double>(value); }

/// What the devices of one step read and compute together, and the hidden states of a sum.
struct Load {
  int devices{1};
  int bits{16};
  double bytes{0};
  double operations{0};
  double hidden_states{0};
};

StepTime time_of(const Accelerator& a, const ModelWork& work, const Load& load) {
  const double devices = load.devices;
  const double rate = load.bits == 8 ? a.operations_per_second_8 : a.operations_per_second_16;
  StepTime time;
  time.memory = load.bytes / (devices * a.memory_bytes_per_second);
  time.arithmetic = load.operations / (devices * rate);
  if (load.devices > 1) {
    const double sum = load.hidden_states * as_double(bytes_of(work.hidden_size, kHiddenBits));
    const double on_the_wire = 2.0 * (devices - 1.0) / devices * sum / a.link_bytes_per_second;
    time.collectives = as_double(work.reductions) * (a.reduction_seconds + on_the_wire);
  }
  return time;
}

}  // namespace

StepTime step_time(const Accelerator& a, const ModelWork& work, const Decode& step) {
  const double users = as_double(step.users);
  const double weights = as_double(bytes_of(work.parameters_a_token, step.bits));
  const double cache = users * as_double(bytes_of(work.cached_values * step.context, kCacheBits));
  const double operations = 2.0 * users * as_double(work.parameters_a_token);
  return time_of(a, work, {step.devices, step.bits, weights + cache, operations, users});
}

double prefill_operations(const ModelWork& work, std::int64_t positions) {
  const double all = as_double(positions);
  const double layers = as_double(work.parameters_a_token - work.head_parameters);
  const double pairs = all * (all + 1.0) / 2.0;  // of a position and one it may see
  // A score and a weighted value of each query and pair.
  return 2.0 * (all * layers + as_double(work.head_parameters) +
                2.0 * pairs * as_double(work.queried_values));
}

StepTime prefill_time(const Accelerator& a, const ModelWork& work, int devices, int bits,
                      std::int64_t positions) {
  const double weights = as_double(bytes_of(work.parameters_a_token, bits));
  return time_of(
      a, work, {devices, bits, weights, prefill_operations(work, positions), as_double(positions)});
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
