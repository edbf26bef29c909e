// SPDX-License-Identifier: Apache-2.0
// Two ends and the wire between them: the times of docs/timing.md, and random traffic both ways.
#include <Vlink2.h>
#include <Vlink20.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <iostream>

#include "testbench/cosim/c2c/link_driver.h"

namespace lpu::rtl {
namespace {

constexpr int kSendLatency = 21;
constexpr int kFlight = 217;
constexpr int kReceiveLatency = 21;
constexpr int kPace = 27;

/// One direction of a cable.
template <class Block>
class Wire {
 public:
  Wire() {
    block_.rst_ni = 0;
    edge();
    block_.rst_ni = 1;
  }
  ~Wire() { block_.final(); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// Ends a cycle in which `in` was put on the wire.
  void clock(const std::optional<Phit>& in) {
    block_.phit_valid_i = in.has_value();
    if (in) std::memcpy(&block_.phit_data_i, in->data(), in->size());
    edge();
  }
  [[nodiscard]] std::optional<Phit> out() {
    if (block_.phit_valid_o == 0) return std::nullopt;
    Phit phit;
    std::memcpy(phit.data(), &block_.phit_data_o, phit.size());
    return phit;
  }

 private:
  void edge() {
    block_.clk_i = 0;
    block_.eval();
    block_.clk_i = 1;
    block_.eval();
  }
  Block block_{&RtlContext::process().verilated(), "wire"};
};

template <class Block>
class LinkPair : public testing::Test {
 protected:
  static constexpr int kSuperlanes = std::is_same_v<Block, Vlink2> ? 2 : 20;

  void clock() {
    for (std::size_t end = 0; end < 2; ++end) {
      if (const auto phit = wires_[1 - end].out()) ends_[end].link().come(*phit);
    }
    const std::array sent{ends_[0].link().sent(), ends_[1].link().sent()};
    for (std::size_t end = 0; end < 2; ++end) {
      ends_[end].unit().clock();
      wires_[end].clock(sent[end]);
    }
    ++now_;
  }
  void clock_until(int cycle) {
    while (now_ < cycle) clock();
  }
  [[nodiscard]] Bytes vector() { return random_bytes(16 * kSuperlanes, random_); }

  std::mt19937 random_{12};
  std::array<LinkDriver, 2> ends_{LinkDriver(kSuperlanes), LinkDriver(kSuperlanes)};
  std::array<Wire<Block>, 2> wires_;
  int now_{0};
};

using Blocks = testing::Types<Vlink2, Vlink20>;
TYPED_TEST_SUITE(LinkPair, Blocks);

TYPED_TEST(LinkPair, SentAt0ReceivedAt238OnTheStreamAt259) {
  const Bytes sent = this->vector();
  this->ends_[0].send(sent);
  this->clock_until(kSendLatency + kFlight);
  this->ends_[1].receive(9);
  while (this->now_ < kSendLatency + kFlight + kReceiveLatency) {
    ASSERT_TRUE(this->ends_[1].unit().drives().empty()) << this->now_;
    this->clock();
  }
  ASSERT_EQ(this->ends_[1].unit().drives().size(), 1U);
  EXPECT_EQ(this->ends_[1].unit().drives()[0].stream, 9);
  EXPECT_EQ(this->ends_[1].unit().drives()[0].data, sent);
  EXPECT_EQ(this->ends_[1].unit().errors(), 0U);
}

TYPED_TEST(LinkPair, At237NothingHasArrived) {
  this->ends_[0].send(this->vector());
  this->clock_until(kSendLatency + kFlight - 1);
  this->ends_[1].receive();
  this->clock();
  EXPECT_EQ(this->ends_[1].unit().errors(), 1U) << "NothingArrived";
}

// Of the flight, the wire is what the phits of a frame and its decoding leave.
TYPED_TEST(LinkPair, APhitIsOnTheWireForItsShareOfTheFlight) {
  constexpr int kPhits = (16 * TestFixture::kSuperlanes + 8 + 13) / 14;
  constexpr int kDelay = kFlight - kPhits - 2;
  std::deque<std::optional<Phit>> on_wire(kDelay);
  for (int cycle = 0; cycle < 20'000; ++cycle) {
    std::optional<Phit> phit;
    // Now and then all, and none.
    if (static_cast<int>(this->random_() % 1'000) < cycle % 4'000 / 3) {
      const Bytes bytes = random_bytes(phit.emplace().size(), this->random_);
      std::copy(bytes.begin(), bytes.end(), phit->begin());
    }
    ASSERT_EQ(this->wires_[0].out(), on_wire.front()) << "cycle " << cycle;
    on_wire.pop_front();
    on_wire.push_back(phit);
    this->wires_[0].clock(phit);
  }
}

TYPED_TEST(LinkPair, RandomTrafficBothWays) {
  std::cout << "seed 12\n";
  constexpr int kCycles = 20'000;
  struct Way {
    int next_send{0};
    std::deque<std::pair<int, Bytes>> arriving;  // when it may be received
    std::deque<std::pair<int, Bytes>> due;       // when it is on the stream
    int received{0};
  };
  std::array<Way, 2> ways;  // by the sending end
  for (int cycle = 0; cycle < kCycles; ++cycle) {
    for (std::size_t end = 0; end < 2; ++end) {
      Way& out = ways[end];
      Way& in = ways[1 - end];
      LinkDriver& driver = this->ends_[end];
      // A queue dispatches one instruction a cycle. At most 6 vectors wait.
      const bool may = !in.arriving.empty() && in.arriving.front().first <= cycle;
      const bool must = may && in.arriving.front().first + 100 <= cycle;
      if (must || (may && this->random_() % 16 == 0)) {
        driver.receive();
        in.due.emplace_back(cycle + kReceiveLatency, in.arriving.front().second);
        in.arriving.pop_front();
      } else if (cycle >= out.next_send && this->random_() % 4 == 0) {
        const Bytes sent = this->vector();
        driver.send(sent, static_cast<int>(this->random_() % 64));
        out.arriving.emplace_back(cycle + kSendLatency + kFlight, sent);
        out.next_send = cycle + kPace;
      }
    }
    this->clock();
    for (std::size_t end = 0; end < 2; ++end) {
      Way& in = ways[1 - end];
      const auto& drives = this->ends_[end].unit().drives();
      const bool due = !in.due.empty() && in.due.front().first == cycle + 1;
      ASSERT_EQ(drives.size(), due ? 1U : 0U) << "cycle " << cycle;
      if (!due) continue;
      ASSERT_EQ(drives[0].data, in.due.front().second);
      in.due.pop_front();
      ++in.received;
    }
  }
  for (std::size_t end = 0; end < 2; ++end) {
    EXPECT_EQ(this->ends_[end].unit().errors(), 0U);
    EXPECT_EQ(this->ends_[end].link().fec_corrected(), 0U);
    EXPECT_EQ(this->ends_[end].link().fec_flagged(), 0U);
    EXPECT_GT(ways[end].received, kCycles / 50);
  }
}

}  // namespace
}  // namespace lpu::rtl
