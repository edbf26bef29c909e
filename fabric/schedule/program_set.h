// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "isa/program/program.h"
#include "isa/program/timeline.h"

namespace lpu::fabric {

/// The program of each chip of a system; several chips may share one. nullptr, and chips beyond
/// the end: nothing to do.
using ProgramSet = std::vector<std::shared_ptr<const isa::Program>>;

/// One program for every chip.
[[nodiscard]] ProgramSet same_program(const isa::Program& program, int chips);

/// What each chip's queues dispatch, by chip; nothing for a chip without a program.
[[nodiscard]] std::vector<std::vector<isa::Issue>> issues_of(const isa::ChipSpec& spec,
                                                             const ProgramSet& programs);

/// `path` is a file, whose program every chip gets, or a directory with files chip<N>.lpuasm
/// (text) or chip<N>.lpu (binary); a chip without a file does nothing. Throws InputErrors for
/// files that cannot be read, chips that the system does not have, and a directory without any.
[[nodiscard]] ProgramSet read_programs(const isa::ChipSpec& spec, int chips,
                                       const std::string& path);
/// Writes chip<N>.lpu for each chip that has a program. The directory is made if it is not there.
void write_programs(const std::string& directory, const ProgramSet& programs);

}  // namespace lpu::fabric
