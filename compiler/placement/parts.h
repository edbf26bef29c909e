// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/placement/placement.h"

namespace lpu::compiler {

/// A model in the parts of pipeline stages, and the rows of a chip's slices for weights.
struct Cut {
  std::vector<Part> parts;
  std::int64_t rows{0};     // all stages together
  std::int64_t room{0};     // of all stages together
  std::int64_t lacking{0};  // of parts that are larger than the room of a stage
};

/// Cuts a model into the parts of pipeline stages of `chips` chips, at most `most_stages` of them:
/// as many as the model has layers, or as there can be; more where it would not fit otherwise.
///
/// A cut lies between half layers, attention or feed-forward; an embedding table that is too large
/// for one stage is cut by tokens. Where that does not do, a cut may lie inside a feed-forward
/// network, in its middle if it can: two stages work on a network at the same time, so there are
/// twice as many stages as layers if there can be. What then is free serves balance: the sum of the
/// squares of the stages' rows is the least. Throws isa::InputError for what cannot be divided or
/// cannot fit in any way; that each part fits its stage is for `place` to find out.
[[nodiscard]] Cut cut(const isa::ChipSpec& spec, const ModelConfig& config, int chips,
                      const Options& options, int most_stages);

/// `layers 3..4`, `layers 3 (feed-forward)..5 (attention)`, `head`; inside a network what is done
/// of it: `layers 3 (feed-forward from 5/12)..4`.
[[nodiscard]] std::string text_of(const Part& part);

}  // namespace lpu::compiler
