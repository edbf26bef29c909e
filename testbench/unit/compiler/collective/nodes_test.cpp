// SPDX-License-Identifier: Apache-2.0
// Collective operations over several nodes: legal by the checkers, as busy as the links allow.
#include <random>

#include "isa/error/input_error.h"
#include "testbench/unit/compiler/collective/checked.h"

namespace lpu::collective {
namespace {

using isa::Type;

TEST(NodesCollective, EveryOperationOnARackIsLegal) {
  std::mt19937 random(20260102);
  const auto rack = system_of("rack72");
  for (const Kind kind :
       {Kind::kAllReduce, Kind::kReduceScatter, Kind::kAllGather, Kind::kBroadcast}) {
    for (const Type type : {Type::kI8, Type::kF32}) {
      const std::int64_t bytes = 1 + random() % 200000;
      SCOPED_TRACE(testing::Message() << static_cast<int>(kind) << ' ' << bytes);
      (void)cycles_of(rack, {kind, type, bytes});
    }
  }
}

TEST(NodesCollective, OtherNumbersOfNodesAreLegalOrRefused) {
  for (const int nodes : {2, 3, 4, 5, 8}) {
    auto spec = system_of("rack72");
    spec.chips = 8 * nodes;
    SCOPED_TRACE(nodes);
    (void)cycles_of(spec, {Kind::kAllReduce, Type::kF16, 100000});
  }
  for (const char* name : {"ring8", "quadfour9", "llama70b-576"}) {
    EXPECT_THROW((void)compile(system_of(name), {Kind::kAllReduce, Type::kF16, 640}),
                 isa::InputError)
        << name;
  }
}

/// Of 72 pieces, a local link carries 9 (to be added), 4 (to their owners), 1 (from its owner) and
/// 8 (from the cables) one after the other, a cable 2 and 2. Where a phase waits for the one
/// before, what it waits for does not grow with the message.
TEST(NodesCollective, CostOfALargeAllReduceIsThatOfItsLinks) {
  const auto rack = system_of("rack72");
  const auto cycles = [&](std::int64_t steps_of_piece) {
    return compile(rack, {Kind::kAllReduce, Type::kF16, 72 * 4 * 320 * steps_of_piece}).end.value;
  };
  constexpr std::int64_t kStep = 4 * 27;
  const std::int64_t per_step = (cycles(24) - cycles(16)) / 8;
  EXPECT_GE(per_step, (9 + 4 + 1 + 8) * kStep);
  EXPECT_LE(per_step, (9 + 2 + 4 + 1 + 2 + 8) * kStep);
}

}  // namespace
}  // namespace lpu::collective
