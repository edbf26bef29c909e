// SPDX-License-Identifier: Apache-2.0
#include "fabric/schedule/network/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <queue>
#include <tuple>

#include "fabric/schedule/network/chip_traffic.h"
#include "isa/error/input_error.h"

namespace lpu::fabric {
namespace {

/// A vector at a chip: how it got there.
struct Reached {
  int chip{0};
  int before{-1};  // index of the one it came from; -1: the source
  Hop hop;         // from there
  int link{0};     // of this chip, that it arrived at
  int slice{0};    // of the chip before, in which it stood
  int hops{0};
};

/// An entry of the search: the cycle in which the vector could be at its end at the earliest.
struct Open {
  isa::Cycle bound;
  int hops{0};
  int reached{0};
  friend bool operator>(const Open& a, const Open& b) {
    return std::tie(a.bound, a.hops, a.reached) > std::tie(b.bound, b.hops, b.reached);
  }
};

void refuse(const Message& m, const std::string& reason) {
  throw isa::InputError("messages", 0, fmt::format("chip {} to {}: {}", m.from, m.to, reason));
}

void refuse_impossible(const Topology& topology, std::span<const Message> messages) {
  const auto there = [&](int chip) { return 0 <= chip && chip < topology.chips(); };
  for (const Message& m : messages) {
    if (!there(m.from) || !there(m.to)) {
      refuse(m, fmt::format("the system has chips 0 to {}", topology.chips() - 1));
    }
    if (m.from == m.to) {
      refuse(m, "a message goes to another chip");
    }
    if (m.vectors < 1 || m.ready.value < 0) {
      refuse(m, "a message has at least one vector, ready in cycle 0 or later");
    }
  }
}

class Scheduler {
 public:
  Scheduler(const isa::ChipSpec& chip, const Topology& topology)
      : topology_(topology),
        times_(chip),
        send_latency_{chip.c2c_send_latency},
        shortest_hop_(times_.shortest_hop(topology.least_flight().value_or(isa::Cycles{0}))),
        chips_(static_cast<std::size_t>(topology.chips()), ChipTraffic(chip)) {}

  /// The way of the next vector of a message.
  Way next(int number, const Message& message) {
    const std::vector<int>& to_go = hops_to(message.to);
    if (to_go[static_cast<std::size_t>(message.from)] < 0) {
      refuse(message, "there is no way");
    }
    isa::Cycle ready = message.ready;
    int last = search(message, ready, to_go);
    while (last < 0) {  // MEM was busy in every cycle that was tried
      ready += isa::Cycles{1};
      last = search(message, ready, to_go);
    }
    return take(number, ready, last);
  }

 private:
  const std::vector<int>& hops_to(int chip) {
    constexpr std::size_t kMostKept = 16'000'000;
    const auto known = hops_.find(chip);
    if (known != hops_.end()) {
      return known->second;
    }
    if (hops_.size() * chips_.size() > kMostKept) {
      hops_.clear();
    }
    return hops_.emplace(chip, topology_.hops_from(chip)).first->second;
  }

  /// Index in `reached_` of the earliest arrival; -1 if there is none.
  int search(const Message& message, isa::Cycle ready, const std::vector<int>& to_go) {
    reached_.assign(1, {message.from, -1, {}, 0, 0, 0});
    earliest_.clear();
    open_ = {};
    spread(0, message, ready, to_go);
    while (!open_.empty()) {
      const int at = open_.top().reached;
      open_.pop();
      const Reached& here = reached_[static_cast<std::size_t>(at)];
      if (here.chip == message.to) {
        return at;
      }
      if (here.hop.receive == earliest_.at(side_of(here))) {
        spread(at, message, ready, to_go);
      }
    }
    return -1;
  }

  /// From which side it goes on matters for what that costs.
  [[nodiscard]] std::pair<int, int> side_of(const Reached& at) const {
    return {at.chip, at.link < topology_.first_global_link() ? 0 : 1};
  }

  void spread(int at, const Message& message, isa::Cycle ready, const std::vector<int>& to_go) {
    const int chip = reached_[static_cast<std::size_t>(at)].chip;
    const Stay stay = stay_at(at, ready);
    if (stay.in && !chips_[static_cast<std::size_t>(chip)].slice_for(times_, stay)) {
      return;  // nothing can be written when it comes
    }
    for (int link = 0; link < topology_.links(); ++link) {
      const auto other = topology_.peer({chip, link});
      if (!other) {
        continue;
      }
      Reached next = over(at, stay, {chip, link}, *other, other->chip == message.to);
      const auto [earliest, is_new] = earliest_.emplace(side_of(next), next.hop.receive);
      if (!is_new && earliest->second <= next.hop.receive) {
        continue;
      }
      earliest->second = next.hop.receive;
      const isa::Cycle bound =
          next.hop.receive + shortest_hop_ * to_go[static_cast<std::size_t>(other->chip)];
      open_.push({bound, next.hops, static_cast<int>(reached_.size())});
      reached_.push_back(next);
    }
  }

  [[nodiscard]] Stay stay_at(int at, isa::Cycle ready) const {
    const Reached& here = reached_[static_cast<std::size_t>(at)];
    Stay stay{{}, {}, ready};
    if (here.before >= 0) {
      stay.in = Stay::Arrival{here.link, here.hop.receive};
    }
    return stay;
  }

  /// The earliest that it gets over a cable, both chips having MEM for it.
  Reached over(int at, Stay stay, LinkEnd from, LinkEnd to, bool last) {
    const ChipTraffic& sender = chips_[static_cast<std::size_t>(from.chip)];
    const ChipTraffic& receiver = chips_[static_cast<std::size_t>(to.chip)];
    const isa::Cycles under_way = send_latency_ + topology_.flight(from);
    isa::Cycle send = times_.first_send(stay, from.link);
    while (true) {
      send = sender.next_send(from.link, send);
      const isa::Cycle receive = send + under_way;
      stay.out = Stay::Departure{from.link, send};
      const std::optional<int> slice = sender.slice_for(times_, stay);
      const Stay end{Stay::Arrival{to.link, receive}, {}, {}};
      if (slice && receiver.can_receive(to.link, receive) &&
          (!last || receiver.slice_for(times_, end))) {
        const int hops = reached_[static_cast<std::size_t>(at)].hops + 1;
        return {to.chip, at, {from, send, receive}, to.link, *slice, hops};
      }
      send += isa::Cycles{1};
    }
  }

  Way take(int number, isa::Cycle ready, int last) {
    Way way;
    way.message = number;
    std::vector<int> stops;
    for (int at = last; at >= 0; at = reached_[static_cast<std::size_t>(at)].before) {
      stops.push_back(at);
    }
    std::reverse(stops.begin(), stops.end());
    for (std::size_t i = 0; i < stops.size(); ++i) {
      Stay stay = stay_at(stops[i], ready);
      ChipTraffic& chip =
          chips_[static_cast<std::size_t>(reached_[static_cast<std::size_t>(stops[i])].chip)];
      int slice = 0;
      if (i + 1 < stops.size()) {
        const Reached& next = reached_[static_cast<std::size_t>(stops[i + 1])];
        stay.out = Stay::Departure{next.hop.from.link, next.hop.send};
        slice = next.slice;
        way.hops.push_back(next.hop);
      } else {
        slice = *chip.slice_for(times_, stay);
      }
      way.places.push_back(chip.take(times_, stay, slice));
    }
    return way;
  }

  const Topology& topology_;
  MemTimes times_;
  isa::Cycles send_latency_;
  isa::Cycles shortest_hop_;
  std::vector<ChipTraffic> chips_;
  std::map<int, std::vector<int>> hops_;  // to a chip, from each
  // Of the search under way:
  std::vector<Reached> reached_;
  std::map<std::pair<int, int>, isa::Cycle> earliest_;
  std::priority_queue<Open, std::vector<Open>, std::greater<>> open_;
};

}  // namespace

NetworkSchedule schedule(const isa::ChipSpec& chip, const Topology& topology,
                         std::span<const Message> messages) {
  refuse_impossible(topology, messages);
  Scheduler scheduler(chip, topology);
  NetworkSchedule schedule;
  int most = 0;
  for (const Message& message : messages) {
    most = std::max(most, message.vectors);
  }
  for (int n = 0; n < most; ++n) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
      if (n < messages[i].vectors) {
        schedule.ways.push_back(scheduler.next(static_cast<int>(i), messages[i]));
      }
    }
  }
  std::stable_sort(schedule.ways.begin(), schedule.ways.end(),
                   [](const Way& a, const Way& b) { return a.message < b.message; });
  return schedule;
}

}  // namespace lpu::fabric
