// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace lpu::traces {

/// True if the blocks of an FST file follow each other up to its last byte and the closing ones
/// are there. The FST writer looks at none of its writes, so this is how a full disk is found.
[[nodiscard]] bool is_whole_fst(const std::string& path);

/// Clears the date of an FST file: the same run gives the same bytes.
void clear_fst_date(const std::string& path);

}  // namespace lpu::traces
