// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "cli/decode.h"
#include "fabric/topology/system_spec.h"

namespace lpu {

/// A model with weights on a system. One system a process, as SystemC has it.
class DecodeFixture : public ::testing::Test {
 protected:
  explicit DecodeFixture(const std::filesystem::path& model)
      : model_(compiler::ModelSource::open(model)) {}

  void build(const fabric::SystemSpec& spec, const compiler::Request& request,
             const fabric::RunOptions& options = {}) {
    options_ = options;
    spec_ = spec;
    compiled_ =
        std::make_unique<compiler::Compiled>(compiler::compile(spec_, model_.config(), request));
    system_ = std::make_unique<fabric::System>(
        "system", fabric::System::Config{spec_, options.values, options.units, options.window});
    decode_ = std::make_unique<cli::Decode>(*system_, *compiled_);
    decode_->load(model_);
  }

  static fabric::SystemSpec system_spec(const std::string& file) {
    return fabric::read_system_spec(LPU_SOURCE_DIR "/configs/systems/" + file);
  }

  compiler::ModelSource model_;
  fabric::RunOptions options_;
  fabric::SystemSpec spec_;
  std::unique_ptr<compiler::Compiled> compiled_;
  std::unique_ptr<fabric::System> system_;
  std::unique_ptr<cli::Decode> decode_;
};

}  // namespace lpu
