// SPDX-License-Identifier: Apache-2.0
#include "testbench/system/decode/addition_fixture.h"

namespace lpu {
namespace {

using compiler::Matmul;

class AdditionTest : public AdditionFixture {};

TEST_F(AdditionTest, OneChipAdds) {
  build("chip.toml", Matmul::kF16);
  const cli::Decoded decoded = run("47+85=");
  EXPECT_EQ(text(decoded), "132\n");
  EXPECT_EQ(decoded.predicted_cycles, decoded.simulated_cycles);
}

}  // namespace
}  // namespace lpu
