// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "study/claims/evidence.h"
#include "study/claims/quantity.h"
#include "study/pipeline/speed.h"

namespace lpu::study {

/// Contexts for which the users that fit are counted.
inline constexpr std::array<std::int64_t, 4> kUserContexts{4096, 8192, 32768, 131072};

/// Every figure of the study, each with what it comes from. docs/studies.md lists the names.
[[nodiscard]] Quantities quantities_of(const Evidence& evidence);

// Its parts, each adding some names.
void add_machine(const Evidence& evidence, Quantities& all);   // chip.*, gpu.*: data sheets
void add_capacity(const Evidence& evidence, Quantities& all);  // large.*: by bytes
// Of a subject's runs: <prefix>*.
void add_runs(const ClaimsFile& file, const Tried& tried, const std::string& prefix,
              Quantities& all);                                  // from runs
void add_comparison(const Evidence& evidence, Quantities& all);  // run beside ceilings
void add_split(const Evidence& evidence, Quantities& all);       // prefill, requests, the two mixed
void add_economics(const Evidence& evidence, Quantities& all);   // power, space, price

// Commands that show what figures are made of.
[[nodiscard]] std::string config_command(const Tried& tried);
[[nodiscard]] std::string capacity_command(const Tried& tried);
[[nodiscard]] std::string accelerators_command(const Evidence& evidence, std::int64_t users);

/// The least step of `users` users on so many devices of the compared kind, at the context of the
/// large model's token.
[[nodiscard]] StepTime gpu_step(const Evidence& evidence, int devices, int bits,
                                std::int64_t users);

/// What users of the large model get, up to a full pipeline or to as many as are placed (or fit by
/// bytes, where nobody has tried to place them), and on the compared devices. None, if there is no
/// run, or if not even one fits.
[[nodiscard]] std::vector<SpeedPoint> large_speeds(const Evidence& evidence);
[[nodiscard]] std::vector<SpeedPoint> gpu_speeds(const Evidence& evidence);

/// Seconds in which `positions` are decoded one after the other: between the contexts of the sweep
/// a token's time is taken to be linear. Nothing, if the sweep has not run that far.
[[nodiscard]] std::optional<double> prefill_by_decoding(const Tried& tried, std::int64_t positions);

}  // namespace lpu::study
