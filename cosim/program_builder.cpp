// SPDX-License-Identifier: Apache-2.0
#include "cosim/program_builder.h"

#include <algorithm>
#include <utility>

namespace lpu::cosim {
namespace {

/// An instruction may need a NOP before it, and one behind it for the next.
constexpr int kSlotsOfInsn = 2;
constexpr int kSecdedBits = 137;

int along(isa::Stream stream, int x) { return stream.dir == isa::Direction::kEast ? x : -x; }

isa::Stream member(isa::Stream base, int i) {
  return {base.dir, static_cast<std::uint8_t>(base.index + i)};
}

isa::Insn nop(std::int64_t cycles) {
  isa::Insn insn;
  insn.count = static_cast<std::uint16_t>(cycles);
  return insn;
}

}  // namespace

ProgramBuilder::ProgramBuilder(const isa::ChipSpec& spec, Random& random)
    : spec_(spec),
      random_(random),
      geometry_(spec),
      queues_(static_cast<std::size_t>(geometry_.queues())),
      slots_(queues_.size(), 0),
      next_row_(static_cast<std::size_t>(2 * spec.mem_slices), 0) {}

bool ProgramBuilder::free(int queue, std::int64_t at) const {
  const auto q = static_cast<std::size_t>(queue);
  return at >= 0 && slots_[q] + kSlotsOfInsn <= isa::ChipSpec::kFetchInsns &&
         !queues_[q].contains(at);
}

bool ProgramBuilder::can_drive(isa::Stream base, int n, int x, std::int64_t at) const {
  for (int i = 0; i < n; ++i) {
    const isa::Stream stream = member(base, i);
    const int position = along(stream, x);
    if (drives_.contains({static_cast<int>(stream.dir), stream.index, at - position, position})) {
      return false;
    }
  }
  return true;
}

void ProgramBuilder::put(int queue, std::int64_t at, const isa::Insn& insn) {
  const auto q = static_cast<std::size_t>(queue);
  queues_[q].emplace(at, insn);
  slots_[q] += kSlotsOfInsn;
}

void ProgramBuilder::drive(isa::Stream base, int n, int x, std::int64_t at) {
  for (int i = 0; i < n; ++i) {
    const isa::Stream stream = member(base, i);
    const int position = along(stream, x);
    drives_.insert({static_cast<int>(stream.dir), stream.index, at - position, position});
  }
}

bool ProgramBuilder::driven(isa::Stream stream, int x, std::int64_t at) const {
  const int position = along(stream, x);
  const int s = static_cast<int>(stream.dir);
  const auto first = drives_.lower_bound({s, stream.index, at - position, INT32_MIN});
  return first != drives_.end() && std::get<0>(*first) == s &&
         std::get<1>(*first) == stream.index && std::get<2>(*first) == at - position &&
         std::get<3>(*first) <= position;
}

std::optional<ProgramBuilder::Source> ProgramBuilder::find_source(isa::Stream stream, int x,
                                                                  std::int64_t at) {
  const int slices = static_cast<int>(next_row_.size());
  const int first = static_cast<int>(random_.below(static_cast<std::uint64_t>(slices)));
  for (int i = 0; i < slices; ++i) {
    const int slice = (first + i) % slices;
    const auto h = static_cast<isa::Hemisphere>(slice / static_cast<int>(spec_.mem_slices));
    const int in_hemisphere = slice % static_cast<int>(spec_.mem_slices);
    Source source;
    source.slice = slice;
    source.queue = geometry_.mem_queue(h, in_hemisphere);
    source.x = geometry_.mem_x(h, in_hemisphere);
    const int hops = along(stream, x) - along(stream, source.x);
    source.at = at - hops - spec_.mem_read_latency;
    if (hops >= 0 && next_row_[static_cast<std::size_t>(slice)] < kFirstFreeRow &&
        free(source.queue, source.at) &&
        can_drive(stream, 1, source.x, source.at + spec_.mem_read_latency)) {
      return source;
    }
  }
  return std::nullopt;
}

bool ProgramBuilder::feed(isa::Stream stream, int x, std::int64_t at,
                          const std::vector<std::uint8_t>& bytes) {
  const std::optional<Source> source = find_source(stream, x, at);
  if (!source) {
    return false;
  }
  const int row = next_row_[static_cast<std::size_t>(source->slice)]++;
  isa::Insn read;
  read.op = isa::Op::kRead;
  read.addr = static_cast<std::uint16_t>(row);
  read.out = stream;
  put(source->queue, source->at, read);
  drive(stream, 1, source->x, source->at + spec_.mem_read_latency);
  stimulus_.program.data.push_back(
      {static_cast<std::uint16_t>(source->slice), static_cast<std::uint16_t>(row), bytes});
  if (random_.percent(fault_percent_)) {
    place_fault(source->slice, row);
  }
  return true;
}

bool ProgramBuilder::feed_group(isa::Stream base, int x, std::int64_t at,
                                const std::vector<std::vector<std::uint8_t>>& vectors) {
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const isa::Stream stream = member(base, static_cast<int>(i));
    // What has been read for an operand that then was not complete does no harm.
    if (!driven(stream, x, at) && !feed(stream, x, at, vectors[i])) {
      return false;
    }
  }
  return true;
}

void ProgramBuilder::place_fault(int slice, int row) {
  stimulus_.faults.push_back(
      {slice, row, static_cast<int>(random_.below(static_cast<std::uint64_t>(spec_.superlanes))),
       static_cast<int>(random_.below(kSecdedBits))});
}

isa::Stream ProgramBuilder::any_stream(isa::Direction direction, int n) {
  const auto groups = static_cast<std::uint64_t>(spec_.streams / n);
  return {direction, static_cast<std::uint8_t>(static_cast<int>(random_.below(groups)) * n)};
}

Stimulus ProgramBuilder::finish(const std::string& name) && {
  isa::Program& program = stimulus_.program;
  program.name = name;
  program.queues.resize(queues_.size());
  for (std::size_t q = 0; q < queues_.size(); ++q) {
    std::int64_t next = 0;
    for (const auto& [at, insn] : queues_[q]) {
      if (at > next) {
        program.queues[q].push_back(nop(at - next));
      }
      program.queues[q].push_back(insn);
      next = at + 1;
    }
  }
  return std::move(stimulus_);
}

}  // namespace lpu::cosim
