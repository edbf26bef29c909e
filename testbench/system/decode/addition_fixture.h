// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "cli/decode.h"
#include "fabric/topology/system_spec.h"

namespace lpu {

/// The trained model on a system. One system a process, as SystemC has it.
class AdditionFixture : public ::testing::Test {
 protected:
  static constexpr int kPrompt = 6;  // "47+85="
  static constexpr int kAnswer = 4;  // "132\n"

  void build(const std::string& system_file, compiler::Matmul matmul, int prompt = kPrompt,
             int answer = kAnswer, const fabric::RunOptions& options = {}) {
    build(fabric::read_system_spec(LPU_SOURCE_DIR "/configs/systems/" + system_file),
          {{matmul, 0, prompt + answer - 1}, prompt}, options);
  }

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

  cli::Decoded run(const std::string& prompt) {
    const std::vector<int> ids = model_.tokenizer().encode(prompt);
    const std::vector<std::int64_t> stop = model_.config().eos_token_ids;
    return decode_->run(ids, stop, options_);
  }

  [[nodiscard]] std::string text(const cli::Decoded& decoded) const {
    return model_.tokenizer().decode(decoded.tokens);
  }

  /// Problems that the model has not seen: "47+85=132".
  static std::vector<std::string> heldout(std::size_t count, std::size_t prompt_length) {
    std::ifstream in(LPU_SOURCE_DIR "/configs/models/addition/heldout.txt");
    std::vector<std::string> problems;
    for (std::string line; problems.size() < count && std::getline(in, line);) {
      if (line.find('=') + 1 == prompt_length) {
        problems.push_back(line);
      }
    }
    return problems;
  }

  compiler::ModelSource model_{
      compiler::ModelSource::open(LPU_SOURCE_DIR "/configs/models/addition")};
  fabric::RunOptions options_;
  fabric::SystemSpec spec_;
  std::unique_ptr<compiler::Compiled> compiled_;
  std::unique_ptr<fabric::System> system_;
  std::unique_ptr<cli::Decode> decode_;
};

}  // namespace lpu
