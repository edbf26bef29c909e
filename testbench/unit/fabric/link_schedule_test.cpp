// SPDX-License-Identifier: Apache-2.0
#include "fabric/schedule/link_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isa/spec/geometry.h"

namespace lpu::fabric {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class LinkScheduleTest : public testing::Test {
 protected:
  SystemSpec spec_{read_system_spec(LPU_SOURCE_DIR "/configs/systems/quad.toml")};
  Topology topology_{spec_};
  std::vector<std::vector<isa::Issue>> issues_{std::vector<std::vector<isa::Issue>>(4)};

  void use(int chip, int link, isa::Op op, std::int64_t at) {
    isa::Insn insn;
    insn.op = op;
    auto& of_chip = issues_[static_cast<std::size_t>(chip)];
    const int queue = isa::Geometry(spec_.chip).c2c_queue(link);
    of_chip.push_back({{at}, queue, static_cast<std::uint32_t>(of_chip.size()), insn});
  }
  void send(int chip, int link, std::int64_t at) { use(chip, link, isa::Op::kSend, at); }
  void receive(int chip, int link, std::int64_t at) { use(chip, link, isa::Op::kReceive, at); }

  LinkSchedule schedule() const { return derive(spec_.chip, topology_, issues_); }
  std::vector<LinkRule> broken() const {
    std::vector<LinkRule> rules;
    for (const auto& violation : check(spec_, schedule())) {
      rules.push_back(violation.rule);
    }
    return rules;
  }
};

TEST_F(LinkScheduleTest, AReceiveTakesItsVectorNotBeforeItArrives) {
  send(0, 0, 10);
  receive(1, 0, 10 + 21 + 217);
  EXPECT_THAT(broken(), ElementsAre());
  issues_[1][0].at = {10 + 21 + 217 - 1};
  EXPECT_THAT(broken(), ElementsAre(LinkRule::kArrived));
}

TEST_F(LinkScheduleTest, VectorsOfALinkStayInOrder) {
  send(0, 0, 0);
  send(0, 0, 27);
  receive(1, 0, 238);
  receive(1, 0, 300);
  const LinkSchedule s = schedule();
  ASSERT_EQ(s.transfers.size(), 2U);
  EXPECT_EQ(s.transfers[0].send.at, isa::Cycle{0});
  EXPECT_EQ(s.transfers[0].receive.at, isa::Cycle{238});
  EXPECT_EQ(s.transfers[1].receive.at, isa::Cycle{300});
  EXPECT_THAT(broken(), ElementsAre());
}

TEST_F(LinkScheduleTest, TheTwoDirectionsOfACableAreIndependent) {
  send(0, 2, 0);
  send(3, 2, 0);
  receive(0, 2, 238);
  receive(3, 2, 238);
  EXPECT_THAT(broken(), ElementsAre());
}

TEST_F(LinkScheduleTest, OneVectorEvery27CyclesALink) {
  send(0, 0, 0);
  send(0, 0, 26);
  send(0, 1, 1);  // another link has a pace of its own
  receive(1, 0, 400);
  receive(1, 0, 401);
  receive(2, 1, 400);
  EXPECT_THAT(broken(), ElementsAre(LinkRule::kPace));
  issues_[0][1].at = {27};
  EXPECT_THAT(broken(), ElementsAre());
}

TEST_F(LinkScheduleTest, AVectorThatNobodyTakesIsAViolation) {
  send(0, 0, 0);
  EXPECT_THAT(broken(), ElementsAre(LinkRule::kReceived));
}

TEST_F(LinkScheduleTest, AReceiveWithoutAVectorIsAViolation) {
  receive(0, 0, 500);
  EXPECT_THAT(broken(), ElementsAre(LinkRule::kSent));
}

TEST_F(LinkScheduleTest, ALinkWithoutAnotherEndIsAViolation) {
  send(0, 6, 0);      // chip 7 is not there
  receive(1, 8, 10);  // a global link
  EXPECT_THAT(broken(), ElementsAre(LinkRule::kConnected, LinkRule::kConnected));
}

TEST_F(LinkScheduleTest, AllViolationsAreReturnedInTheOrderOfTheirCycles) {
  send(0, 0, 50);
  send(0, 0, 60);
  receive(1, 0, 70);
  receive(2, 2, 20);
  EXPECT_THAT(broken(), ElementsAre(LinkRule::kSent, LinkRule::kReceived, LinkRule::kPace,
                                    LinkRule::kArrived));
}

TEST_F(LinkScheduleTest, AMessageNamesChipQueueCycleAndWhatWasExpected) {
  send(0, 0, 0);
  receive(1, 0, 237);
  const auto violations = check(spec_, schedule());
  ASSERT_EQ(violations.size(), 1U);
  EXPECT_EQ(violations[0].what,
            "chip1.c2c_w.link0 cycle 237 (instruction 0): the vector that chip0.c2c_w.link0 sent "
            "in cycle 0 arrives in cycle 238");
}

TEST_F(LinkScheduleTest, TheDumpHasALineATransfer) {
  send(0, 0, 5);
  receive(1, 0, 300);
  EXPECT_EQ(dump(spec_.chip, schedule()), "chip0.c2c_w.link0 @5 -> chip1.c2c_w.link0 @300\n");
}

}  // namespace
}  // namespace lpu::fabric
