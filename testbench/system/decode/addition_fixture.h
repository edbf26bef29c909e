// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "testbench/system/decode/decode_fixture.h"

namespace lpu {

/// The trained model on a system.
class AdditionFixture : public DecodeFixture {
 protected:
  static constexpr int kPrompt = 6;  // "47+85="
  static constexpr int kAnswer = 4;  // "132\n"

  AdditionFixture() : DecodeFixture(LPU_SOURCE_DIR "/configs/models/addition") {}

  using DecodeFixture::build;
  void build(const std::string& system_file, compiler::Matmul matmul, int prompt = kPrompt,
             int answer = kAnswer, const fabric::RunOptions& options = {}) {
    build(system_spec(system_file), {{matmul, 0, prompt + answer - 1}, prompt}, options);
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
};

}  // namespace lpu
