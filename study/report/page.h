// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "study/claims/claim.h"
#include "study/claims/evidence.h"

namespace lpu::study {

/// The study as one HTML page that needs no network: verdicts, drawings, parameters with their
/// sources, runs with their commands. Same runs, same bytes, but for the runs' wall time.
[[nodiscard]] std::string page_of(const Evidence& evidence, const Quantities& all,
                                  const std::vector<Judged>& claims, const RunBook& book);

}  // namespace lpu::study
