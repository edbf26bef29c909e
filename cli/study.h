// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "study/accelerator/accelerator.h"
#include "study/accelerator/measured.h"

namespace lpu::cli {

/// What any study may be asked; each says what it needs.
struct StudyOptions {
  std::string name;
  std::string system;
  std::string model;
  std::string accelerators{"configs/accelerators"};
  std::int64_t context{4096};
  std::int64_t users{1};
  std::uint64_t seed{1};
  std::string claims{"configs/studies/claims.toml"};
  std::string draft_system;
  std::string draft_model;
  std::string matmul{"w8a16"};
  std::vector<double> acceptance{0.5, 0.6, 0.7, 0.8, 0.9};
  std::string json;
  std::string report;
};

/// Writes the table of a study, if that was asked for.
void write_study(const StudyOptions& options, const nlohmann::ordered_json& json);

// A study prints its table and returns the exit status. cmd_study.cpp has those of the fabric.
[[nodiscard]] int study_accelerators(const StudyOptions& options);
[[nodiscard]] int study_capacity(const StudyOptions& options);
[[nodiscard]] int study_claims(const StudyOptions& options);
[[nodiscard]] int study_speculation(const StudyOptions& options);

/// Every accelerator of the directory; throws isa::InputError if there is none.
[[nodiscard]] std::vector<study::Accelerator> read_accelerators(const StudyOptions& options);
/// What was measured of this model; nothing if nobody has.
[[nodiscard]] study::MeasuredModel read_measured_of(const StudyOptions& options,
                                                    const std::string& model);

}  // namespace lpu::cli
