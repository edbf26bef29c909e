// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "study/runs/run.h"

namespace lpu::study {

/// What an operator of a decode step spends its time on.
enum class OperatorKind { kMatrix, kAttention, kAllReduce, kNorm, kHandOver, kOther };

/// By the name that the compiler gives it; a name that is not known is of the kind kOther.
[[nodiscard]] OperatorKind kind_of(std::string_view name);
[[nodiscard]] std::string_view text_of(OperatorKind kind);

/// It belongs to the first half of a layer, from its norm to its residual.
[[nodiscard]] bool in_attention_half(std::string_view name);

/// It is a layer's, or takes a hidden state from layer to layer: neither embedding nor head. So is
/// what is not known.
[[nodiscard]] bool in_layers(std::string_view name);

/// All of them, in the order in which a layer is told.
inline constexpr std::array<OperatorKind, 6> kOperatorKinds{
    OperatorKind::kMatrix, OperatorKind::kAttention, OperatorKind::kAllReduce,
    OperatorKind::kNorm,   OperatorKind::kHandOver,  OperatorKind::kOther};

/// Cycles of a run's operators of that kind.
[[nodiscard]] std::int64_t cycles_of(const Run& run, OperatorKind kind);
/// The same of the layers alone.
[[nodiscard]] std::int64_t layer_cycles_of(const Run& run, OperatorKind kind);

}  // namespace lpu::study
