// SPDX-License-Identifier: Apache-2.0
#include "fabric/schedule/network/network_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <tuple>

#include "isa/spec/geometry.h"

namespace lpu::fabric {
namespace {

/// One hop of a way, where link rules look at it.
struct Use {
  isa::Cycle send;
  isa::Cycle arrival;
  isa::Cycle receive;
  int way{0};
};

class Checker {
 public:
  Checker(const isa::ChipSpec& chip, const Topology& topology, std::span<const Message> messages)
      : chip_(chip), geometry_(chip), topology_(topology), messages_(messages) {}

  void count(const NetworkSchedule& schedule) {
    std::vector<int> ways(messages_.size());
    for (const Way& way : schedule.ways) {
      if (of_a_message(way)) {
        ++ways[static_cast<std::size_t>(way.message)];
      }
    }
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      if (ways[i] != messages_[i].vectors) {
        add(NetworkRule::kCount, -1,
            fmt::format("message {} has {} vectors, {} are scheduled", i, messages_[i].vectors,
                        ways[i]));
      }
    }
  }

  void way(int number, const Way& way) {
    if (!of_a_message(way) || way.hops.empty() || way.places.size() != way.hops.size() + 1) {
      add(NetworkRule::kWay, number, "belongs to a message, and has a place more than hops");
      return;
    }
    const Message& message = messages_[static_cast<std::size_t>(way.message)];
    int chip = message.from;
    isa::Cycle readable = message.ready;
    for (std::size_t i = 0; i < way.hops.size(); ++i) {
      const Hop& hop = way.hops[i];
      const auto end = topology_.peer(hop.from);
      if (hop.from.chip != chip || !end) {
        add(NetworkRule::kWay, number,
            fmt::format("hop {}: no cable at link {} of chip {}, the vector is at chip {}", i,
                        hop.from.link, hop.from.chip, chip));
        return;
      }
      const isa::Cycle read =
          hop.send - isa::Cycles{distance(hop.from, way.places[i].slice) + chip_.mem_read_latency};
      if (read < readable) {
        add(NetworkRule::kReady, number,
            fmt::format("hop {}: read at chip {} in cycle {}, possible from {} on", i, chip,
                        read.value, readable.value));
      }
      access(number, chip, way.places[i].slice, read);
      const isa::Cycle arrival =
          hop.send + isa::Cycles{chip_.c2c_send_latency} + topology_.flight(hop.from);
      links_[hop.from].push_back({hop.send, arrival, hop.receive, number});
      queue(number, hop.from, hop.send);
      queue(number, *end, hop.receive);
      place(number, chip, way.places[i]);
      const isa::Cycle write = hop.receive + isa::Cycles{chip_.c2c_receive_latency +
                                                         distance(*end, way.places[i + 1].slice)};
      access(number, end->chip, way.places[i + 1].slice, write);
      readable = write + isa::Cycles{chip_.mem_write_latency};
      chip = end->chip;
    }
    place(number, chip, way.places.back());
    if (chip != message.to) {
      add(NetworkRule::kWay, number,
          fmt::format("ends at chip {}, its message goes to {}", chip, message.to));
    }
  }

  void links(int fifo_depth) {
    for (auto& [from, uses] : links_) {
      std::sort(uses.begin(), uses.end(), [](const Use& a, const Use& b) {
        return std::tie(a.send, a.way) < std::tie(b.send, b.way);
      });
      for (std::size_t i = 0; i < uses.size(); ++i) {
        const Use& use = uses[i];
        if (use.receive < use.arrival) {
          add(NetworkRule::kArrived, use.way,
              fmt::format("{}: arrives in cycle {}, received in {}", name(from), use.arrival.value,
                          use.receive.value));
        }
        if (i == 0) {
          continue;
        }
        if ((use.send - uses[i - 1].send).value < chip_.c2c_pace) {
          add(NetworkRule::kPace, use.way,
              fmt::format("{}: sent in cycle {}, the vector before in {}", name(from),
                          use.send.value, uses[i - 1].send.value));
        }
        if (use.receive <= uses[i - 1].receive) {
          add(NetworkRule::kOrder, use.way,
              fmt::format("{}: received in cycle {}, the vector before in {}", name(from),
                          use.receive.value, uses[i - 1].receive.value));
        }
        const std::size_t ahead = i >= static_cast<std::size_t>(fifo_depth)
                                      ? i - static_cast<std::size_t>(fifo_depth)
                                      : uses.size();
        if (ahead < uses.size() && uses[ahead].receive > use.arrival) {
          add(NetworkRule::kFifo, use.way,
              fmt::format("{}: arrives in cycle {} where {} vectors wait", name(from),
                          use.arrival.value, fifo_depth));
        }
      }
    }
  }

  std::vector<NetworkViolation> take() { return std::move(violations_); }

 private:
  [[nodiscard]] bool of_a_message(const Way& way) const {
    return way.message >= 0 && way.message < static_cast<int>(messages_.size());
  }
  static std::string name(LinkEnd end) {
    return fmt::format("link {} of chip {}", end.link, end.chip);
  }
  /// Stream registers between a link and a slice.
  [[nodiscard]] std::int64_t distance(LinkEnd end, int slice) const {
    const auto slices = static_cast<int>(chip_.mem_slices);
    const auto side = [](bool east) {
      return east ? isa::Hemisphere::kEast : isa::Hemisphere::kWest;
    };
    return std::abs(geometry_.mem_x(side(slice >= slices), slice % slices) -
                    geometry_.sxm_x(side(end.link >= chip_.first_east_link())));
  }
  void queue(int way, LinkEnd end, isa::Cycle at) {
    if (!queues_.emplace(end, at.value).second) {
      add(NetworkRule::kQueue, way,
          fmt::format("{}: its queue has another vector in cycle {}", name(end), at.value));
    }
  }
  void access(int way, int chip, int slice, isa::Cycle at) {
    if (!accesses_.emplace(chip, slice, at.value).second) {
      add(NetworkRule::kPort, way,
          fmt::format("slice {} of chip {} has another access in cycle {}", slice, chip, at.value));
    }
  }
  void place(int way, int chip, MemPlace at) {
    const bool there =
        at.slice >= 0 && at.slice < 2 * chip_.mem_slices && at.row >= 0 && at.row < chip_.mem_rows;
    if (!there || !places_.emplace(chip, at.slice, at.row).second) {
      add(NetworkRule::kPlace, way,
          fmt::format("row {} of slice {} of chip {} is {}", at.row, at.slice, chip,
                      there ? "another vector's" : "not there"));
    }
  }
  void add(NetworkRule rule, int way, const std::string& reason) {
    const std::string where = way < 0 ? "" : fmt::format("way {}: ", way);
    violations_.push_back({rule, way, fmt::format("{}: {}{}", name_of(rule), where, reason)});
  }

  const isa::ChipSpec& chip_;
  isa::Geometry geometry_;
  const Topology& topology_;
  std::span<const Message> messages_;
  std::map<LinkEnd, std::vector<Use>> links_;              // by the sender's end
  std::set<std::pair<LinkEnd, std::int64_t>> queues_;      // end, cycle
  std::set<std::tuple<int, int, std::int64_t>> accesses_;  // chip, slice, cycle
  std::set<std::tuple<int, int, int>> places_;             // chip, slice, row
  std::vector<NetworkViolation> violations_;
};

}  // namespace

std::string_view name_of(NetworkRule rule) {
  constexpr std::array<std::string_view, 10> kNames{"count",   "way",   "ready", "pace", "queue",
                                                    "arrived", "order", "fifo",  "port", "place"};
  return kNames[static_cast<std::size_t>(rule)];
}

std::vector<NetworkViolation> check(const isa::ChipSpec& chip, const Topology& topology,
                                    std::span<const Message> messages,
                                    const NetworkSchedule& schedule, int fifo_depth) {
  Checker checker(chip, topology, messages);
  checker.count(schedule);
  for (std::size_t i = 0; i < schedule.ways.size(); ++i) {
    checker.way(static_cast<int>(i), schedule.ways[i]);
  }
  checker.links(fifo_depth);
  return checker.take();
}

}  // namespace lpu::fabric
