// SPDX-License-Identifier: Apache-2.0
#include "traces/perfetto/perfetto.h"

#include <fmt/format.h>

#include <cstddef>

namespace lpu::traces {
namespace {

std::string_view mnemonic(const isa::Insn& insn) {
  const isa::OpInfo* info = isa::find_op(insn.op);
  return info != nullptr ? info->mnemonic : "unknown";
}

/// A repeat steps the address and nothing else.
bool repeats(const isa::Insn& before, isa::Insn now) {
  now.addr = before.addr;
  return now == before;
}

}  // namespace

PerfettoFile::PerfettoFile(const std::string& path, const isa::Geometry& geometry, int chips,
                           std::int64_t clock_mhz, std::int64_t max_slices)
    : file_(path),
      geometry_(geometry),
      clock_mhz_(clock_mhz),
      max_slices_(max_slices),
      open_(static_cast<std::size_t>(chips * geometry.queues())) {
  file_.write("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
  for (int chip = 0; chip < chips; ++chip) {
    put_line(fmt::format(
        R"({{"ph":"M","pid":{0},"name":"process_name","args":{{"name":"chip{0}"}}}})", chip));
    put_line(fmt::format(
        R"({{"ph":"M","pid":{0},"name":"process_sort_index","args":{{"sort_index":{0}}}}})", chip));
  }
}

void PerfettoFile::record(const Event& event) {
  const std::size_t track =
      static_cast<std::size_t>(event.chip) * static_cast<std::size_t>(geometry_.queues()) +
      event.queue;
  Slice& open = open_.at(track);
  const bool joins = open.dispatches > 0 && repeats(open.first.insn, event.insn) &&
                     event.at == open.first.at + isa::Cycles{open.dispatches};
  if (joins) {
    ++open.dispatches;
    return;
  }
  if (open.dispatches > 0) put(open);
  open = {event, 1};
}

void PerfettoFile::put(const Slice& slice) {
  if (written_ == max_slices_) {
    const bool is_first = dropped_++ == 0;
    if (is_first || slice.first.at < first_dropped_) first_dropped_ = slice.first.at;
    return;
  }
  ++written_;
  const isa::Insn& insn = slice.first.insn;
  put_line(fmt::format(R"({{"ph":"X","pid":{},"tid":{},"ts":{},"dur":{},"name":"{}",)"
                       R"("args":{{"cycle":{},"dispatches":{},"addr":{}}}}})",
                       slice.first.chip, slice.first.queue, micros(slice.first.at.value),
                       micros(slice.dispatches), mnemonic(insn), slice.first.at.value,
                       slice.dispatches, insn.addr));
}

void PerfettoFile::close() {
  const auto queues = static_cast<std::size_t>(geometry_.queues());
  for (std::size_t track = 0; track < open_.size(); ++track) {
    const Slice& open = open_[track];
    if (open.dispatches == 0) continue;
    put(open);
    const int queue = static_cast<int>(track % queues);
    put_line(
        fmt::format(R"({{"ph":"M","pid":{},"tid":{},"name":"thread_name","args":{{"name":"{}"}}}})",
                    track / queues, queue, geometry_.name(queue)));
    put_line(fmt::format(
        R"({{"ph":"M","pid":{},"tid":{},"name":"thread_sort_index","args":{{"sort_index":{}}}}})",
        track / queues, queue, queue));
  }
  if (dropped_ > 0) {
    put_line(fmt::format(
        R"({{"ph":"i","s":"g","pid":0,"tid":0,"ts":{},"name":"{} slices left out from here on"}})",
        micros(first_dropped_.value), dropped_));
  }
  file_.write("\n]}\n");
  file_.commit();
}

void PerfettoFile::put_line(const std::string& line) {
  if (any_line_) file_.write(",\n");
  any_line_ = true;
  file_.write(line);
}

std::string PerfettoFile::micros(std::int64_t cycles) const {
  // Integers only: the picosecond is the last digit, and slices of adjoining cycles touch.
  const std::int64_t picos = cycles * 1'000'000 / clock_mhz_;
  return fmt::format("{}.{:06}", picos / 1'000'000, picos % 1'000'000);
}

}  // namespace lpu::traces
