// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/placement/placement.h"

namespace lpu::compiler {

/// What `Options::attention` comes to. Blocks need slices for weights alone, heads that begin with
/// a row of a column, and accumulators for two sums a query; throws isa::InputError where they are
/// asked for and not possible.
[[nodiscard]] bool attention_in_blocks(const isa::ChipSpec& spec, const Placement& placement);

/// Keys and values of a layer.
void place_cache(const isa::ChipSpec& spec, Placement& placement, int layer);

/// Rotary tables, and tiles and masks of the kind of attention.
void attention_tables(const isa::ChipSpec& spec, Placement& placement);

}  // namespace lpu::compiler
