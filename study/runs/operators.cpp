// SPDX-License-Identifier: Apache-2.0
#include "study/runs/operators.h"

#include <algorithm>
#include <array>

namespace lpu::study {
namespace {

enum class Place { kAttention, kFeedForward, kOutside };

struct Known {
  std::string_view name;
  OperatorKind kind;
  Place place;
};
constexpr auto kKnown =
    std::to_array<Known>({{"embed", OperatorKind::kOther, Place::kOutside},
                          {"send_id", OperatorKind::kHandOver, Place::kOutside},
                          {"receive_id", OperatorKind::kHandOver, Place::kOutside},
                          {"attention_norm", OperatorKind::kNorm, Place::kAttention},
                          {"q", OperatorKind::kMatrix, Place::kAttention},
                          {"k", OperatorKind::kMatrix, Place::kAttention},
                          {"v", OperatorKind::kMatrix, Place::kAttention},
                          {"rope_q", OperatorKind::kAttention, Place::kAttention},
                          {"rope_k", OperatorKind::kAttention, Place::kAttention},
                          {"kv", OperatorKind::kAttention, Place::kAttention},
                          {"attention", OperatorKind::kAttention, Place::kAttention},
                          {"o", OperatorKind::kMatrix, Place::kAttention},
                          {"attention_residual", OperatorKind::kAllReduce, Place::kAttention},
                          {"ffn_norm", OperatorKind::kNorm, Place::kFeedForward},
                          {"gate", OperatorKind::kMatrix, Place::kFeedForward},
                          {"up", OperatorKind::kMatrix, Place::kFeedForward},
                          {"swiglu", OperatorKind::kOther, Place::kFeedForward},
                          {"down", OperatorKind::kMatrix, Place::kFeedForward},
                          {"ffn_residual", OperatorKind::kAllReduce, Place::kFeedForward},
                          {"send_normed", OperatorKind::kHandOver, Place::kFeedForward},
                          {"receive_normed", OperatorKind::kHandOver, Place::kFeedForward},
                          {"send_hidden", OperatorKind::kHandOver, Place::kFeedForward},
                          {"receive_hidden", OperatorKind::kHandOver, Place::kFeedForward},
                          {"final_norm", OperatorKind::kNorm, Place::kOutside},
                          {"lm_head", OperatorKind::kMatrix, Place::kOutside},
                          {"argmax", OperatorKind::kOther, Place::kOutside},
                          {"send_token", OperatorKind::kHandOver, Place::kOutside},
                          {"receive_token", OperatorKind::kHandOver, Place::kOutside},
                          {"the last superlane", OperatorKind::kOther, Place::kOutside}});

const Known* find(std::string_view name) {
  const auto* found = std::find_if(kKnown.begin(), kKnown.end(),
                                   [&](const Known& known) { return known.name == name; });
  return found == kKnown.end() ? nullptr : found;
}

}  // namespace

OperatorKind kind_of(std::string_view name) {
  const Known* known = find(name);
  return known == nullptr ? OperatorKind::kOther : known->kind;
}

std::string_view text_of(OperatorKind kind) {
  switch (kind) {
    case OperatorKind::kMatrix:
      return "matrices";
    case OperatorKind::kAttention:
      return "attention";
    case OperatorKind::kAllReduce:
      return "all-reduce and residual";
    case OperatorKind::kNorm:
      return "norms";
    case OperatorKind::kHandOver:
      return "hand-over between stages";
    case OperatorKind::kOther:
      return "other";
  }
  return "";
}

bool in_attention_half(std::string_view name) {
  const Known* known = find(name);
  return known != nullptr && known->place == Place::kAttention;
}

bool in_layers(std::string_view name) {
  const Known* known = find(name);
  return known == nullptr || known->place != Place::kOutside;
}

std::int64_t cycles_of(const Run& run, OperatorKind kind) {
  std::int64_t sum = 0;
  for (const Run::Operator& o : run.operators) {
    sum += kind_of(o.name) == kind ? o.cycles : 0;
  }
  return sum;
}

std::int64_t layer_cycles_of(const Run& run, OperatorKind kind) {
  std::int64_t sum = 0;
  for (const Run::Operator& o : run.operators) {
    sum += in_layers(o.name) && kind_of(o.name) == kind ? o.cycles : 0;
  }
  return sum;
}

}  // namespace lpu::study
