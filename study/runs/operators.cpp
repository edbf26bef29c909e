// SPDX-License-Identifier: Apache-2.0
#include "study/runs/operators.h"

#include <algorithm>
#include <array>

namespace lpu::study {
namespace {

struct Known {
  std::string_view name;
  OperatorKind kind;
  bool in_attention_half;
};
constexpr std::array<Known, 23> kKnown{{{"attention_norm", OperatorKind::kNorm, true},
                                        {"q", OperatorKind::kMatrix, true},
                                        {"k", OperatorKind::kMatrix, true},
                                        {"v", OperatorKind::kMatrix, true},
                                        {"rope_q", OperatorKind::kAttention, true},
                                        {"rope_k", OperatorKind::kAttention, true},
                                        {"kv", OperatorKind::kAttention, true},
                                        {"attention", OperatorKind::kAttention, true},
                                        {"o", OperatorKind::kMatrix, true},
                                        {"attention_residual", OperatorKind::kAllReduce, true},
                                        {"ffn_norm", OperatorKind::kNorm, false},
                                        {"gate", OperatorKind::kMatrix, false},
                                        {"up", OperatorKind::kMatrix, false},
                                        {"down", OperatorKind::kMatrix, false},
                                        {"ffn_residual", OperatorKind::kAllReduce, false},
                                        {"final_norm", OperatorKind::kNorm, false},
                                        {"lm_head", OperatorKind::kMatrix, false},
                                        {"send_id", OperatorKind::kHandOver, false},
                                        {"receive_id", OperatorKind::kHandOver, false},
                                        {"send_hidden", OperatorKind::kHandOver, false},
                                        {"receive_hidden", OperatorKind::kHandOver, false},
                                        {"send_token", OperatorKind::kHandOver, false},
                                        {"receive_token", OperatorKind::kHandOver, false}}};

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
  return known != nullptr && known->in_attention_half;
}

std::int64_t cycles_of(const Run& run, OperatorKind kind) {
  std::int64_t sum = 0;
  for (const Run::Operator& o : run.operators) {
    sum += kind_of(o.name) == kind ? o.cycles : 0;
  }
  return sum;
}

}  // namespace lpu::study
