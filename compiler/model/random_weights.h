// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "compiler/model/model.h"

namespace lpu::compiler {

/// Weights made from a seed: any row of any tensor without the ones before it, the same bits on
/// every machine. Norm weights are 1; a matrix is uniform with variance 1 / cols, so that values
/// keep their size from layer to layer; the embedding has variance 1.
void random_row(std::uint64_t seed, const TensorShape& tensor, std::int64_t row,
                std::span<float> out);

}  // namespace lpu::compiler
