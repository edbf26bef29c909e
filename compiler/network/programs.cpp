// SPDX-License-Identifier: Apache-2.0
#include "compiler/network/programs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "compiler/emit/emit.h"
#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

using fabric::Hop;
using fabric::LinkEnd;
using fabric::MemPlace;

/// What one chip does.
struct Work {
  std::vector<std::vector<Placed>> queues;
  std::map<int, int> first_free_row;  // of the slices that are used
};

class Lowering {
 public:
  Lowering(const isa::ChipSpec& spec, int chips)
      : spec_(spec), geometry_(spec), work_(static_cast<std::size_t>(chips)) {}

  void send(const Hop& hop, const MemPlace& place) {
    const isa::Stream stream{
        isa::outward(side_of(hop.from)),
        static_cast<std::uint8_t>(fabric::stream_out_of_link(spec_, hop.from.link))};
    isa::Insn read;
    read.op = isa::Op::kRead;
    read.out = stream;
    read.addr = static_cast<std::uint16_t>(place.row);
    access(hop.from, place, hop.send.value - distance(hop.from, place) - spec_.mem_read_latency,
           read);
    isa::Insn send;
    send.op = isa::Op::kSend;
    send.in = stream;
    add(hop.from.chip, geometry_.c2c_queue(hop.from.link), hop.send.value, send);
  }

  void receive(const LinkEnd& at, const Hop& hop, const MemPlace& place) {
    const isa::Stream stream{isa::inward(side_of(at)),
                             static_cast<std::uint8_t>(fabric::stream_into_link(spec_, at.link))};
    isa::Insn receive;
    receive.op = isa::Op::kReceive;
    receive.out = stream;
    add(at.chip, geometry_.c2c_queue(at.link), hop.receive.value, receive);
    isa::Insn write;
    write.op = isa::Op::kWrite;
    write.in = stream;
    write.addr = static_cast<std::uint16_t>(place.row);
    access(at, place, hop.receive.value + spec_.c2c_receive_latency + distance(at, place), write);
  }

  fabric::ProgramSet finish() {
    fabric::ProgramSet programs;
    for (Work& work : work_) {
      programs.push_back(work.queues.empty() ? nullptr : program_of(work));
    }
    return programs;
  }

 private:
  [[nodiscard]] isa::Hemisphere side_of(const LinkEnd& end) const {
    return end.link < spec_.first_east_link() ? isa::Hemisphere::kWest : isa::Hemisphere::kEast;
  }
  [[nodiscard]] std::int64_t distance(const LinkEnd& end, const MemPlace& place) const {
    const int slices = static_cast<int>(spec_.mem_slices);
    const auto hemisphere = place.slice < slices ? isa::Hemisphere::kWest : isa::Hemisphere::kEast;
    return std::abs(geometry_.mem_x(hemisphere, place.slice % slices) -
                    geometry_.sxm_x(side_of(end)));
  }
  void access(const LinkEnd& end, const MemPlace& place, std::int64_t at, const isa::Insn& insn) {
    add(end.chip, place.slice, at, insn);  // MEM queues are numbered like slices
    int& free = work_[static_cast<std::size_t>(end.chip)].first_free_row[place.slice];
    free = std::max(free, place.row + 1);
  }
  void add(int chip, int queue, std::int64_t at, const isa::Insn& insn) {
    auto& queues = work_[static_cast<std::size_t>(chip)].queues;
    queues.resize(static_cast<std::size_t>(geometry_.queues()));
    Placed placed;
    placed.at = at;
    placed.queue = queue;
    placed.insn = insn;
    queues[static_cast<std::size_t>(queue)].push_back(placed);
  }
  std::shared_ptr<const isa::Program> program_of(Work& work) const {
    for (auto& queue : work.queues) {
      std::sort(queue.begin(), queue.end(),
                [](const Placed& a, const Placed& b) { return a.at < b.at; });
    }
    std::vector<TextSlice> text;
    for (int slice = 0; slice < 2 * spec_.mem_slices; ++slice) {
      const auto used = work.first_free_row.find(slice);
      text.push_back({slice, used == work.first_free_row.end() ? 0 : used->second});
    }
    auto program = write_queues(spec_, geometry_, work.queues, text);
    program.name = "network";
    return std::make_shared<const isa::Program>(std::move(program));
  }

  const isa::ChipSpec& spec_;
  isa::Geometry geometry_;
  std::vector<Work> work_;
};

}  // namespace

fabric::ProgramSet network_programs(const isa::ChipSpec& spec, const fabric::Topology& topology,
                                    const fabric::NetworkSchedule& schedule) {
  if (spec.streams < spec.c2c_links) {
    throw isa::InputError(
        "network", 0,
        fmt::format("a network schedule needs {} streams in each direction", spec.c2c_links));
  }
  Lowering lowering(spec, topology.chips());
  for (const fabric::Way& way : schedule.ways) {
    for (std::size_t i = 0; i < way.hops.size(); ++i) {
      lowering.send(way.hops[i], way.places[i]);
      lowering.receive(*topology.peer(way.hops[i].from), way.hops[i], way.places[i + 1]);
    }
  }
  return lowering.finish();
}

}  // namespace lpu::compiler
