// SPDX-License-Identifier: Apache-2.0
#include "fabric/schedule/link_schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "isa/spec/geometry.h"

namespace lpu::fabric {
namespace {

struct Traffic {
  std::vector<LinkUse> sends;
  std::vector<LinkUse> receives;
};

bool earlier(const LinkUse& a, const LinkUse& b) {
  return std::tie(a.at, a.end, a.index) < std::tie(b.at, b.end, b.index);
}

std::map<LinkEnd, Traffic> traffic_of(const isa::Geometry& geometry,
                                      std::span<const std::vector<isa::Issue>> issues) {
  std::map<LinkEnd, Traffic> traffic;
  for (std::size_t chip = 0; chip < issues.size(); ++chip) {
    for (const isa::Issue& issue : issues[chip]) {
      const bool send = issue.insn.op == isa::Op::kSend;
      if (!send && issue.insn.op != isa::Op::kReceive) {
        continue;
      }
      const LinkEnd end{static_cast<int>(chip), geometry.info(issue.queue).index};
      auto& uses = send ? traffic[end].sends : traffic[end].receives;
      uses.push_back({end, issue.at, issue.index});
    }
  }
  for (auto& [end, uses] : traffic) {
    std::sort(uses.sends.begin(), uses.sends.end(), earlier);
    std::sort(uses.receives.begin(), uses.receives.end(), earlier);
  }
  return traffic;
}

void append(std::vector<LinkUse>& to, std::span<const LinkUse> uses) {
  to.insert(to.end(), uses.begin(), uses.end());
}

/// Pairs what `from` sends with what the other end receives.
void pair_up(const Traffic& from, const Traffic& to, isa::Cycles flight, LinkSchedule& schedule) {
  const std::size_t pairs = std::min(from.sends.size(), to.receives.size());
  for (std::size_t i = 0; i < pairs; ++i) {
    schedule.transfers.push_back({from.sends[i], to.receives[i], flight});
  }
  append(schedule.unreceived, std::span(from.sends).subspan(pairs));
  append(schedule.unsent, std::span(to.receives).subspan(pairs));
}

class Checker {
 public:
  explicit Checker(const SystemSpec& spec) : spec_(spec), geometry_(spec.chip) {}

  void connected(const LinkUse& use) {
    add(LinkRule::kConnected, use, "the link is not connected to another chip");
  }
  void received(const LinkUse& use) {
    add(LinkRule::kReceived, use, "no receive takes the vector sent here");
  }
  void sent(const LinkUse& use) {
    add(LinkRule::kSent, use, "no send at the other end for this receive");
  }
  void pace(std::span<const LinkUse> sends) {
    std::map<LinkEnd, isa::Cycle> last;
    for (const LinkUse& use : sends) {
      const auto it = last.find(use.end);
      if (it != last.end() && (use.at - it->second).value < spec_.chip.c2c_pace) {
        add(LinkRule::kPace, use,
            fmt::format("sent {} cycles after the vector before, a link takes one every {}",
                        (use.at - it->second).value, spec_.chip.c2c_pace));
      }
      last[use.end] = use.at;
    }
  }
  void arrived(const Transfer& t) {
    const isa::Cycle arrival = t.send.at + isa::Cycles{spec_.chip.c2c_send_latency} + t.flight;
    if (t.receive.at < arrival) {
      add(LinkRule::kArrived, t.receive,
          fmt::format("the vector that {} sent in cycle {} arrives in cycle {}", place(t.send),
                      t.send.at.value, arrival.value));
    }
  }

  std::vector<LinkViolation> take() {
    std::stable_sort(violations_.begin(), violations_.end(),
                     [](const auto& a, const auto& b) { return earlier(a.where, b.where); });
    return std::move(violations_);
  }

 private:
  std::string place(const LinkUse& use) const {
    return fmt::format("chip{}.{}", use.end.chip,
                       geometry_.name(geometry_.c2c_queue(use.end.link)));
  }
  void add(LinkRule rule, const LinkUse& use, const std::string& reason) {
    violations_.push_back({rule, use,
                           fmt::format("{} cycle {} (instruction {}): {}", place(use), use.at.value,
                                       use.index, reason)});
  }

  const SystemSpec& spec_;
  isa::Geometry geometry_;
  std::vector<LinkViolation> violations_;
};

}  // namespace

LinkSchedule derive(const isa::ChipSpec& chip, const Topology& topology,
                    std::span<const std::vector<isa::Issue>> issues) {
  const auto traffic = traffic_of(isa::Geometry(chip), issues);
  const Traffic none;
  const auto at = [&](const LinkEnd& end) -> const Traffic& {
    const auto it = traffic.find(end);
    return it == traffic.end() ? none : it->second;
  };
  LinkSchedule schedule;
  for (const Cable& cable : topology.cables()) {
    pair_up(at(cable.a), at(cable.b), cable.flight, schedule);
    pair_up(at(cable.b), at(cable.a), cable.flight, schedule);
  }
  for (const auto& [end, uses] : traffic) {
    append(schedule.sends, uses.sends);
    if (!topology.peer(end)) {
      append(schedule.unconnected, uses.sends);
      append(schedule.unconnected, uses.receives);
    }
  }
  std::sort(schedule.transfers.begin(), schedule.transfers.end(),
            [](const Transfer& a, const Transfer& b) { return earlier(a.send, b.send); });
  for (auto* uses :
       {&schedule.sends, &schedule.unreceived, &schedule.unsent, &schedule.unconnected}) {
    std::sort(uses->begin(), uses->end(), earlier);
  }
  return schedule;
}

std::string_view name_of(LinkRule rule) {
  constexpr std::array<std::string_view, 5> kNames{"connected", "pace", "received", "sent",
                                                   "arrived"};
  return kNames[static_cast<std::size_t>(rule)];
}

std::vector<LinkViolation> check(const SystemSpec& spec, const LinkSchedule& schedule) {
  Checker checker(spec);
  for (const LinkUse& use : schedule.unconnected) {
    checker.connected(use);
  }
  for (const LinkUse& use : schedule.unreceived) {
    checker.received(use);
  }
  for (const LinkUse& use : schedule.unsent) {
    checker.sent(use);
  }
  checker.pace(schedule.sends);
  for (const Transfer& transfer : schedule.transfers) {
    checker.arrived(transfer);
  }
  return checker.take();
}

std::string dump(const isa::ChipSpec& chip, const LinkSchedule& schedule) {
  const isa::Geometry geometry(chip);
  const auto place = [&](const LinkUse& use) {
    return fmt::format("chip{}.{} @{}", use.end.chip,
                       geometry.name(geometry.c2c_queue(use.end.link)), use.at.value);
  };
  std::string text;
  for (const Transfer& t : schedule.transfers) {
    text += fmt::format("{} -> {}\n", place(t.send), place(t.receive));
  }
  return text;
}

}  // namespace lpu::fabric
