// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/model_request.h"
#include "traces/summary/summary.h"

namespace lpu::cli {

// What the compiler knows of the last step of a request, for people and for the summary of a run.

/// Where its time goes, operator by operator, beside the least that it could be; the cycles of all
/// are those of the step.
[[nodiscard]] std::vector<traces::OperatorSummary> operators_of(const ModelRequest& request);

/// When each stage is at work, and its rows.
[[nodiscard]] std::vector<traces::StageSummary> stages_of(const ModelRequest& request);

/// Rows of MEM of every chip of a stage: weights, embedding, cache, other; values and text of the
/// step, text of the chip that has the most.
[[nodiscard]] std::map<std::string, std::int64_t> rows_of(const ModelRequest& request,
                                                          std::size_t stage);

}  // namespace lpu::cli
