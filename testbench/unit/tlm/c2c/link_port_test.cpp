// SPDX-License-Identifier: Apache-2.0
#include "tlm/c2c/link_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tlm/common/schedule_error.h"

namespace lpu::tlm {
namespace {

const isa::ChipSpec& spec() {
  static const isa::ChipSpec chip = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  return chip;
}

std::string error_id(const auto& action) {
  try {
    action();
  } catch (const UnitError& error) {
    return error.id();
  }
  return "none";
}

TEST(LinkPortTest, SendsAreAtLeastThePaceApart) {
  LinkPort port;
  EXPECT_EQ(error_id([&] { port.send(spec(), {100}); }), "none");
  EXPECT_EQ(error_id([&] { port.send(spec(), {126}); }), "lpu/c2c/send-too-soon");
  EXPECT_EQ(error_id([&] { port.send(spec(), {127}); }), "none");
}

TEST(LinkPortTest, AVectorCanBeReceivedFromItsArrivalOn) {
  LinkPort port;
  EXPECT_EQ(error_id([&] { port.receive({10}); }), "lpu/c2c/nothing-arrived");
  const std::vector<std::uint8_t> first{1, 2};
  const std::vector<std::uint8_t> second{3, 4};
  port.arrive({10}, first);
  port.arrive({37}, second);
  EXPECT_EQ(port.waiting(), 2);
  EXPECT_EQ(error_id([&] { port.receive({9}); }), "lpu/c2c/nothing-arrived");
  EXPECT_THAT(port.receive({10}), testing::ElementsAreArray(first));
  EXPECT_THAT(port.receive({100}), testing::ElementsAreArray(second));
  EXPECT_EQ(port.waiting(), 0);
}

TEST(LinkPortTest, VectorsDoNotOvertake) {
  LinkPort port;
  port.arrive({10}, {});
  EXPECT_EQ(error_id([&] { port.arrive({9}, {}); }), "lpu/c2c/overtaking");
}

}  // namespace
}  // namespace lpu::tlm
