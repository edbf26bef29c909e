// SPDX-License-Identifier: Apache-2.0
// What stages pass on to each other when a cut lies between halves of a layer or inside a network.
#include "compiler/graph/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lpu::compiler {
namespace {

using testing::ElementsAre;

class GraphTest : public testing::Test {
 protected:
  GraphTest() {
    config_.vocab_size = 100;
    config_.hidden_size = 8;
    config_.intermediate_size = 24;
    config_.num_hidden_layers = 2;
    config_.num_attention_heads = 2;
    config_.num_key_value_heads = 2;
    config_.head_dim = 4;
  }
  /// Names of a part's operators without `layers.`.
  std::vector<std::string> names(const Part& part) const {
    std::vector<std::string> all;
    for (const Operator& o : build_graph(config_, part).operators) {
      all.push_back(o.name.starts_with("layers.") ? o.name.substr(7) : o.name);
    }
    return all;
  }

  ModelConfig config_;
};

TEST_F(GraphTest, BetweenHalvesTheHiddenStateIsPassedOn) {
  EXPECT_THAT(names({0, 0, 1, 1, false}),
              ElementsAre("receive_hidden", "0.ffn_norm", "0.gate", "0.up", "0.swiglu", "0.down",
                          "0.ffn_residual", "send_hidden"));
}

// The first share is made on before its sum is there, so its input goes first.
TEST_F(GraphTest, InsideANetworkItsInputGoesFirst) {
  EXPECT_THAT(names({0, 0, 5, 2, false, 4}),
              ElementsAre("receive_hidden", "1.ffn_norm", "send_normed", "1.gate", "1.up",
                          "1.swiglu", "1.down", "1.ffn_residual", "send_hidden"));
  EXPECT_THAT(names({0, 0, 6, 1, false, 4}),
              ElementsAre("receive_normed", "receive_hidden", "send_normed", "1.gate", "1.up",
                          "1.swiglu", "1.down", "1.ffn_residual", "send_hidden"));
  EXPECT_THAT(
      names({0, 0, 7, 1, true, 4}),
      ElementsAre("receive_normed", "receive_hidden", "1.gate", "1.up", "1.swiglu", "1.down",
                  "1.ffn_residual", "final_norm", "lm_head", "argmax", "send_token"));
}

// Every stage with a share of a network routes by itself.
TEST_F(GraphTest, ExpertsAreANetworkWithWeights) {
  config_.num_local_experts = 4;
  config_.num_experts_per_tok = 2;
  EXPECT_THAT(names({0, 0, 6, 1, false, 4}),
              ElementsAre("receive_normed", "receive_hidden", "send_normed", "1.router", "1.route",
                          "1.gate", "1.up", "1.swiglu", "1.down", "1.ffn_residual", "send_hidden"));
  EXPECT_THAT(
      dump(build_graph(config_, {0, 0, 1, 1, true})),
      testing::HasSubstr(
          "%2 = linear %1, model.layers.0.block_sparse_moe.gate.weight : 4  # layers.0.router\n"
          "%3 = route %2 : 4  # layers.0.route\n"
          "%4 = linear %1, model.layers.0.block_sparse_moe.experts.*.w1.weight : 96  "
          "# layers.0.gate\n"
          "%5 = linear %1, model.layers.0.block_sparse_moe.experts.*.w3.weight : 96  "
          "# layers.0.up\n"
          "%6 = swiglu %4, %5, %3 : 96  # layers.0.swiglu\n"
          "%7 = linear %6, model.layers.0.block_sparse_moe.experts.*.w2.weight : 8  "
          "# layers.0.down\n"));
}

TEST_F(GraphTest, AShareIsShown) {
  const std::string text = dump(build_graph(config_, {0, 0, 6, 2, false, 4}));
  EXPECT_THAT(text, testing::HasSubstr("= linear %0, model.layers.1.mlp.gate_proj.weight : 24  "
                                       "# layers.1.gate, blocks 1..2 of 3\n"));
}

TEST_F(GraphTest, ThePartsAreTheModel) {
  std::vector<std::string> all;
  for (const Part& part : {Part{0, 60, 0, 0, false}, {60, 40, 0, 3, false}, {0, 0, 3, 1, true}}) {
    for (const std::string& name : names(part)) {
      if (!name.starts_with("send_") && !name.starts_with("receive_") &&
          !(name == "embed" && !all.empty())) {
        all.push_back(name);
      }
    }
  }
  EXPECT_EQ(all, names({0, 100, 0, 4, true}));
}

}  // namespace
}  // namespace lpu::compiler
