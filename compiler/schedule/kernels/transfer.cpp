// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {

// Cables share the bytes of a value, so the chip at the far end of one has a part. It passes that
// part on to the whole group while it writes its own copy: a vector crosses the chip from the
// global links in the east to the local links in the west, and MEM lies on the way.

// A round is a vector for each cable, different bytes of a value, because chips write what they
// get in the same cycle, each into the slice of its byte.
std::vector<std::vector<Kernels::Byte>> Kernels::rounds(const Chunks& chunks,
                                                        std::span<const StageCable> cables) const {
  std::vector<std::vector<Byte>> all;
  const int bytes = isa::bytes_of(s_.place_of(chunks.front()).type);
  const std::size_t used = std::min(cables.size(), static_cast<std::size_t>(bytes));
  std::size_t vector = 0;
  for (const TensorId chunk : chunks) {
    for (int byte = 0; byte < bytes; ++byte, ++vector) {
      const std::size_t cable = vector % used;
      if (cable == 0) {
        all.emplace_back();
      }
      all.back().push_back({chunk, byte, cables[cable]});
    }
  }
  return all;
}

std::vector<isa::Cycle> Kernels::send(const Chunks& chunks, std::span<const StageCable> cables) {
  std::vector<isa::Cycle> arrivals;
  for (const auto& round : rounds(chunks, cables)) {
    Fragment f = s_.fragment();
    Fragment::FlowId flow = -1;
    std::map<int, ChipSet> senders;  // by link
    isa::Cycles flight{0};
    for (const Byte& b : round) {
      flight = std::max(flight, b.cable.flight);
      const Place& place = s_.place_of(b.tensor);
      f.on(only_chip(b.cable.from_chip));
      if (flow < 0) {
        flow = f.read_byte(b.tensor, place, b.byte, link_x(b.cable.from_link), 0);
      } else {
        f.read_byte_into(flow, b.tensor, place, b.byte);
      }
      senders[b.cable.from_link] |= only_chip(b.cable.from_chip);
    }
    for (const auto& [link, chips] : senders) {
      f.on(chips);
      f.send(flow, link);
    }
    // The flow passes the link in the fragment's zero.
    const isa::Cycle sent = s_.place(f, next_send_);
    arrivals.push_back({arrival(sent.value, flight)});
    next_send_ = sent + isa::Cycles{spec_.c2c_pace};
  }
  return arrivals;
}

void Kernels::receive(const Chunks& chunks, std::span<const StageCable> cables,
                      std::span<const isa::Cycle> arrivals) {
  std::size_t r = 0;
  for (const auto& round : rounds(chunks, cables)) {
    const isa::Cycle received =
        s_.place(receive_round(round), std::max(next_receive_, arrivals[r++]));
    next_receive_ = received + isa::Cycles{spec_.c2c_pace};
  }
}

void Kernels::write_byte(Fragment& f, Fragment::FlowId flow, const Byte& b) {
  f.write_byte(flow, b.tensor, s_.place_of(b.tensor), b.byte);
}

Fragment Kernels::receive_round(const std::vector<Byte>& round) {
  Fragment f = s_.fragment();
  Fragment::FlowId flow = -1;
  std::map<int, ChipSet> receivers;  // by link
  ChipSet holders = 0;
  for (const Byte& b : round) {
    receivers[b.cable.to_link] |= only_chip(b.cable.to_chip);
    holders |= only_chip(b.cable.to_chip);
  }
  for (const auto& [link, chips] : receivers) {
    f.on(chips);
    if (flow < 0) {
      flow = f.receive(link, 0);
    } else {
      f.receive_into(flow, link);
    }
  }
  for (const Byte& b : round) {
    f.on(only_chip(b.cable.to_chip));
    write_byte(f, flow, b);
  }
  const Time arrives = arrival(f.time_at(flow, link_x(fabric::local_link(1))));
  for (int port = 1; port < p_.sharding.chips(); ++port) {
    const int link = fabric::local_link(port);
    f.on(holders);
    f.send(flow, link);
    ChipSet getters = 0;
    for (const Byte& b : round) {
      getters |= only_chip(b.cable.to_chip ^ port);
    }
    f.on(getters);
    // Staggered, because peers share slices.
    const auto in = f.receive(link, arrives + port - 1);
    for (const Byte& b : round) {
      f.on(only_chip(b.cable.to_chip ^ port));
      write_byte(f, in, b);
    }
  }
  return f;
}

}  // namespace lpu::compiler
