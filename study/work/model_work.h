// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "compiler/model/config.h"

namespace lpu::study {

/// What a model asks of any machine, by its shape alone.
struct ModelWork {
  std::int64_t parameters{0};          // that have to be stored
  std::int64_t parameters_a_token{0};  // that take part in one: without the embedding table, of the
                                       // experts only those that are chosen
  std::int64_t cached_values{0};       // keys and values of one position, all layers
  std::int64_t reductions{0};          // sums over a tensor parallel group: two a layer
  std::int64_t hidden_size{0};         // values of one such sum
  std::int64_t head_parameters{0};     // of the output head, which a prompt needs once
  std::int64_t attention_parameters{0};  // of the four matrices of attention, all layers
  std::int64_t queried_values{0};        // queries of one position, all layers

  bool operator==(const ModelWork&) const = default;
};

[[nodiscard]] ModelWork work_of(const compiler::ModelConfig& config);

/// Bytes of so many values of `bits` bits each, rounded up.
[[nodiscard]] constexpr std::int64_t bytes_of(std::int64_t values, std::int64_t bits) {
  return (values * bits + 7) / 8;
}

/// Keys and values are kept in 16 bits by every machine here.
inline constexpr std::int64_t kCacheBits = 16;

}  // namespace lpu::study
