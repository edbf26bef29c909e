// SPDX-License-Identifier: Apache-2.0
// In place of fst_writer.cpp in a build without Verilator.
#include "isa/error/input_error.h"
#include "traces/wave/wave_writer.h"

namespace lpu::traces {

std::unique_ptr<WaveWriter> make_fst_writer(const std::string& path, std::vector<WaveSignal>,
                                            std::vector<RtlTrace>, bool) {
  throw isa::InputError(path, 0,
                        "this build has no FST writer (LPU_WITH_RTL=OFF): use a name that ends "
                        "in .vcd");
}

}  // namespace lpu::traces
