// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/placement/placement.h"

namespace lpu::compiler {

/// Cuts a model into the parts of pipeline stages of `chips` chips, at most `most_stages` of them.
///
/// A cut lies between half layers, attention or feed-forward; an embedding table that is too large
/// for one stage is cut by tokens. There are as many parts as layers, or as stages; more where the
/// weights would not fit their slices. Rows of MEM are balanced: the sum of their squares is the
/// least. Throws isa::InputError for what cannot be divided or does not fit a stage by itself.
[[nodiscard]] std::vector<Part> cut(const isa::ChipSpec& spec, const ModelConfig& config, int chips,
                                    const Options& options, int most_stages);

/// `layers 3..4`, `layers 3 (feed-forward)..5 (attention)`, `head`, ...
[[nodiscard]] std::string text_of(const Part& part);

}  // namespace lpu::compiler
