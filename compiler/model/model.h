// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/config.h"
#include "compiler/model/safetensors.h"
#include "compiler/model/tokenizer.h"

namespace lpu::compiler {

/// One weight of a model by its Hugging Face name. A vector has one row.
struct TensorShape {
  std::string name;
  std::int64_t rows{0};
  std::int64_t cols{0};
};

/// Every weight that a model of this configuration has, in the order of its layers. With tied
/// embeddings there is no lm_head.weight.
[[nodiscard]] std::vector<TensorShape> expected_tensors(const ModelConfig& config);

/// The tensors that a name stands for: itself, or with a `*` one an expert, in order.
[[nodiscard]] std::vector<std::string> tensors_of(const ModelConfig& config,
                                                  const std::string& name);

/// A model directory: config.json, and if present model.safetensors and tokenizer.json.
///
/// Opening checks the weights against the configuration: one isa::InputError lists every tensor
/// that is missing, has another shape, or that no part of the model would use.
class ModelSource {
 public:
  /// `weights` is empty for those of the directory (none: geometry only) or "random:SEED" for
  /// generated ones, the same for the same seed everywhere.
  [[nodiscard]] static ModelSource open(const std::filesystem::path& dir,
                                        std::string_view weights = {});

  [[nodiscard]] const ModelConfig& config() const { return config_; }
  /// The last part of the directory's path.
  [[nodiscard]] const std::string& name() const { return name_; }

  [[nodiscard]] bool has_weights() const { return file_.has_value() || seed_.has_value(); }
  /// Throws isa::InputError if this model has no such weight.
  [[nodiscard]] const TensorShape& shape(std::string_view tensor) const;
  /// One row as fp32. `out` holds shape(tensor).cols values. lm_head.weight works with tied
  /// embeddings, too.
  void read_row(std::string_view tensor, std::int64_t row, std::span<float> out) const;
  /// All rows, one after the other.
  [[nodiscard]] std::vector<float> read(std::string_view tensor) const;

  [[nodiscard]] bool has_tokenizer() const { return has_tokenizer_; }
  /// Reads the file at each call. Throws isa::InputError if it is missing or cannot be used.
  [[nodiscard]] Tokenizer tokenizer() const;

 private:
  void check_weights(const std::filesystem::path& file) const;

  std::filesystem::path dir_;
  std::string name_;
  ModelConfig config_;
  std::vector<TensorShape> shapes_;  // sorted by name
  std::optional<Safetensors> file_;
  std::optional<std::uint64_t> seed_;
  bool has_tokenizer_{false};
};

}  // namespace lpu::compiler
