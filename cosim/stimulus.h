// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "cosim/random.h"
#include "isa/program/program.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/geometry.h"

namespace lpu::cosim {

/// A stored bit that is turned over before the program starts: 0 … 127 data, 128 … 136 check bits.
struct Fault {
  int slice{0};  // over both hemispheres, west first
  int row{0};
  int superlane{0};
  int bit{0};
};

/// A legal program, written to be hard for one unit.
struct Stimulus {
  isa::Program program;
  std::vector<Fault> faults;
};

/// How stimulus for a kind of unit is made: one program a call, of at most some hundred cycles.
using MakeStimulus = Stimulus (*)(const isa::ChipSpec& spec, std::string_view unit, Random& random);

}  // namespace lpu::cosim
