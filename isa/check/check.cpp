// SPDX-License-Identifier: Apache-2.0
#include "isa/check/check.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <vector>

#include "isa/check/fetch_check.h"
#include "isa/check/mem_check.h"
#include "isa/check/mxm_check.h"
#include "isa/check/report.h"
#include "isa/check/static_check.h"
#include "isa/check/vxm_check.h"

namespace lpu::isa {
namespace {

/// Long before any cycle, but far enough from the limit to be subtracted from.
constexpr Cycle kNever{std::numeric_limits<std::int64_t>::min() / 2};

/// Lane moves and links: both read and drive where SXM and C2C are.
class EdgeCheck {
 public:
  EdgeCheck(const ChipSpec& spec, StreamUse& streams, Report& report)
      : spec_(spec),
        streams_(streams),
        report_(report),
        last_send_(static_cast<std::size_t>(spec.c2c_links), kNever) {
    last_permute_.fill(kNever);
  }

  void issue(const Issue& issue, const QueueInfo& info) {
    const Insn& insn = issue.insn;
    const int x = report_.geometry().sxm_x(info.hemisphere);
    if (insn.op == Op::kPermute) {
      keep_apart(issue, last_permute_[static_cast<std::size_t>(info.hemisphere)],
                 spec_.sxm_permute_interval, Rule::kPermuteInterval);
    } else if (insn.op == Op::kSend) {
      keep_apart(issue, last_send_[static_cast<std::size_t>(info.index)], spec_.c2c_pace,
                 Rule::kLinkPace);
    }
    if (insn.in) {
      streams_.take(issue, *insn.in, stream_count(insn, Field::kIn), x);
    }
    if (insn.map) {
      streams_.take(issue, *insn.map, stream_count(insn, Field::kMap), x);
    }
    if (insn.out) {
      streams_.drive(issue, *insn.out, stream_count(insn, Field::kOut), x, latency(spec_, insn));
    }
  }

 private:
  void keep_apart(const Issue& issue, Cycle& last, std::int64_t cycles, Rule rule) {
    if ((issue.at - last).value < cycles) {
      report_.add(rule, issue,
                  fmt::format("the one before is {} cycles ago, {} are needed",
                              (issue.at - last).value, cycles));
    }
    last = issue.at;
  }

  const ChipSpec& spec_;
  StreamUse& streams_;
  Report& report_;
  std::array<Cycle, ChipSpec::kHemispheres> last_permute_{};
  std::vector<Cycle> last_send_;  // by link
};

void report_faults(const ChipSpec& spec, const Timeline& timeline, Report& report) {
  using Kind = TimelineFault::Kind;
  for (const TimelineFault& f : timeline.faults) {
    switch (f.kind) {
      case Kind::kRepeatWithoutPredecessor:
        report.add(Rule::kRepeatWithoutPredecessor, f.at, f.queue, f.index,
                   "no working instruction, nor a repeat of one, stands directly before it");
        break;
      case Kind::kNeverNotified:
        report.add(Rule::kNeverNotified, f.at, f.queue, f.index, "no notify releases this queue");
        break;
      case Kind::kNobodyParked:
        report.add(Rule::kNobodyParked, f.at, f.queue, f.index, "no queue is parked");
        break;
      case Kind::kRepeatAddress:
        // A step of 16 bits wraps to 32768 or more, and is found there, unless MEM has such rows.
        if (spec.mem_rows > std::numeric_limits<std::int16_t>::max() + 1) {
          report.add(Rule::kFieldRange, f.at, f.queue, f.index, "steps below 0 or above 65535");
        }
        break;
      case Kind::kZeroCount:
        break;  // a matter of the instruction alone, reported there
    }
  }
}

/// All working instructions in the order of their cycles.
class Walk {
 public:
  Walk(const ChipSpec& spec, const Timeline& timeline, const std::vector<std::vector<bool>>& sound,
       Report& report)
      : timeline_(timeline),
        sound_(sound),
        streams_(spec, report),
        mem_(spec, timeline, sound, streams_, report),
        vxm_(spec, streams_, report),
        mxm_(spec, streams_, report),
        edge_(spec, streams_, report) {
    for (int q = 0; q < report.geometry().queues(); ++q) {
      infos_.push_back(report.geometry().info(q));
    }
  }

  std::int64_t run() {
    std::int64_t ops = 0;
    for (const Issue& issue : timeline_.issues) {
      const auto q = static_cast<std::size_t>(issue.queue);
      if (sound_[q][issue.index]) {
        dispatch(issue, infos_[q]);
      }
      ops += vector_ops(issue.insn);
    }
    mxm_.finish({std::numeric_limits<std::int64_t>::max()});
    return ops;
  }

 private:
  void dispatch(const Issue& issue, const QueueInfo& info) {
    switch (info.unit) {
      case Unit::kMem:
        mem_.issue(issue, info);
        break;
      case Unit::kVxm:
        vxm_.issue(issue, info.index);
        break;
      case Unit::kMxm:
        mxm_.issue(issue, info);
        break;
      case Unit::kSxm:
      case Unit::kC2c:
        edge_.issue(issue, info);
        break;
    }
  }

  const Timeline& timeline_;
  const std::vector<std::vector<bool>>& sound_;
  StreamUse streams_;
  MemCheck mem_;
  VxmCheck vxm_;
  MxmCheck mxm_;
  EdgeCheck edge_;
  std::vector<QueueInfo> infos_;
};

}  // namespace

CheckResult check(const ChipSpec& spec, const Program& program) {
  const Geometry geometry(spec);
  Report report(geometry, program);
  if (static_cast<int>(program.queues.size()) != geometry.queues()) {
    report.add(Rule::kQueueCount, fmt::format("the program has {} queues, the chip {}",
                                              program.queues.size(), geometry.queues()));
    return {report.take(), {}, 0};
  }
  const auto sound = StaticCheck(spec, program, report).run();
  check_data(spec, program, report);
  const Timeline timeline = resolve(spec, program);
  report_faults(spec, timeline, report);
  check_fetches(spec, program, timeline, report);
  const std::int64_t ops = Walk(spec, timeline, sound, report).run();
  return {report.take(), timeline.end, ops};
}

}  // namespace lpu::isa
