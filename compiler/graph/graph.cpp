// SPDX-License-Identifier: Apache-2.0
#include "compiler/graph/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace lpu::compiler {
namespace {

class Builder {
 public:
  explicit Builder(const ModelConfig& config) : c_(config) {}

  Graph build(const Part& part) {
    const bool first = part.tokens > 0 && part.first_token == 0;
    int token = -1;
    if (part.tokens > 0) {
      token = first ? value("token", 1, Role::kToken) : receive("receive_id", Role::kToken);
      if (part.first_token + part.tokens < c_.vocab_size) {
        send("send_id", token);
      }
    }
    const int normed = part.begins_inside_network() ? receive("receive_normed", Role::kNormed) : -1;
    int x = first ? -1 : receive("receive_hidden", Role::kHidden);
    if (part.tokens > 0) {
      x = embed(token, x, part);
    }
    for (int block = part.first_block; block < part.end_block();) {
      layer_ = block / part.layer_blocks;
      const int within = block % part.layer_blocks;
      const int count =
          within == 0 ? 1 : std::min(part.layer_blocks, within + part.end_block() - block) - within;
      x = within == 0 ? attention(x)
                      : feed_forward(x, normed, {within - 1, count, part.layer_blocks - 1});
      block += count;
    }
    if (!part.head) {
      send("send_hidden", x);
    } else if (const int chosen = choose(x); !first) {
      send("send_token", chosen);
    }
    if (first && !part.head) {
      receive("receive_token", Role::kVocabulary);
    }
    return std::move(graph_);
  }

 private:
  int embed(int token, int x, const Part& part) {
    std::vector<int> inputs{token};
    if (x >= 0) {
      inputs.push_back(x);
    }
    const int out =
        op(OpKind::kEmbed, "embed", std::move(inputs), Role::kHidden, "model.embed_tokens.weight");
    graph_.operators.back().first = part.first_token;
    graph_.operators.back().count = part.tokens;
    return out;
  }

  int choose(int x) {
    const int y = op(OpKind::kRmsNorm, "final_norm", {x}, Role::kNormed, "model.norm.weight");
    const int logits = op(OpKind::kLinear, "lm_head", {y}, Role::kVocabulary, "lm_head.weight");
    return op(OpKind::kArgmax, "argmax", {logits}, Role::kVocabulary, "");
  }

  void send(const std::string& name, int in) {
    const Role role = graph_.values[static_cast<std::size_t>(in)].role;
    graph_.operators.push_back({OpKind::kSend, name, {in}, -1, "", role, role, layer_});
  }

  int receive(const std::string& name, Role role) {
    const int out = value(name, width_of(role), role);
    graph_.operators.push_back({OpKind::kReceive, name, {}, out, "", role, role, layer_});
    return out;
  }

  int linear(const char* name, int in, Role to, const char* weight) {
    return op(OpKind::kLinear, prefix() + name, {in}, to, tensor(weight));
  }

  [[nodiscard]] std::string prefix() const { return fmt::format("layers.{}.", layer_); }
  [[nodiscard]] std::string tensor(const char* name) const {
    return fmt::format("model.layers.{}.{}.weight", layer_, name);
  }

  int attention(int x) {
    const int a = op(OpKind::kRmsNorm, prefix() + "attention_norm", {x}, Role::kNormed,
                     tensor("input_layernorm"));
    const int q = linear("q", a, Role::kQueries, "self_attn.q_proj");
    const int k = linear("k", a, Role::kKeys, "self_attn.k_proj");
    const int v = linear("v", a, Role::kValues, "self_attn.v_proj");
    const int qr = op(OpKind::kRope, prefix() + "rope_q", {q}, Role::kQueries, "");
    const int kr = op(OpKind::kRope, prefix() + "rope_k", {k}, Role::kKeys, "");
    const int kv = op(OpKind::kKvAppend, prefix() + "kv", {kr, v}, Role::kKeys, "");
    const int heads = op(OpKind::kAttention, prefix() + "attention", {qr, kv}, Role::kHeads, "");
    const int o = linear("o", heads, Role::kHidden, "self_attn.o_proj");
    return op(OpKind::kAdd, prefix() + "attention_residual", {x, o}, Role::kHidden, "");
  }

  /// `normed`: x after the norm, if the stage before has made it.
  int feed_forward(int x, int normed, const Share& share) {
    const int f = share.first > 0 ? normed
                                  : op(OpKind::kRmsNorm, prefix() + "ffn_norm", {x}, Role::kNormed,
                                       tensor("post_attention_layernorm"));
    if (share.first + share.count < share.of) {
      send("send_normed", f);
    }
    share_ = share;
    const bool routed = c_.num_local_experts > 0;
    int route = -1;
    if (routed) {
      const int logits = linear("router", f, Role::kRouter, "block_sparse_moe.gate");
      route = op(OpKind::kRoute, prefix() + "route", {logits}, Role::kRoute, "");
    }
    const auto of = [routed](const char* dense, const char* experts) {
      return routed ? experts : dense;
    };
    const int gate =
        linear("gate", f, Role::kGate, of("mlp.gate_proj", "block_sparse_moe.experts.*.w1"));
    const int up = linear("up", f, Role::kUp, of("mlp.up_proj", "block_sparse_moe.experts.*.w3"));
    std::vector<int> products{gate, up};
    if (routed) {
      products.push_back(route);
    }
    const int act =
        op(OpKind::kSwiGlu, prefix() + "swiglu", std::move(products), Role::kFeedForward, "");
    const int down =
        linear("down", act, Role::kHidden, of("mlp.down_proj", "block_sparse_moe.experts.*.w2"));
    share_ = {};
    return op(OpKind::kAdd, prefix() + "ffn_residual", {x, down}, Role::kHidden, "");
  }

  [[nodiscard]] std::int64_t width_of(Role role) const {
    switch (role) {
      case Role::kToken:
        return 1;
      case Role::kHidden:
      case Role::kNormed:
        return c_.hidden_size;
      case Role::kQueries:
      case Role::kHeads:
        return c_.num_attention_heads * c_.head_dim;
      case Role::kKeys:
      case Role::kValues:
        return c_.num_key_value_heads * c_.head_dim;
      case Role::kGate:
      case Role::kUp:
      case Role::kFeedForward:
        return c_.intermediate_size * std::max<std::int64_t>(c_.num_local_experts, 1);
      case Role::kRouter:
      case Role::kRoute:
        return c_.num_local_experts;
      case Role::kVocabulary:
        return c_.vocab_size;
    }
    return 0;
  }

  int op(OpKind kind, const std::string& name, std::vector<int> inputs, Role to,
         const std::string& weight) {
    const Role from = graph_.values[static_cast<std::size_t>(inputs.front())].role;
    const int out = value(name, width_of(to), to);
    graph_.operators.push_back(
        {kind, name, std::move(inputs), out, weight, from, to, layer_, 0, 0, share_});
    return out;
  }

  int value(const std::string& name, std::int64_t width, Role role) {
    graph_.values.push_back({name, width, role});
    return static_cast<int>(graph_.values.size()) - 1;
  }

  const ModelConfig& c_;
  Graph graph_;
  int layer_{0};
  Share share_;
};

constexpr std::array<std::string_view, 12> kKindNames{
    "embed",  "rms_norm", "linear", "rope",   "kv_append", "attention",
    "swiglu", "route",    "add",    "argmax", "send",      "receive"};

}  // namespace

Graph build_graph(const ModelConfig& config, const Part& part) {
  return Builder(config).build(part);
}

Graph build_graph(const ModelConfig& config) {
  const int halves = 2 * static_cast<int>(config.num_hidden_layers);
  return build_graph(config, {0, static_cast<int>(config.vocab_size), 0, halves, true});
}

std::string dump(const Graph& graph) {
  std::string text;
  for (const Operator& o : graph.operators) {
    text += o.output < 0 ? "" : fmt::format("%{} = ", o.output);
    text += kKindNames[static_cast<std::size_t>(o.kind)];
    std::string_view separator = " ";
    for (const int in : o.inputs) {
      text += fmt::format("{}%{}", separator, in);
      separator = ", ";
    }
    if (!o.weight.empty()) {
      text += ", " + o.weight;
    }
    const int shown = o.output < 0 ? o.inputs.front() : o.output;
    text += fmt::format(" : {}  # {}", graph.values[static_cast<std::size_t>(shown)].width, o.name);
    if (o.share.count < o.share.of) {
      text += fmt::format(", blocks {}..{} of {}", o.share.first, o.share.first + o.share.count - 1,
                          o.share.of);
    }
    text += '\n';
  }
  return text;
}

}  // namespace lpu::compiler
