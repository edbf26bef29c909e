// SPDX-License-Identifier: Apache-2.0
// Power, space and price; energy of a token; what users' speed costs.
#include <fmt/format.h>

#include "study/claims/quantities.h"

namespace lpu::study {
namespace {

constexpr int kBits = 8;  // of a GPU's weights here

/// What a machine of so many processors is, whatever it runs.
void add_machine_of(const std::string& prefix, const Machine& machine, double processors,
                    const std::string& command, Quantities& all) {
  const auto add = [&](const char* name, double value, const char* unit, const std::string& how) {
    all[prefix + name] = {value, unit, how, command};
  };
  add("racks", machine.racks(processors), "racks",
      fmt::format("{:.0f} processors / processors a rack", processors));
  add("kilowatts", machine.kilowatts(processors), "kW",
      fmt::format("{:.0f} processors x provisioned power", processors));
  add("chip_price", machine.price.value, "USD",
      fmt::format("one processor, a choice: {}", machine.price.from));
  add("machine_price", 1e-6 * processors * machine.machine_price.value, "million USD",
      fmt::format("{:.0f} processors x share of the machine, a choice: {}", processors,
                  machine.machine_price.from));
}

/// Energy and tokens a kilowatt, from one user to as many as there can be; `why_not`, if none.
void add_energy(const std::string& prefix, const std::vector<SpeedPoint>& speeds, double kilowatts,
                const std::string& why_not, const std::string& command, Quantities& all) {
  const auto add = [&](const char* name, const char* unit, const char* how, auto value) {
    all[prefix + name] = speeds.empty() ? Quantity{std::nullopt, unit, why_not, command}
                                        : Quantity{value(), unit, how, command};
  };
  add("joules_one", "J", "provisioned power x time of a token, one user",
      [&] { return 1e3 * kilowatts / speeds.front().rate; });
  add("joules_most", "J", "provisioned power / tokens/s, as many users as there can be",
      [&] { return 1e3 * kilowatts / speeds.back().rate; });
  add("users_most", "users", "the most there can be",
      [&] { return static_cast<double>(speeds.back().users); });
  add("per_kilowatt", "tokens/s/kW", "tokens/s / provisioned power, as many users as there can be",
      [&] { return speeds.back().rate / kilowatts; });
}

void add_prefill_energy(const std::string& prefix, double kilowatts, Quantities& all) {
  const Quantity& time = all.at(prefix + "prefill");
  const auto energy = time.value ? std::optional(*time.value / 1e3 * kilowatts) : std::nullopt;
  const std::string how = time.value ? time.how + ", x provisioned power" : time.how;
  all[prefix + "prefill_energy"] = {energy, "kJ", how, time.command};
}

}  // namespace

std::vector<SpeedPoint> large_speeds(const Evidence& e) {
  const Tried& large = e.of_large();
  const Run& run = *large.token;
  if (!run.ran()) {
    return {};
  }
  const double bytes = static_cast<double>(large.chip.mem_bytes() * large.chips);
  const Pipeline pipeline = pipeline_of(run);
  const std::int64_t context = std::max<std::int64_t>(run.context, 1);
  const auto placed = large.placed.find(context);
  const std::int64_t fit =
      placed == large.placed.end() ? users_that_fit(bytes, large.work, 8, context) : placed->second;
  return speeds_of(pipeline, 1e6 * static_cast<double>(large.chip.clock_mhz),
                   std::min(pipeline.full(), fit));
}

std::vector<SpeedPoint> gpu_speeds(const Evidence& e) {
  const ModelWork& work = e.of_large().work;
  const std::int64_t context = std::max<std::int64_t>(e.of_large().token->context, 1);
  const int devices = static_cast<int>(e.split.devices.value);
  return speeds_of(e.gpu, work, {devices, kBits, 1, context},
                   users_that_fit(devices * e.gpu.memory_bytes, work, kBits, context));
}

void add_economics(const Evidence& e, Quantities& all) {
  const double chips = static_cast<double>(e.of_large().chips);
  const double devices = e.split.devices.value;
  const Machine& lpu = e.economics.lpu;
  const Machine& gpu = e.economics.gpu;
  add_machine_of("large.", lpu, chips, e.command, all);
  add_machine_of("gpu.", gpu, devices, e.command, all);
  const std::string refused = fmt::format("refused: {}", e.of_large().token->refusal);
  add_energy("large.", large_speeds(e), lpu.kilowatts(chips), refused, e.command, all);
  add_energy("gpu.", gpu_speeds(e), gpu.kilowatts(devices), "weights and one cache do not fit",
             e.command, all);
  add_prefill_energy("large.", lpu.kilowatts(chips), all);
  add_prefill_energy("gpu.", gpu.kilowatts(devices), all);
}

}  // namespace lpu::study
