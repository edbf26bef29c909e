// SPDX-License-Identifier: Apache-2.0
// Feed-forward networks over two stages each, by values: the trained model with every neuron of its
// networks 64 times, an eighth of it on the way in and an eighth on the way out. That is the same
// function, bit for bit in fp16 but for subnormals; on chips with few rows its networks are cut.
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "testbench/golden/golden_llama.h"
#include "testbench/system/decode/addition_fixture.h"

namespace lpu {
namespace {

using nlohmann::json;

constexpr std::size_t kTimes = 64;
constexpr double kPart = 0.125;
// What addition_test.cpp allows fp16 on a chip.
constexpr float kRoundingBound = 0.02F;

float number(std::uint16_t half) {
  const int exponent = half >> 10 & 31;
  const int fraction = half & 1023;
  const double size =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return static_cast<float>((half & 0x8000) != 0 ? -size : size);
}

/// Of a number whose neighbours in fp16 are further away than an ulp of its eighth.
std::uint16_t half_of(double value) {
  const double size = std::fabs(value);
  const int exponent = size == 0 ? -14 : std::max(std::ilogb(size), -14);
  const auto steps = static_cast<int>(std::lrint(std::ldexp(size, 10 - exponent)));
  const int bits = steps + ((exponent + 14) << 10);  // a carry goes into the exponent
  return static_cast<std::uint16_t>(bits | (value < 0 ? 0x8000 : 0));
}

/// A safetensors file: the length of its header, the header, the data.
class Tensors {
 public:
  explicit Tensors(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::uint64_t length = 0;
    in.read(reinterpret_cast<char*>(&length), sizeof length);
    std::string text(length, ' ');
    in.read(text.data(), static_cast<std::streamsize>(length));
    header_ = json::parse(text);
    header_.erase("__metadata__");
    data_.assign(std::istreambuf_iterator<char>(in), {});
  }
  [[nodiscard]] const json& header() const { return header_; }
  [[nodiscard]] std::vector<std::uint16_t> values(const json& tensor) const {
    const auto begin = tensor["data_offsets"][0].get<std::size_t>();
    std::vector<std::uint16_t> halves((tensor["data_offsets"][1].get<std::size_t>() - begin) / 2);
    std::memcpy(halves.data(), &data_[begin], 2 * halves.size());
    return halves;
  }

 private:
  json header_;
  std::string data_;
};

/// Each row (of gate and up) or column (of down) of a matrix kTimes, times `factor`.
std::vector<std::uint16_t> repeated(const std::vector<std::uint16_t>& matrix, std::size_t columns,
                                    bool rows, double factor) {
  std::vector<std::uint16_t> scaled;
  for (const std::uint16_t half : matrix) {
    scaled.push_back(half_of(factor * number(half)));
  }
  const std::size_t block = rows ? matrix.size() : columns;
  std::vector<std::uint16_t> out;
  for (std::size_t at = 0; at < matrix.size(); at += block) {
    for (std::size_t i = 0; i < kTimes; ++i) {
      const auto begin = scaled.begin() + static_cast<std::ptrdiff_t>(at);
      out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(block));
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
  const Tensors tensors(from / "model.safetensors");
  json header;
  std::string data;
  for (const auto& [name, tensor] : tensors.header().items()) {
    auto values = tensors.values(tensor);
    json shape = tensor["shape"];
    const auto is = [&name](const char* what) { return name.find(what) != std::string::npos; };
    if (is("mlp.")) {
      const bool down = is("down_proj");
      values = repeated(values, shape[1], !down, is("gate_proj") ? 1.0 : kPart);
      shape[down ? 1 : 0] = kTimes * shape[down ? 1 : 0].get<std::size_t>();
    }
    const std::size_t begin = data.size();
    data.append(reinterpret_cast<const char*>(values.data()), 2 * values.size());
    header[name] = {{"dtype", "F16"}, {"shape", shape}, {"data_offsets", {begin, data.size()}}};
  }
  const std::string text = header.dump();
  const std::uint64_t length = text.size();
  std::ofstream out(to / "model.safetensors", std::ios::binary);
  out.write(reinterpret_cast<const char*>(&length), sizeof length);
  out << text << data;
  if (!out.flush()) {
    throw std::runtime_error("a model for the test could not be written");
  }
}

class CutNetworkTest : public AdditionFixture {
 protected:
  CutNetworkTest() {
    write_repeated_model(LPU_SOURCE_DIR "/configs/models/addition", directory_);
    model_ = compiler::ModelSource::open(directory_.string());
  }
  ~CutNetworkTest() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path directory_{std::filesystem::path(testing::TempDir()) / "repeated"};
};

TEST_F(CutNetworkTest, LogitsAreThoseOfTheReference) {
  fabric::SystemSpec spec = fabric::read_system_spec(LPU_SOURCE_DIR "/configs/systems/rack72.toml");
  spec.chip.mem_slices = 28;
  spec.chip.mem_rows = 320;
  constexpr int kRows = kPrompt + kAnswer - 1;
  build(spec, {{compiler::Matmul::kF16, 0, kRows}, kPrompt});
  const auto& stages = compiled_->stages();
  EXPECT_EQ(std::count_if(stages.begin(), stages.end(),
                          [](const auto& s) { return s.part.begins_inside_network(); }),
            4);  // layers

  golden::GoldenLlama golden;
  golden.load(directory_);
  const std::string problem = heldout(1, kPrompt).front();
  const cli::Decoded decoded = run(problem.substr(0, kPrompt));
  EXPECT_EQ(text(decoded), problem.substr(kPrompt) + "\n");
  EXPECT_EQ(decoded.predicted_cycles, decoded.simulated_cycles);
  std::vector<float> logits;
  for (const int id : model_.tokenizer().encode(problem.substr(0, kPrompt))) {
    logits = golden.step(id);
  }
  float largest_error = 0;
  for (std::size_t i = 0; i < decoded.tokens.size(); ++i) {
    for (std::size_t token = 0; token < logits.size(); ++token) {
      float machine = 0;
      std::memcpy(&machine, &decoded.logits[4 * (i * logits.size() + token)], sizeof machine);
      largest_error = std::max(largest_error, std::fabs(machine - logits[token]));
    }
    logits = golden.step(decoded.tokens[i]);
  }
  EXPECT_LE(largest_error, kRoundingBound);
  RecordProperty("largest_logit_error", std::to_string(largest_error));
}

}  // namespace
}  // namespace lpu
