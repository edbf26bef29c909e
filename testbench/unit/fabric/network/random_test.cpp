// SPDX-License-Identifier: Apache-2.0
// Random messages on random topologies: what is scheduled keeps every rule, and a schedule with a
// planted fault is caught. LPU_NETWORK_SETS=100000 for the long run.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <set>

#include "fabric/schedule/network/network.h"
#include "fabric/schedule/network/network_check.h"
#include "testbench/support/random_network.h"

namespace lpu::fabric {
namespace {

int sets() {
  const char* asked = std::getenv("LPU_NETWORK_SETS");
  return asked == nullptr ? 3000 : std::atoi(asked);
}

SystemSpec shipped(const std::string& name) {
  return read_system_spec(LPU_SOURCE_DIR "/configs/systems/" + name + ".toml");
}

TEST(RandomNetworkTest, WhatIsScheduledKeepsEveryRule) {
  const SystemSpec base = shipped("node8");
  const std::array fixed{shipped("ring8"), shipped("rack72"), shipped("quadfour9"), base};
  std::int64_t vectors = 0;
  std::int64_t hops = 0;
  for (int n = 0; n < sets(); ++n) {
    testbench::RandomNetwork random(static_cast<std::uint32_t>(n));
    const SystemSpec spec = n % 8 < 4 ? random.graph(base) : fixed[static_cast<std::size_t>(n % 4)];
    const Topology topology(spec);
    const auto messages = random.messages(spec.chips, 12, n % 5 == 0 ? 40 : 6);
    const NetworkSchedule made = schedule(spec.chip, topology, messages);
    for (const auto& violation : check(spec.chip, topology, messages, made, 1)) {
      FAIL() << "set " << n << ": " << violation.what;
    }
    vectors += static_cast<std::int64_t>(made.ways.size());
    for (const Way& way : made.ways) {
      hops += static_cast<std::int64_t>(way.hops.size());
    }
  }
  RecordProperty("vectors", std::to_string(vectors));
  RecordProperty("hops", std::to_string(hops));
  EXPECT_GT(hops, vectors);
}

/// A way of doing a schedule harm, and the rules of which at least one must be broken.
struct Plant {
  const char* name;
  bool (*spoil)(testbench::RandomNetwork& random, NetworkSchedule& schedule);  // false: not here
  std::set<NetworkRule> found;
};

Way& any(testbench::RandomNetwork& random, NetworkSchedule& schedule) {
  return schedule
      .ways[static_cast<std::size_t>(random.below(static_cast<int>(schedule.ways.size())))];
}

const std::array kPlants{
    Plant{"lost vector",
          [](testbench::RandomNetwork& r, NetworkSchedule& s) {
            s.ways.erase(s.ways.begin() + r.below(static_cast<int>(s.ways.size())));
            return true;
          },
          {NetworkRule::kCount}},
    Plant{"vector twice",
          [](testbench::RandomNetwork& r, NetworkSchedule& s) {
            s.ways.push_back(any(r, s));
            return true;
          },
          {NetworkRule::kCount}},
    Plant{"received a cycle early",
          [](testbench::RandomNetwork& r, NetworkSchedule& s) {
            any(r, s).hops.back().receive += isa::Cycles{-1};
            return true;
          },
          {NetworkRule::kArrived}},
    Plant{"sent too soon after another",
          [](testbench::RandomNetwork& r, NetworkSchedule& s) {
            Way& way = any(r, s);
            for (Way& other : s.ways) {
              if (&other != &way && other.hops.front().from == way.hops.front().from) {
                const isa::Cycles d = other.hops.front().send - way.hops.front().send;
                way.hops.front().send += d + isa::Cycles{r.below(26)};
                way.hops.front().receive += d + isa::Cycles{r.below(26)};
                return true;
              }
            }
            return false;
          },
          {NetworkRule::kPace}},
    Plant{"cable left out",
          [](testbench::RandomNetwork& r, NetworkSchedule& s) {
            Way& way = any(r, s);
            way.hops.erase(way.hops.begin());
            way.places.erase(way.places.begin());
            return true;
          },
          {NetworkRule::kWay}},
    Plant{"forwarded before it is there",
          [](testbench::RandomNetwork& r, NetworkSchedule& s) {
            for (Way& way : s.ways) {
              if (way.hops.size() > 1) {
                way.hops[1].send = way.hops[0].receive + isa::Cycles{r.below(31)};
                return true;
              }
            }
            return false;
          },
          {NetworkRule::kReady}},
    Plant{"place of another vector",
          [](testbench::RandomNetwork& r, NetworkSchedule& s) {
            Way& way = any(r, s);
            for (const Way& other : s.ways) {
              if (&other != &way && other.message != way.message &&
                  other.hops.front().from.chip == way.hops.front().from.chip) {
                way.places.front() = other.places.front();
                return true;
              }
            }
            return false;
          },
          {NetworkRule::kPlace}},
    Plant{"left in the FIFO until the next has come",
          [](testbench::RandomNetwork& /*r*/, NetworkSchedule& s) {
            for (Way& way : s.ways) {
              for (const Way& other : s.ways) {
                if (other.hops.back().from == way.hops.back().from &&
                    other.hops.back().send > way.hops.back().send) {
                  way.hops.back().receive = other.hops.back().receive + isa::Cycles{1};
                  return true;
                }
              }
            }
            return false;
          },
          {NetworkRule::kFifo, NetworkRule::kOrder}},
};

TEST(RandomNetworkTest, APlantedFaultIsAlwaysCaught) {
  const SystemSpec base = shipped("node8");
  std::array<int, kPlants.size()> planted{};
  for (int n = 0; n < sets() / 3; ++n) {
    testbench::RandomNetwork random(static_cast<std::uint32_t>(n));
    const SystemSpec spec = random.graph(base);
    const Topology topology(spec);
    const auto messages = random.messages(spec.chips, 8, 12);
    const NetworkSchedule made = schedule(spec.chip, topology, messages);
    const std::size_t which = static_cast<std::size_t>(n) % kPlants.size();
    NetworkSchedule spoilt = made;
    if (!kPlants[which].spoil(random, spoilt)) {
      continue;
    }
    ++planted[which];
    bool found = false;
    for (const auto& violation : check(spec.chip, topology, messages, spoilt, 1)) {
      found = found || kPlants[which].found.contains(violation.rule);
    }
    EXPECT_TRUE(found) << "set " << n << ": " << kPlants[which].name;
  }
  for (std::size_t i = 0; i < kPlants.size(); ++i) {
    EXPECT_GT(planted[i], sets() / 100) << kPlants[i].name;
  }
}

}  // namespace
}  // namespace lpu::fabric
