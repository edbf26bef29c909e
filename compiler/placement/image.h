// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "compiler/model/model.h"
#include "compiler/placement/placement.h"
#include "isa/program/program.h"

namespace lpu::compiler {

/// What the host writes into the MEM of one chip before the first step: its part of the weights,
/// and the tables. Every row in full; lanes without an element are zero.
[[nodiscard]] std::vector<isa::DataRow> memory_image(const isa::ChipSpec& spec,
                                                     const Placement& placement,
                                                     const ModelSource& model, int chip);

/// The token ids of the prompt, the same of each user, in the rows of their positions: for a
/// placement with the embedding.
[[nodiscard]] std::vector<isa::DataRow> token_image(const isa::ChipSpec& spec,
                                                    const Placement& placement,
                                                    const std::vector<int>& tokens);

}  // namespace lpu::compiler
