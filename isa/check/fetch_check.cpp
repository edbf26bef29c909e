// SPDX-License-Identifier: Apache-2.0
#include "isa/check/fetch_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace lpu::isa {
namespace {

constexpr auto kBlock = static_cast<std::size_t>(ChipSpec::kFetchInsns);
constexpr std::size_t kHolds = 2 * kBlock;

class QueueText {
 public:
  QueueText(const ChipSpec& spec, int queue, const std::vector<Cycle>& starts, std::size_t size,
            Report& report)
      : spec_(spec), queue_(queue), starts_(starts), size_(size), report_(report) {}

  void check(const std::vector<const Issue*>& fetches) {
    std::size_t first = kBlock;
    for (std::size_t n = 0; n < fetches.size(); ++n) {
      const Issue& fetch = *fetches[n];
      if (n > 0 && (fetch.at - fetches[n - 1]->at).value < ChipSpec::kFetchInsns) {
        report_.add(Rule::kFetchInterval, fetch,
                    fmt::format("the ifetch before is {} cycles ago, {} are needed",
                                (fetch.at - fetches[n - 1]->at).value, kBlock));
      }
      if (first >= size_) {
        report_.add(Rule::kNothingToFetch, fetch, "the queue has all its instructions already");
        continue;
      }
      const std::size_t end = std::min(first + kBlock, size_);
      check_block(fetch, first, end);
      first = end;
    }
    if (first < starts_.size()) {
      report_.add(Rule::kQueueDry, starts_[first], queue_, static_cast<std::uint32_t>(first),
                  "no ifetch brings this instruction");
    }
  }

 private:
  /// Text of a block comes an instruction a cycle, and leaves not faster: the first one that is
  /// late, or finds no room, speaks for the rest.
  void check_block(const Issue& fetch, std::size_t first, std::size_t end) {
    const Cycle arrival = fetch.at + Cycles{spec_.icu_fetch_latency};
    if (first < starts_.size() && starts_[first] < arrival) {
      report_.add(Rule::kQueueDry, starts_[first], queue_, static_cast<std::uint32_t>(first),
                  fmt::format("the ifetch brings it in cycle {}", arrival.value));
    }
    for (std::size_t i = std::max(first, kHolds); i < end; ++i) {
      const Cycle arrives = arrival + Cycles{static_cast<std::int64_t>(i - first)};
      const std::size_t leaves = i - kHolds;
      if (leaves >= starts_.size() || arrives < starts_[leaves]) {
        report_.add(
            Rule::kQueueFull, fetch,
            fmt::format("in cycle {} there is no room for instruction {}", arrives.value, i));
        return;
      }
    }
  }

  const ChipSpec& spec_;
  int queue_;
  const std::vector<Cycle>& starts_;
  std::size_t size_;
  Report& report_;
};

}  // namespace

void check_fetches(const ChipSpec& spec, const Program& program, const Timeline& timeline,
                   Report& report) {
  std::vector<std::vector<const Issue*>> fetches(program.queues.size());
  for (const Issue& issue : timeline.control) {
    if (issue.insn.op == Op::kIfetch) {
      fetches[static_cast<std::size_t>(issue.queue)].push_back(&issue);
    }
  }
  for (std::size_t q = 0; q < program.queues.size(); ++q) {
    QueueText(spec, static_cast<int>(q), timeline.starts[q], program.queues[q].size(), report)
        .check(fetches[q]);
  }
}

}  // namespace lpu::isa
