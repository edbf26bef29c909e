// SPDX-License-Identifier: Apache-2.0
#include "study/chip/ceilings.h"

namespace lpu::study {

ChipCeilings ceilings_of(const isa::ChipSpec& chip) {
  const double clock = 1e6 * static_cast<double>(chip.clock_mhz);
  const auto lanes = static_cast<double>(chip.lanes());
  const auto both = static_cast<double>(isa::ChipSpec::kHemispheres);
  const double planes = both * static_cast<double>(isa::ChipSpec::kPlanes);
  const double weights = planes * lanes * lanes;
  // A plane has as many rows as lanes, and a load brings a row a stream and cycle.
  const double load_cycles = lanes / static_cast<double>(isa::ChipSpec::kLoadStreams);
  ChipCeilings c;
  c.memory_bytes = static_cast<double>(chip.mem_bytes());
  c.ports = 2.0 * both * static_cast<double>(chip.mem_slices) * lanes * clock;
  c.streams = both * static_cast<double>(chip.streams) * lanes * clock;
  c.install_8 = weights / load_cycles * clock;
  c.install_exposed = c.install_8 / 2.0;  // SRAM and transit in sight: 40 cycles instead of 20
  c.install_16 = c.install_8 / 4.0;       // two planes for half of the lanes' rows
  c.operations_8 = 2.0 * weights * clock;
  c.operations_16 = c.operations_8 / 4.0;
  return c;
}

}  // namespace lpu::study
