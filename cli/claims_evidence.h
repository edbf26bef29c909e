// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/study.h"
#include "study/claims/evidence.h"

namespace lpu::cli {

/// Reads what the study of the claims needs, all of it before the first run, and makes the runs.
/// Runs belong to `book` and must not outlive it.
[[nodiscard]] study::Evidence claims_evidence(const StudyOptions& options, study::RunBook& book);

}  // namespace lpu::cli
