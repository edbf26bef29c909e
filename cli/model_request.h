// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/compile.h"
#include "compiler/model/model.h"
#include "fabric/topology/system_spec.h"

namespace lpu::cli {

/// Which model does what: the options that `run` and `compile` share.
struct ModelRequestOptions {
  std::string system;
  std::string model;
  std::string weights;
  std::uint64_t seed{1};
  std::string prompt;
  std::vector<int> prompt_ids;
  int tokens{16};
  int context{0};
  std::string matmul{"w8a16"};
  std::string attention{"faster"};
  int prefill{1};
  int users{1};
  int draft{0};
};
void add_model_request_options(CLI::App& verb, ModelRequestOptions& options);

/// Of `w8a8`, `w8a16` or `fp16`.
[[nodiscard]] compiler::Matmul matmul_of(std::string_view name);

/// The options, read and compiled.
struct ModelRequest {
  fabric::SystemSpec system;
  compiler::ModelSource model;
  std::vector<int> prompt;
  compiler::Compiled compiled;
};

/// Throws isa::InputError for files and sizes that cannot be, fabric::UsageError for options that
/// contradict each other. `check` sees the model before the work begins, and may throw, too. Shows
/// progress on a terminal.
[[nodiscard]] ModelRequest compile_request(
    const ModelRequestOptions& options,
    const std::function<void(const compiler::ModelSource&)>& check = {});

/// "what 3/9" on a terminal's standard error, rewritten in place; nothing in a pipe.
void show_progress(const char* what, int done, int of);

}  // namespace lpu::cli
