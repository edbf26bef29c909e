// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/model/config.h"

namespace lpu::compiler {

/// What a decode step does, without a machine: one operator a line, in an order in which every
/// operand is made before it is used. Positions and chips appear only later.
enum class OpKind {
  kEmbed,      // token id -> hidden, if it is among the tokens; or'ed to the second input
  kRmsNorm,    // hidden -> hidden
  kLinear,     // y = W x
  kRope,       // rotate queries or keys by their position
  kKvAppend,   // keys and values of this position join the cache
  kAttention,  // queries over the cache -> heads x head_dim
  kSwiGlu,     // silu(gate) * up; of experts, times the weight of each
  kRoute,      // router's logits -> weights of the chosen experts, 0 of others
  kAdd,        // residual
  kArgmax,     // logits -> token id of the next step
  kSend,       // a value goes to the next pipeline stage, from the last to the first
  kReceive,    // and comes from the one before
};

/// What a value means to the layout of a machine: which of its dimensions can be divided.
enum class Role {
  kToken,
  kHidden,
  kNormed,  // RMSNorm's result
  kQueries,
  kKeys,
  kValues,
  kHeads,  // attention's result
  kGate,
  kUp,
  kFeedForward,  // swiglu's result
  kRouter,       // a logit an expert
  kRoute,        // a weight an expert
  kVocabulary,
};

/// Which part of a feed-forward network: `count` of `of` blocks from `first` on. A network is a sum
/// over its intermediate elements; each block has some of them, the last one may have fewer. Routed
/// experts are one network: the elements of one expert after those of another
/// (docs/decisions/0016).
struct Share {
  int first{0};
  int count{1};
  int of{1};
};

struct Operator {
  OpKind kind{};
  std::string name;         // "layers.0.q"
  std::vector<int> inputs;  // values
  int output{-1};           // value; a send has none
  std::string weight;       // tensor name in the checkpoint, if any; `*`: of every expert
  Role from{};              // of the first input
  Role to{};                // of the output
  int layer{0};
  int first{0}, count{0};  // embed: of the table's tokens
  Share share{};           // of a feed-forward network
};

struct Value {
  std::string name;
  std::int64_t width{0};
  Role role{};
};

struct Graph {
  std::vector<Value> values;
  std::vector<Operator> operators;
};

/// Neighbouring operators of a model: a part of the embedding table, blocks of layers, the output
/// head. A layer is a block of attention, then the blocks of its feed-forward network.
struct Part {
  int first_token{0};
  int tokens{0};       // of the embedding table
  int first_block{0};  // of the layers, counted through
  int blocks{0};
  bool head{false};     // with final norm and argmax
  int layer_blocks{2};  // of each layer

  [[nodiscard]] int end_block() const { return first_block + blocks; }
  [[nodiscard]] bool begins_inside_network() const {
    return blocks > 0 && first_block % layer_blocks > 1;
  }
};

/// Between parts the hidden state is sent and received, and the token id as long as there is more
/// of the table. Inside a feed-forward network its normed input goes first, so that the next stage
/// works on its blocks at the same time; the hidden state has the blocks before already.
/// If the first part is not the last, the id that is chosen goes from the last to it.
[[nodiscard]] Graph build_graph(const ModelConfig& config, const Part& part);
/// The whole model.
[[nodiscard]] Graph build_graph(const ModelConfig& config);

/// One line an operator: `%3 = linear %2, model.layers.0.self_attn.q_proj.weight : 128`.
[[nodiscard]] std::string dump(const Graph& graph);

}  // namespace lpu::compiler
