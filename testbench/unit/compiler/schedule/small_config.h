// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/model/config.h"

namespace lpu::compiler {

/// Two layers and thirteen tokens.
inline ModelConfig config(int hidden, int feed_forward, int heads, int kv_heads, int head_dim) {
  ModelConfig c;
  c.vocab_size = 13;
  c.hidden_size = hidden;
  c.intermediate_size = feed_forward;
  c.num_hidden_layers = 2;
  c.num_attention_heads = heads;
  c.num_key_value_heads = kv_heads;
  c.head_dim = head_dim;
  c.max_position_embeddings = 4096;
  c.rms_norm_eps = 1e-5;
  return c;
}

/// The same with experts, of which each has a network of the given width.
inline ModelConfig routed(ModelConfig c, int experts, int experts_a_token) {
  c.model_type = "mixtral";
  c.num_local_experts = experts;
  c.num_experts_per_tok = experts_a_token;
  return c;
}

}  // namespace lpu::compiler
