// SPDX-License-Identifier: Apache-2.0
#include "isa/check/mem_check.h"

#include <fmt/format.h>

namespace lpu::isa {

MemCheck::MemCheck(const ChipSpec& spec, const Timeline& timeline,
                   const std::vector<std::vector<bool>>& sound, StreamUse& streams, Report& report)
    : spec_(spec),
      streams_(streams),
      report_(report),
      writes_(static_cast<std::size_t>(2 * spec.mem_slices * spec.mem_write_latency)) {
  for (const Issue& issue : timeline.control) {
    if (issue.insn.op == Op::kIfetch && sound[static_cast<std::size_t>(issue.queue)][issue.index]) {
      add_fetch(issue);
    }
  }
}

std::uint64_t MemCheck::key(int slice, Cycle at) const {
  return static_cast<std::uint64_t>(at.value * 2 * spec_.mem_slices + slice);
}

void MemCheck::add_fetch(const Issue& fetch) {
  for (std::int64_t i = 0; i < fetch_rows(spec_); ++i) {
    const Cycle at = fetch.at + Cycles{i};
    const auto [other, first] =
        fetches_.try_emplace(key(fetch.insn.count, at), Fetch{&fetch, fetch.insn.addr + i});
    if (!first) {
      report_.add(Rule::kPortConflict, fetch,
                  fmt::format("an ifetch of {} reads this slice in cycle {} as well",
                              report_.geometry().name(other->second.issue->queue), at.value));
      return;
    }
  }
}

void MemCheck::issue(const Issue& issue, const QueueInfo& info) {
  const int x = report_.geometry().mem_x(info.hemisphere, info.index);
  const Insn& insn = issue.insn;
  const bool reads = insn.op == Op::kRead || insn.op == Op::kGather;
  const bool addressed = insn.op == Op::kRead || insn.op == Op::kWrite;
  if (addressed && insn.addr >= spec_.mem_rows) {
    report_.add(Rule::kFieldRange, issue,
                fmt::format("row {}, a slice has {}", insn.addr, spec_.mem_rows));
    return;
  }
  check_collision(issue, reads);
  if (insn.map) {
    streams_.take(issue, *insn.map, 1, x);
  }
  if (insn.in) {
    streams_.take(issue, *insn.in, 1, x);
  }
  if (insn.out) {
    streams_.drive(issue, *insn.out, 1, x, latency(spec_, insn));
  }
  if (insn.op == Op::kRead) {
    check_settled(issue);
  } else if (insn.op == Op::kWrite) {
    note_write(issue);
  }
}

void MemCheck::check_collision(const Issue& issue, bool reads) {
  const auto found = fetches_.find(key(issue.queue, issue.at));
  if (found == fetches_.end()) {
    return;
  }
  const std::string fetcher = report_.geometry().name(found->second.issue->queue);
  const std::int64_t bank_rows = spec_.mem_rows / ChipSpec::kBanks;
  if (reads) {
    report_.add(Rule::kPortConflict, issue,
                fmt::format("an ifetch of {} reads this slice in this cycle", fetcher));
  } else if (issue.insn.op == Op::kWrite &&
             issue.insn.addr / bank_rows == found->second.row / bank_rows) {
    report_.add(
        Rule::kBankConflict, issue,
        fmt::format("an ifetch of {} reads row {} in this cycle", fetcher, found->second.row));
  }
}

void MemCheck::check_settled(const Issue& issue) {
  const auto first = static_cast<std::size_t>(issue.queue * spec_.mem_write_latency);
  for (std::size_t i = 0; i < static_cast<std::size_t>(spec_.mem_write_latency); ++i) {
    const Write& write = writes_[first + i];
    const std::int64_t age = (issue.at - write.at).value;
    if (write.row == issue.insn.addr && age < spec_.mem_write_latency) {
      report_.add(Rule::kReadTooSoon, issue,
                  fmt::format("the row is written in cycle {} and readable from cycle {} on",
                              write.at.value, write.at.value + spec_.mem_write_latency));
    }
  }
}

void MemCheck::note_write(const Issue& issue) {
  const std::int64_t slot =
      issue.queue * spec_.mem_write_latency + issue.at.value % spec_.mem_write_latency;
  writes_[static_cast<std::size_t>(slot)] = {issue.insn.addr, issue.at};
}

}  // namespace lpu::isa
