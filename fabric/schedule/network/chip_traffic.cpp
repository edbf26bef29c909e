// SPDX-License-Identifier: Apache-2.0
#include "fabric/schedule/network/chip_traffic.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "isa/error/input_error.h"

namespace lpu::fabric {

MemTimes::MemTimes(const isa::ChipSpec& spec) : spec_(spec) {
  const isa::Geometry geometry(spec);
  const int slices = static_cast<int>(spec.mem_slices);
  for (const isa::Hemisphere side : {isa::Hemisphere::kWest, isa::Hemisphere::kEast}) {
    auto& distance = distance_[static_cast<std::size_t>(side)];
    for (int slice = 0; slice < 2 * slices; ++slice) {
      const auto of = slice < slices ? isa::Hemisphere::kWest : isa::Hemisphere::kEast;
      distance.push_back(std::abs(geometry.mem_x(of, slice % slices) - geometry.sxm_x(side)));
    }
    auto& nearest = nearest_[static_cast<std::size_t>(side)];
    nearest.resize(distance.size());
    std::iota(nearest.begin(), nearest.end(), 0);
    std::stable_sort(nearest.begin(), nearest.end(), [&distance](int a, int b) {
      return distance[static_cast<std::size_t>(a)] < distance[static_cast<std::size_t>(b)];
    });
  }
}

isa::Cycle MemTimes::write(const Stay::Arrival& in, int slice) const {
  return in.receive + isa::Cycles{spec_.c2c_receive_latency + distance(in.link, slice)};
}

isa::Cycle MemTimes::read(const Stay::Departure& out, int slice) const {
  return out.send - isa::Cycles{distance(out.link, slice) + spec_.mem_read_latency};
}

isa::Cycle MemTimes::first_send(const Stay& stay, int link) const {
  const int near = nearest(link).front();
  const isa::Cycle readable =
      stay.in ? write(*stay.in, near) + isa::Cycles{spec_.mem_write_latency} : stay.ready;
  return readable + isa::Cycles{spec_.mem_read_latency + distance(link, near)};
}

isa::Cycles MemTimes::shortest_hop(isa::Cycles flight) const {
  const Stay::Arrival in{0, {0}};
  return (first_send({in, {}, {}}, 0) - in.receive) + isa::Cycles{spec_.c2c_send_latency} + flight;
}

ChipTraffic::ChipTraffic(const isa::ChipSpec& spec)
    : rows_(spec.mem_rows),
      slots_(static_cast<std::size_t>(spec.c2c_links)),
      used_rows_(static_cast<std::size_t>(2 * spec.mem_slices)) {}

isa::Cycle ChipTraffic::next_send(int link, isa::Cycle at) const {
  const LinkSlots& slots = slots_[static_cast<std::size_t>(link)];
  isa::Cycle send = slots.next_free(at);
  while (queues_.contains(key(link, send))) {  // a receive of the same queue
    send = slots.next_free(send + isa::Cycles{1});
  }
  return send;
}

bool ChipTraffic::can_receive(int link, isa::Cycle at) const {
  return !queues_.contains(key(link, at));
}

std::optional<int> ChipTraffic::slice_for(const MemTimes& times, const Stay& stay) const {
  bool any_row = false;
  for (const int slice : times.nearest(stay.out ? stay.out->link : stay.in->link)) {
    if (used_rows_[static_cast<std::size_t>(slice)] == rows_) {
      continue;
    }
    any_row = true;
    isa::Cycle readable = stay.ready;
    if (stay.in) {
      const isa::Cycle write = times.write(*stay.in, slice);
      if (!idle(slice, write)) {
        continue;
      }
      readable = write + isa::Cycles{times.spec().mem_write_latency};
    }
    if (stay.out) {
      const isa::Cycle read = times.read(*stay.out, slice);
      if (read < readable || !idle(slice, read)) {
        continue;
      }
    }
    return slice;
  }
  if (!any_row) {
    throw isa::InputError("messages", 0, "the vectors do not fit into the MEM of a chip");
  }
  return std::nullopt;
}

MemPlace ChipTraffic::take(const MemTimes& times, const Stay& stay, int slice) {
  if (stay.in) {
    queues_.insert(key(stay.in->link, stay.in->receive));
    mem_.insert(key(slice, times.write(*stay.in, slice)));
  }
  if (stay.out) {
    queues_.insert(key(stay.out->link, stay.out->send));
    mem_.insert(key(slice, times.read(*stay.out, slice)));
    slots_[static_cast<std::size_t>(stay.out->link)].take(stay.out->send, times.spec().c2c_pace);
  }
  return {slice, used_rows_[static_cast<std::size_t>(slice)]++};
}

}  // namespace lpu::fabric
