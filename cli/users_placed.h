// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "compiler/compile.h"

namespace lpu::cli {

/// Users whose caches the compiler places beside the weights.
struct UsersPlaced {
  std::int64_t users{0};
  std::string refusal;  // of one more; empty, if that was not tried
};
/// Each with `context` positions, at most `most` of them. Found by halving: a machine that has no
/// room for some users has none for more. Values and text of a step come on top.
[[nodiscard]] UsersPlaced users_placed(const fabric::SystemSpec& system,
                                       const compiler::ModelConfig& config, compiler::Matmul matmul,
                                       std::int64_t context, std::int64_t most);

}  // namespace lpu::cli
