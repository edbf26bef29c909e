// SPDX-License-Identifier: Apache-2.0
#include "compiler/collective/access.h"

#include <cstdlib>

namespace lpu::collective {

int Floor::x_of(const Region& region, int vector) const {
  const isa::QueueInfo info = geometry_.info(layout_.slice(region.group, vector));
  return geometry_.mem_x(info.hemisphere, info.index);
}

int Floor::x_of_link(int link) const {
  return geometry_.sxm_x(geometry_.info(geometry_.c2c_queue(link)).hemisphere);
}

isa::Stream Floor::stream(int from, int to, int index) {
  return {to > from ? isa::Direction::kEast : isa::Direction::kWest,
          static_cast<std::uint8_t>(index)};
}

Access Floor::read(int chip, const Region& region, int vector, int x, int index, Time at) const {
  const int from = x_of(region, vector);
  return {chip,
          vector,
          region,
          isa::Op::kRead,
          stream(from, x, index),
          at - std::abs(x - from) - read_latency_};
}

Access Floor::write(int chip, const Region& region, int vector, int x, int index, Time at) const {
  const int to = x_of(region, vector);
  return {chip, vector, region, isa::Op::kWrite, stream(x, to, index), at + std::abs(to - x)};
}

}  // namespace lpu::collective
