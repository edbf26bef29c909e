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
  kEmbed,      // token id -> hidden
  kRmsNorm,    // hidden -> hidden
  kLinear,     // y = W x
  kRope,       // rotate queries or keys by their position
  kKvAppend,   // keys and values of this position join the cache
  kAttention,  // queries over the cache -> heads x head_dim
  kSwiGlu,     // silu(gate) * up
  kAdd,        // residual
  kArgmax,     // logits -> token id of the next step
};

/// What a value means to the layout of a machine: which of its dimensions can be divided.
enum class Role {
  kHidden,
  kQueries,
  kKeys,
  kValues,
  kHeads,  // attention's result
  kGate,
  kUp,
  kFeedForward,  // swiglu's result
  kVocabulary,
};

struct Operator {
  OpKind kind{};
  std::string name;         // "layers.0.q"
  std::vector<int> inputs;  // values
  int output{-1};           // value
  std::string weight;       // tensor name in the checkpoint, if any
  Role from{};              // of the first input
  Role to{};                // of the output
  int layer{0};
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

[[nodiscard]] Graph build_graph(const ModelConfig& config);

/// One line an operator: `%3 = linear %2, model.layers.0.self_attn.q_proj.weight : 128`.
[[nodiscard]] std::string dump(const Graph& graph);

}  // namespace lpu::compiler
