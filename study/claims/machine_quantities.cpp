// SPDX-License-Identifier: Apache-2.0
// Figures of data sheets and capacities: arithmetic on what configuration files say.
#include <fmt/format.h>

#include "study/chip/ceilings.h"
#include "study/claims/quantities.h"

namespace lpu::study {

std::string config_command(const Tried& tried) {
  return "lpu config --system " + tried.subject.system;
}

std::string capacity_command(const Tried& tried) {
  return fmt::format("lpu study capacity --system {} --model {}", tried.subject.system,
                     tried.subject.model);
}

std::string accelerators_command(const Evidence& e, std::int64_t users) {
  return fmt::format("lpu study accelerators --model {} --context {} --users {}",
                     e.of_large().subject.model, e.of_large().token->context, users);
}

StepTime gpu_step(const Evidence& e, int devices, int bits, std::int64_t users) {
  return step_time(e.gpu, e.of_large().work, {devices, bits, users, e.of_large().token->context});
}

void add_machine(const Evidence& e, Quantities& all) {
  const ChipCeilings c = ceilings_of(e.of_large().chip);
  const std::string config = config_command(e.of_large());
  const auto chip = [&](const char* name, double value, const char* unit, const char* how) {
    all[std::string("chip.") + name] = {value, unit, how, config};
  };
  chip("memory", c.memory_bytes / 1e6, "MB", "slices x rows x bytes of a vector");
  chip("ports", c.ports / 1e12, "TB/s", "SRAM ports: a read and a write of every slice a cycle");
  chip("streams", c.streams / 1e12, "TB/s", "streams: a vector on each a cycle");
  chip("install_8", c.install_8 / 1e12, "TB/s", "int8 weights into the planes, 20 cycles a plane");
  chip("install_exposed", c.install_exposed / 1e12, "TB/s", "the same, 40 cycles exposed");
  chip("install_16", c.install_16 / 1e12, "T weights/s", "fp16 weights into the planes");
  chip("operations_8", c.operations_8 / 1e12, "TOPS", "int8: all four planes every cycle");
  chip("operations_16", c.operations_16 / 1e12, "TFLOPS", "fp16: a quarter of int8");

  const std::string file = "lpu study accelerators --model " + e.of_large().subject.model;
  const double memory = e.gpu.memory_bytes_per_second;
  all["gpu.memory"] = {e.gpu.memory_bytes / 1e9, "GB", e.gpu.file, file};
  all["gpu.bandwidth"] = {memory / 1e12, "TB/s", e.gpu.file, file};
  const auto ratio = [&](const char* name, double value, const char* how) {
    all[std::string("ratio.") + name] = {value / memory, "x", how, config};
  };
  ratio("ports", c.ports, "SRAM ports of a chip / memory bandwidth of a device");
  ratio("streams", c.streams, "streams of a chip / memory bandwidth of a device");
  ratio("install_exposed", c.install_exposed,
        "int8 weights into a chip, exposed / memory bandwidth of a device");
}

void add_capacity(const Evidence& e, Quantities& all) {
  const Tried& large = e.of_large();
  const double chip = static_cast<double>(large.chip.mem_bytes());
  const double machine = chip * static_cast<double>(large.chips);
  const std::string command = capacity_command(large);
  const std::string bytes = "bytes of weights / bytes of a chip, rounded up";
  for (const int bits : {8, 16}) {
    const std::string of = "for_" + std::to_string(bits);
    all["large.chips_" + of] = {static_cast<double>(devices_for_weights(chip, large.work, bits)),
                                "chips", bytes, command};
    all["gpu.devices_" + of] = {
        static_cast<double>(devices_for_weights(e.gpu.memory_bytes, large.work, bits)), "devices",
        "bytes of weights / bytes of a device, rounded up", command};
  }
  for (const std::int64_t context : kUserContexts) {
    const std::string at = "users_at_" + std::to_string(context);
    const std::string how = "bytes beside 8-bit weights / bytes of a cache in 16 bits";
    all["large." + at] = {static_cast<double>(users_that_fit(machine, large.work, 8, context)),
                          "users", fmt::format("{}, {} chips", how, large.chips), command};
    all["gpu." + at] = {
        static_cast<double>(users_that_fit(8 * e.gpu.memory_bytes, large.work, 8, context)),
        "users", how + ", 8 devices", command};
    const auto placed = large.placed.find(context);
    const bool known = placed != large.placed.end();
    all["large.placed_at_" + std::to_string(context)] = {
        known ? std::optional(static_cast<double>(placed->second)) : std::nullopt, "users",
        known ? "caches that the compiler places beside the weights"
              : fmt::format("refused: {}", large.token->refusal),
        command};
  }
}

}  // namespace lpu::study
