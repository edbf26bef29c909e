// SPDX-License-Identifier: Apache-2.0
#include "study/work/model_work.h"

#include <algorithm>

namespace lpu::study {

ModelWork work_of(const compiler::ModelConfig& c) {
  const std::int64_t queries = c.num_attention_heads * c.head_dim;
  const std::int64_t keys = c.num_key_value_heads * c.head_dim;
  const std::int64_t attention = c.hidden_size * (2 * queries + 2 * keys);
  const std::int64_t expert = 3 * c.hidden_size * c.intermediate_size;
  const std::int64_t router = c.hidden_size * c.num_local_experts;
  const std::int64_t norms = 2 * c.hidden_size;
  const std::int64_t table = c.vocab_size * c.hidden_size;

  const std::int64_t experts = std::max<std::int64_t>(c.num_local_experts, 1);
  const std::int64_t chosen = c.num_local_experts == 0 ? 1 : c.num_experts_per_tok;
  const auto layers = [&](std::int64_t of_experts) {
    return c.num_hidden_layers * (attention + of_experts * expert + router + norms);
  };
  ModelWork work;
  work.parameters = layers(experts) + c.hidden_size + (c.tie_word_embeddings ? 1 : 2) * table;
  work.parameters_a_token = layers(chosen) + c.hidden_size + table;
  work.cached_values = 2 * c.num_hidden_layers * keys;
  work.reductions = 2 * c.num_hidden_layers;
  work.hidden_size = c.hidden_size;
  work.head_parameters = table;
  work.attention_parameters = c.num_hidden_layers * attention;
  work.queried_values = c.num_hidden_layers * queries;
  return work;
}

}  // namespace lpu::study
