// SPDX-License-Identifier: Apache-2.0
// The large model's token beside the ceilings of accelerators and beside what was measured.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "study/claims/quantities.h"

namespace lpu::study {
namespace {

constexpr std::array<int, 4> kDevices{1, 2, 4, 8};

/// The fastest step of one user on up to eight devices that hold weights and cache.
std::optional<double> best_rate(const Evidence& e, const Accelerator& a) {
  std::optional<double> best;
  const std::int64_t context = e.of_large().token->context;
  for (const int devices : kDevices) {
    if (users_that_fit(devices * a.memory_bytes, e.of_large().work, 8, context) > 0) {
      const double rate = 1.0 / step_time(a, e.of_large().work, {devices, 8, 1, context}).seconds();
      best = std::max(best.value_or(rate), rate);
    }
  }
  return best;
}

/// The fastest of those whose name begins so.
void add_best(const Evidence& e, const std::string& name, bool tpu, Quantities& all) {
  Quantity q{std::nullopt, "tokens/s", "none of them holds weights and cache in eight devices",
             accelerators_command(e, 1)};
  for (const Accelerator& a : e.accelerators) {
    const auto rate = a.name.starts_with("TPU") == tpu ? best_rate(e, a) : std::nullopt;
    if (rate && *rate > q.value.value_or(0.0)) {
      q.value = rate;
      q.how = fmt::format("ceiling of up to 8 {}, 8-bit weights, one user", a.name);
    }
  }
  all[name] = q;
}

/// Measured tokens/s of the compared accelerator; 0 where nobody has.
double measured_rate(const Evidence& e, int devices, int bits) {
  for (const Measured& m : e.measured.measured) {
    if (m.accelerator == e.file.accelerator && m.step.devices == devices && m.step.bits == bits) {
      return m.tokens_per_second;
    }
  }
  return 0.0;
}

/// What was measured, and how often the run's rate contains it.
void add_measured(const Evidence& e, int devices, int bits, Quantities& all) {
  const Run& run = *e.of_large().token;
  const double measured = measured_rate(e, devices, bits);
  const std::string on = fmt::format("{}_devices", devices);
  const std::string command = accelerators_command(e, 1);
  if (measured <= 0.0) {
    const std::string why = "nobody has measured this model";
    all["measured." + on] = {std::nullopt, "tokens/s", why, command};
    all["ratio.rate_" + on] = {std::nullopt, "x", why, run.command};
    return;
  }
  const std::string how =
      fmt::format("measured on {} {}, {}-bit weights, one user", devices, e.gpu.name, bits);
  all["measured." + on] = {measured, "tokens/s", how, command};
  all["ratio.rate_" + on] =
      run.ran() ? Quantity{run.tokens_per_second / measured, "x", "token rate of one user / " + how,
                           run.command}
                : Quantity{std::nullopt, "x", fmt::format("refused: {}", run.refusal), run.command};
}

}  // namespace

void add_comparison(const Evidence& e, Quantities& all) {
  add_best(e, "best.gpu", false, all);
  add_best(e, "best.tpu", true, all);
  add_measured(e, 1, 8, all);
  add_measured(e, 8, 16, all);
  for (const int devices : kDevices) {
    const int bits = devices == 1 ? 8 : 16;
    const StepTime t = gpu_step(e, devices, bits, 1);
    const std::string how =
        fmt::format("ceilings, one user, {} {}, {}-bit weights", devices, e.gpu.name, bits);
    const std::string of = "gpu." + std::to_string(devices) + "_devices.";
    const std::string command = accelerators_command(e, 1);
    all[of + "rate"] = {1.0 / t.seconds(), "tokens/s", how, command};
    all[of + "memory_used"] = {100.0 * t.memory_used(), "%", how, command};
    all[of + "arithmetic_used"] = {100.0 * t.arithmetic_used(), "%", how, command};
  }
  const ModelWork& work = e.of_large().work;
  const auto weights = static_cast<double>(bytes_of(work.parameters_a_token, 8));
  const auto cache =
      static_cast<double>(bytes_of(work.cached_values * e.of_large().token->context, kCacheBits));
  all["gpu.weights_of_bytes"] = {100.0 * weights / (weights + cache), "%",
                                 "8-bit weights of the bytes that a token reads",
                                 accelerators_command(e, 1)};
}

}  // namespace lpu::study
