// SPDX-License-Identifier: Apache-2.0
// Collective operations of a node: legal by the checkers, and as long as the closed form says.
#include <random>

#include "isa/error/input_error.h"
#include "testbench/unit/compiler/collective/checked.h"

namespace lpu::collective {
namespace {

using isa::Type;

/// Terms of the closed forms, by hand from the published chip: hops between positions, latencies.
constexpr std::int64_t kRead = 1;
constexpr std::int64_t kWrite = 2;
constexpr std::int64_t kSend = 21 + 217;  // to the cycle of the receive
constexpr std::int64_t kReceive = 21;
constexpr std::int64_t kPace = 27;
constexpr std::int64_t kEdge = 19;  // hops from the VXM to the links
constexpr std::int64_t kNear = 4;   // hops from the nearest slices to the links
constexpr std::int64_t kSuperlanes = 20;
constexpr std::int64_t kSevenOperands = 6 * 3;  // the last of seven after the first
constexpr std::int64_t kNearestToVxm = 5;

/// One hop, the sum, and a write: what one vector takes, and what each further one adds.
std::int64_t direct(std::int64_t vectors, std::int64_t bytes, std::int64_t sum) {
  const std::int64_t hop = kRead + kNear + kSend + kReceive + kEdge + kWrite + kRead;
  const std::int64_t last_byte = kPace * (bytes - 1);
  return hop + last_byte + kSevenOperands + sum + kNearestToVxm + kWrite + kSuperlanes +
         kPace * (vectors - bytes);
}

TEST(NodeCollective, DirectAllReduceTakesAHopASumAndThePaceOfItsVectors) {
  const auto spec = system_of("node8");
  EXPECT_EQ(cycles_of(spec, {Kind::kAllReduce, Type::kI8, 320}), direct(1, 1, 4 + 9));
  EXPECT_EQ(cycles_of(spec, {Kind::kAllReduce, Type::kI8, 5 * 320}), direct(5, 1, 4 + 9));
  EXPECT_EQ(cycles_of(spec, {Kind::kAllReduce, Type::kF16, 640}), direct(2, 2, 4 + 9));
  EXPECT_EQ(cycles_of(spec, {Kind::kAllReduce, Type::kF16, 1}), direct(2, 2, 4 + 9));
  // Receives of a step stand side by side: its first vectors wait, its last does not.
  EXPECT_EQ(cycles_of(spec, {Kind::kAllReduce, Type::kF32, 1280}), direct(4, 4, 4 + 3));
}

TEST(NodeCollective, LargeAllReduceKeepsEveryLinkBusyAndPaysOneHop) {
  const auto spec = system_of("node8");
  // 1/8 of the message twice over each link; before it a read that has 31 hops to the links, after
  // it the way of the last vector into the slices as far away.
  constexpr std::int64_t kFar = kEdge + 12;
  const auto closed_form = [](std::int64_t steps) {
    const std::int64_t sends = 2 * steps * 4;
    return kRead + kFar + kPace * (sends - 1) + kSend + kReceive + kFar + kWrite + kSuperlanes;
  };
  for (const std::int64_t steps : {4, 5, 16, 100}) {
    const auto c = compile(spec, {Kind::kAllReduce, Type::kF16, 8 * 4 * 320 * steps});
    EXPECT_EQ(c.plan.algorithm, "tiled");
    EXPECT_EQ(checked_end(spec, c.programs), c.end);
    EXPECT_EQ(c.end.value, closed_form(steps)) << steps;
  }
}

TEST(NodeCollective, TheFasterAlgorithmIsChosen) {
  const auto spec = system_of("node8");
  EXPECT_EQ(compile(spec, {Kind::kAllReduce, Type::kF16, 2560}).plan.algorithm, "direct");
  EXPECT_EQ(compile(spec, {Kind::kAllReduce, Type::kF16, 10240}).plan.algorithm, "tiled");
  EXPECT_EQ(compile(spec, {Kind::kBroadcast, Type::kF16, 2560}).plan.algorithm, "direct");
  EXPECT_EQ(compile(spec, {Kind::kBroadcast, Type::kF16, 40960}).plan.algorithm, "tiled");
}

TEST(NodeCollective, EveryOperationIsLegal) {
  std::mt19937 random(20260101);
  for (const char* name : {"pair", "quad", "node8"}) {
    const auto spec = system_of(name);
    for (const Kind kind :
         {Kind::kAllReduce, Kind::kReduceScatter, Kind::kAllGather, Kind::kBroadcast}) {
      for (const Type type : {Type::kI8, Type::kF16, Type::kF32}) {
        const std::int64_t bytes = 1 + random() % 60000;
        SCOPED_TRACE(testing::Message() << name << ' ' << static_cast<int>(kind) << ' '
                                        << isa::name_of(type) << ' ' << bytes);
        (void)cycles_of(spec, {kind, type, bytes});
      }
    }
  }
}

TEST(NodeCollective, OtherFlightTimesAndPacesAreLegal) {
  for (const std::int64_t flight : {1, 100, 217, 230, 301}) {
    for (const std::int64_t pace : {3, 14, 27, 40}) {
      auto spec = system_of("quad");
      spec.flight = {flight};
      spec.chip.c2c_pace = pace;
      SCOPED_TRACE(testing::Message() << flight << ' ' << pace);
      (void)cycles_of(spec, {Kind::kAllReduce, Type::kI8, 20000});
    }
  }
}

TEST(NodeCollective, RefusesWhatCannotBe) {
  EXPECT_THROW((void)compile(system_of("chip"), {Kind::kAllReduce, Type::kF16, 320}),
               isa::InputError);
  EXPECT_THROW((void)compile(system_of("node8"), {Kind::kAllReduce, Type::kF16, 1 << 27}),
               isa::InputError);
  auto no_room = system_of("pair");
  no_room.chip.c2c_pace = 1;
  EXPECT_THROW((void)compile(no_room, {Kind::kAllReduce, Type::kI8, 320}), isa::InputError);
}

}  // namespace
}  // namespace lpu::collective
