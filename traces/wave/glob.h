// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace lpu::traces {

/// `*` stands for any characters, dots too; `?` for one.
[[nodiscard]] bool glob(std::string_view pattern, std::string_view name);

/// True if the pattern means `name` or one of its parents: `chip0.mxm_e.plane1` and `chip0.mxm*`
/// both mean `chip0.mxm_e.plane1.weights`.
[[nodiscard]] bool in_scope(std::string_view pattern, std::string_view name);

}  // namespace lpu::traces
