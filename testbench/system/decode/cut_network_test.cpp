// SPDX-License-Identifier: Apache-2.0
// Feed-forward networks over two stages each, by values: the trained model with every neuron of its
// networks 64 times, an eighth of it on the way in and an eighth on the way out. That is the same
// function but for rounding; on chips with few rows its networks are cut.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "testbench/golden/tensors.h"
#include "testbench/system/decode/exact_fixture.h"

namespace lpu {
namespace {

using nlohmann::json;

constexpr std::size_t kTimes = 64;
constexpr double kPart = 0.125;

/// Each row (of gate and up) or column (of down) of a matrix kTimes, times `factor`.
golden::Tensor repeated(const golden::Tensor& matrix, bool rows, double factor) {
  golden::Tensor out{matrix.shape, {}};
  out.shape[rows ? 0 : 1] *= kTimes;
  std::vector<std::uint16_t> scaled;
  for (const std::uint16_t half : matrix.halves) {
    scaled.push_back(golden::half_of(factor * golden::number_of(half)));
  }
  const std::size_t block = rows ? scaled.size() : matrix.shape[1];
  for (std::size_t at = 0; at < scaled.size(); at += block) {
    for (std::size_t i = 0; i < kTimes; ++i) {
      const auto begin = scaled.begin() + static_cast<std::ptrdiff_t>(at);
      out.halves.insert(out.halves.end(), begin, begin + static_cast<std::ptrdiff_t>(block));
    }
  }
  return out;
}

void write_repeated_model(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::create_directories(to);
  for (const char* name : {"tokenizer.json", "config.json"}) {
    std::filesystem::copy_file(from / name, to / name,
                               std::filesystem::copy_options::overwrite_existing);
  }
  json config = json::parse(std::ifstream(from / "config.json"));
  config["intermediate_size"] = kTimes * config["intermediate_size"].get<std::size_t>();
  std::ofstream(to / "config.json") << config;
  golden::Tensors tensors = golden::read_tensors(from / "model.safetensors");
  for (auto& [name, tensor] : tensors) {
    const auto is = [&name](const char* what) { return name.find(what) != std::string::npos; };
    if (is("mlp.")) {
      tensor = repeated(tensor, !is("down_proj"), is("gate_proj") ? 1.0 : kPart);
    }
  }
  golden::write_tensors(to / "model.safetensors", tensors);
}

class CutNetworkTest : public ExactFixture {
 protected:
  CutNetworkTest() {
    write_repeated_model(LPU_SOURCE_DIR "/configs/models/addition", directory_);
    model_ = compiler::ModelSource::open(directory_.string());
  }
  ~CutNetworkTest() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path directory_{std::filesystem::path(testing::TempDir()) / "repeated"};
};

TEST_F(CutNetworkTest, EveryBitIsThatOfTheReference) {
  fabric::SystemSpec spec = fabric::read_system_spec(LPU_SOURCE_DIR "/configs/systems/rack72.toml");
  spec.chip.mem_slices = 28;
  spec.chip.mem_rows = 320;
  constexpr int kRows = kPrompt + kAnswer - 1;
  build(spec, {{compiler::Matmul::kF16, 0, kRows}, kPrompt});
  const auto& stages = compiled_->stages();
  EXPECT_EQ(std::count_if(stages.begin(), stages.end(),
                          [](const auto& s) { return s.part.begins_inside_network(); }),
            4);  // layers

  const std::string problem = heldout(1, kPrompt).front();
  const std::string prompt = problem.substr(0, kPrompt);
  const cli::Decoded decoded = run(prompt);
  EXPECT_EQ(text(decoded), problem.substr(kPrompt) + "\n");
  EXPECT_EQ(decoded.predicted_cycles, decoded.simulated_cycles);
  // Four of nine blocks: 2,752 elements of a shard in vectors of 320.
  ExactLlama reference = exact(directory_, compiler::Matmul::kF16);
  reference.cut_networks(std::size_t{4} * 320);
  expect_equal(reference, model_.tokenizer().encode(prompt), decoded);
}

}  // namespace
}  // namespace lpu
