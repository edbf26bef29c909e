// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/mem_unit.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>

#include "isa/program/program.h"
#include "tlm/common/latency.h"
#include "tlm/common/schedule_error.h"

namespace lpu::tlm {

MemUnit::MemUnit(const isa::ChipSpec& spec, const isa::Geometry& geometry, Values values,
                 StreamPort& streams)
    : rows_(static_cast<int>(spec.mem_rows)),
      bank_rows_(static_cast<int>(spec.mem_rows / isa::ChipSpec::kBanks)),
      text_rows_(static_cast<int>(isa::fetch_rows(spec))),
      lanes_(static_cast<int>(spec.lanes())),
      superlanes_(static_cast<int>(spec.superlanes)),
      read_latency_(latency_of(spec, isa::Op::kRead)),
      write_latency_(latency_of(spec, isa::Op::kWrite)),
      values_(values),
      streams_(streams) {
  const int slices = static_cast<int>(spec.mem_slices);
  for (const isa::Hemisphere h : {isa::Hemisphere::kWest, isa::Hemisphere::kEast}) {
    for (int slice = 0; slice < slices; ++slice) {
      ports_.emplace_back().x = geometry.mem_x(h, slice);
    }
  }
  if (values == Values::kNone) {
    return;
  }
  size_ = static_cast<std::size_t>(spec.mem_bytes());
  void* block = mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (block == MAP_FAILED) {
    throw std::bad_alloc();
  }
  base_ = static_cast<std::uint8_t*>(block);
  const std::size_t slice_bytes = size_ / ports_.size();
  for (std::size_t slice = 0; slice < ports_.size(); ++slice) {
    slices_.emplace_back(base_ + slice * slice_bytes, rows_, lanes_);
  }
}

MemUnit::~MemUnit() {
  if (base_ != nullptr) {
    munmap(base_, size_);
  }
}

void MemUnit::execute(int slice, const isa::Insn& insn, isa::Cycle at) {
  switch (insn.op) {
    case isa::Op::kRead:
      return read(slice, insn, at);
    case isa::Op::kWrite:
      return write(slice, insn, at);
    case isa::Op::kGather:
      return gather(slice, insn, at);
    case isa::Op::kScatter:
      return scatter(slice, insn, at);
    default:
      throw UnitError("lpu/mem/undefined-insn", "a MEM queue has read, write, gather and scatter");
  }
}

void MemUnit::read(int slice, const isa::Insn& insn, isa::Cycle at) {
  const std::size_t s = static_cast<std::size_t>(slice);
  require_row(insn.addr);
  take_read_port(slice, at);
  require_written(slice, insn.addr, at);
  std::uint8_t* out = streams_.drive(required(insn.out), ports_[s].x, at + read_latency_);
  if (out == nullptr) {
    return;
  }
  std::memcpy(out, slices_[s].row(insn.addr), static_cast<std::size_t>(lanes_));
  if (const CheckWords* checks = slices_[s].checks(insn.addr)) {
    streams_.attach_checks(out, *checks);
  }
}

void MemUnit::write(int slice, const isa::Insn& insn, isa::Cycle at) {
  const std::size_t s = static_cast<std::size_t>(slice);
  require_row(insn.addr);
  const std::uint8_t* data = streams_.take_unchecked(required(insn.in), ports_[s].x, at);
  note_write(slice, insn.addr, at);
  if (data != nullptr) {
    slices_[s].write(insn.addr, data, streams_.checks_of(data));
  }
}

void MemUnit::gather(int slice, const isa::Insn& insn, isa::Cycle at) {
  const std::size_t s = static_cast<std::size_t>(slice);
  take_read_port(slice, at);
  const std::uint8_t* map = streams_.take(required(insn.map), ports_[s].x, at);
  std::uint8_t* out = streams_.drive(required(insn.out), ports_[s].x, at + read_latency_);
  if (map == nullptr) {
    return;
  }
  for (int superlane = 0; superlane < superlanes_; ++superlane) {
    require_row(MemSlice::address(map, superlane));
    require_written(slice, MemSlice::address(map, superlane), at);
  }
  CheckWords checks;
  if (slices_[s].gather(map, out, &checks)) {
    streams_.attach_checks(out, checks);
  }
}

void MemUnit::scatter(int slice, const isa::Insn& insn, isa::Cycle at) {
  const std::size_t s = static_cast<std::size_t>(slice);
  const std::uint8_t* map = streams_.take(required(insn.map), ports_[s].x, at);
  const std::uint8_t* data = streams_.take_unchecked(required(insn.in), ports_[s].x, at);
  if (map == nullptr) {
    return;
  }
  for (int superlane = 0; superlane < superlanes_; ++superlane) {
    require_row(MemSlice::address(map, superlane));
    note_write(slice, MemSlice::address(map, superlane), at);
  }
  slices_[s].scatter(map, data, streams_.checks_of(data));
}

std::span<const std::uint8_t> MemUnit::text(int slice, int row) const {
  const std::size_t bytes =
      static_cast<std::size_t>(isa::ChipSpec::kFetchInsns * isa::ChipSpec::kInsnBytes);
  require_text(slice, row);
  return {slices_[static_cast<std::size_t>(slice)].row(row), bytes};
}

void MemUnit::read_text(int slice, int row, isa::Cycle at) {
  require_text(slice, row);
  const std::size_t s = static_cast<std::size_t>(slice);
  // What the slice does in this cycle may have come before; later cycles see this ifetch.
  if (ports_[s].last_read == at.value || at.value < ports_[s].text.until) {
    throw UnitError("lpu/mem/port-conflict",
                    fmt::format("slice {} is already read in this cycle", slice));
  }
  for (const Write& write : ports_[s].writes) {
    if (write.readable_from == (at + write_latency_).value) {
      require_other_bank(write.row, row);
    }
  }
  ports_[s].text = {at.value + text_rows_, row + text_rows_};
}

std::span<const std::uint8_t> MemUnit::row(int slice, int row) const {
  require_values();
  refresh(slice, row);
  return {slices_.at(static_cast<std::size_t>(slice)).row(row), static_cast<std::size_t>(lanes_)};
}

void MemUnit::place(int slice, int row, std::span<const std::uint8_t> bytes) {
  require_values();
  require_row(row);
  if (bytes.size() != static_cast<std::size_t>(lanes_)) {
    throw std::invalid_argument(fmt::format("a row has {} bytes, not {}", lanes_, bytes.size()));
  }
  slices_.at(static_cast<std::size_t>(slice)).write(row, bytes.data());
  mirror(slice, row);
}

void MemUnit::inject(int slice, int row, int superlane, int bit) {
  require_values();
  require_row(row);
  slices_.at(static_cast<std::size_t>(slice)).inject(row, superlane, bit);
  mirror(slice, row);
}

void MemUnit::host_wrote(std::size_t address, std::size_t bytes) {
  const auto row = static_cast<std::size_t>(lanes_);
  for (std::size_t at = address / row; !rtl_.empty() && at * row < address + bytes; ++at) {
    mirror(static_cast<int>(at) / rows_, static_cast<int>(at) % rows_);
  }
}

void MemUnit::host_reads(std::size_t address, std::size_t bytes) const {
  const auto row = static_cast<std::size_t>(lanes_);
  for (std::size_t at = address / row; !rtl_.empty() && at * row < address + bytes; ++at) {
    refresh(static_cast<int>(at) / rows_, static_cast<int>(at) % rows_);
  }
}

void MemUnit::mirror(int slice, int row) {
  const auto found = rtl_.find(slice);
  if (found == rtl_.end()) {
    return;
  }
  const MemSlice& model = slices_[static_cast<std::size_t>(slice)];
  const CheckWords* stored = model.checks(row);
  found->second.write(row, model.row(row),
                      stored != nullptr ? *stored : checks_of(model.row(row), lanes_));
}

void MemUnit::refresh(int slice, int row) const {
  const auto found = rtl_.find(slice);
  if (found == rtl_.end() || found->second.fidelity != Fidelity::kRtl) {
    return;
  }
  found->second.read(row, base_ + static_cast<std::size_t>(slice) * (size_ / ports_.size()) +
                              static_cast<std::size_t>(row) * static_cast<std::size_t>(lanes_));
}

void MemUnit::reset() {
  for (Port& p : ports_) {
    const int x = p.x;
    p = {};
    p.x = x;
  }
}

void MemUnit::require_row(int row) const {
  if (row < 0 || row >= rows_) {
    throw UnitError("lpu/mem/no-such-row",
                    fmt::format("a slice has rows 0 to {}, not {}", rows_ - 1, row));
  }
}

void MemUnit::require_written(int slice, int row, isa::Cycle at) const {
  const std::size_t s = static_cast<std::size_t>(slice);
  if (at.value >= ports_[s].settled) {
    return;
  }
  for (const Write& write : ports_[s].writes) {
    if (write.row == row && at.value < write.readable_from) {
      throw UnitError("lpu/mem/read-too-soon",
                      fmt::format("row {} is being written and readable from cycle {} on", row,
                                  write.readable_from));
    }
  }
}

void MemUnit::note_write(int slice, int row, isa::Cycle at) {
  const std::size_t s = static_cast<std::size_t>(slice);
  const TextRead& text = ports_[s].text;
  if (at.value < text.until) {
    require_other_bank(row, text.end_row - (text.until - at.value));
  }
  std::vector<Write>& writes = ports_[s].writes;
  std::erase_if(writes, [at](const Write& write) { return write.readable_from <= at.value; });
  ports_[s].settled = (at + write_latency_).value;
  writes.push_back({ports_[s].settled, row});
}

void MemUnit::take_read_port(int slice, isa::Cycle at) {
  const std::size_t s = static_cast<std::size_t>(slice);
  if (at.value < ports_[s].text.until) {
    throw UnitError("lpu/mem/port-conflict", "an ifetch reads this slice in this cycle");
  }
  ports_[s].last_read = at.value;
}

void MemUnit::require_text(int slice, int row) const {
  if (static_cast<std::size_t>(slice) >= ports_.size() || row + text_rows_ > rows_) {
    throw UnitError("lpu/icu/no-such-text",
                    fmt::format("slice {} has no {} rows from row {} on", slice, text_rows_, row));
  }
}

void MemUnit::require_other_bank(std::int64_t written, std::int64_t read) const {
  if (written / bank_rows_ == read / bank_rows_) {
    throw UnitError("lpu/mem/bank-conflict",
                    fmt::format("row {} is written and an ifetch reads row {} of the same bank in "
                                "one cycle",
                                written, read));
  }
}

void MemUnit::require_values() const {
  if (values_ == Values::kNone) {
    throw std::logic_error("a run without values has no MEM contents");
  }
}

}  // namespace lpu::tlm
