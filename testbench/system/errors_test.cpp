// SPDX-License-Identifier: Apache-2.0
// What is wrong with the use of links is found twice: by the checker and by the run.
#include "testbench/system/system_fixture.h"

namespace lpu::testbench {
namespace {

using fabric::LinkRule;
using testing::Contains;
using testing::HasSubstr;

class LinkErrorsTest : public SystemTest {
 protected:
  fabric::SystemSpec spec_{read_spec("pair")};
};

TEST_F(LinkErrorsTest, AReceiveOneCycleBeforeTheArrival) {
  const auto set = programs(spec_, Exchange{.links = 1, .receive_at = 242}.text());
  EXPECT_THAT(broken(spec_, set), Contains(LinkRule::kArrived));
  expect_error(spec_, set, "lpu/c2c/nothing-arrived");
}

TEST_F(LinkErrorsTest, AVectorThatNobodyTakes) {
  const auto set =
      programs(spec_, ".queue mem_w.slice43\nread 5 -> w0\n.queue c2c_w.link0\nnop 5\nsend w0\n");
  EXPECT_THAT(broken(spec_, set), Contains(LinkRule::kReceived));
  try {
    (void)fabric::run(spec_, set);
    FAIL() << "the run ended";
  } catch (const tlm::ScheduleError& e) {
    EXPECT_EQ(e.id(), "lpu/c2c/not-received");
  }
}

TEST_F(LinkErrorsTest, AReceiveOfNothing) {
  const auto set = programs(spec_, ".queue c2c_w.link0\nnop 500\nreceive -> e0\n");
  EXPECT_THAT(broken(spec_, set), Contains(LinkRule::kSent));
  expect_error(spec_, set, "lpu/c2c/nothing-arrived");
}

TEST_F(LinkErrorsTest, ALinkThatLeadsNowhere) {
  const auto set =
      programs(spec_, ".queue mem_w.slice43\nread 5 -> w0\n.queue c2c_w.link1\nnop 5\nsend w0\n");
  EXPECT_THAT(broken(spec_, set), Contains(LinkRule::kConnected));
  expect_error(spec_, set, "lpu/c2c/unbound-link");
}

TEST_F(LinkErrorsTest, TwoVectorsTooCloseToEachOther) {
  const auto set = programs(spec_,
                            ".queue mem_w.slice43\nread 5 -> w0\nrepeat 1, 26, 0\n"
                            ".queue c2c_w.link0\nnop 5\nsend w0\nrepeat 1, 26, 0\n");
  EXPECT_THAT(broken(spec_, set), Contains(LinkRule::kPace));
  expect_error(spec_, set, "lpu/c2c/send-too-soon");
}

TEST_F(LinkErrorsTest, AQueueThatWaitsForeverIsNamed) {
  auto set = programs(spec_, ".queue mem_e.slice3\nnop 10\nsync\nread 0 -> e0\n");
  set.resize(1);  // chip 1 does nothing
  expect_report("lpu/icu/parked-forever");
  try {
    (void)fabric::run(spec_, set);
    FAIL() << "the run ended";
  } catch (const tlm::ScheduleError& e) {
    EXPECT_EQ(e.where().chip, 0);
    EXPECT_EQ(e.where().unit, "mem_e.slice3");
    EXPECT_EQ(e.where().at, isa::Cycle{10});
  }
}

class UnitChoiceTest : public SystemTest {
 protected:
  static std::string refusal(const std::string& choice) {
    fabric::RunOptions options;
    options.values = tlm::Values::kNone;
    try {
      options.units = {fabric::parse_unit_choice(choice)};
      (void)fabric::run(read_spec("pair"), {}, options);
    } catch (const fabric::UsageError& e) {
      return e.what();
    }
    return {};
  }
};

TEST_F(UnitChoiceTest, APatternThatMatchesNoUnit) {
  EXPECT_EQ(refusal("chip2.mxm*=tlm"), "'chip2.mxm*' matches no unit");
}
TEST_F(UnitChoiceTest, AUnitWithoutRtlIsNamed) {
  EXPECT_EQ(refusal("chip1.vxm=rtl"), "no RTL can take the place of chip1.vxm");
}
TEST_F(UnitChoiceTest, TheModelIsAlwaysThere) { EXPECT_EQ(refusal("chip*.mem*=tlm"), ""); }
TEST_F(UnitChoiceTest, SomethingElseThanAChoice) {
  EXPECT_THAT(refusal("chip0"), HasSubstr("expected PATTERN=tlm"));
  EXPECT_THAT(refusal("=rtl"), HasSubstr("expected PATTERN=tlm"));
  EXPECT_THAT(refusal("chip0=gate"), HasSubstr("expected PATTERN=tlm"));
}

}  // namespace
}  // namespace lpu::testbench
