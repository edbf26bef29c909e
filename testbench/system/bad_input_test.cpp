// SPDX-License-Identifier: Apache-2.0
// What the program says to files that are not what they should be: status 3, the file and the
// reason, and nothing half done left behind.
#include "testbench/system/exchange_program.h"
#include "testbench/system/program_fixture.h"

namespace lpu::testbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class BadInputTest : public ProgramTest {
 protected:
  /// A copy of the trained model that a test may spoil.
  std::string copy_of_the_model() {
    std::filesystem::copy(model_directory("addition"), path("model"));
    return path("model");
  }
  /// `run` on this directory must be refused, with these words.
  void expect_refused(const std::string& directory, const std::vector<std::string>& words,
                      const std::string& on = "chip") {
    EXPECT_EQ(lpu("run" + system(on) + "--model " + directory + " --prompt-ids 1 --tokens 1"), 3);
    EXPECT_THAT(out_, IsEmpty());
    for (const std::string& word : words) {
      EXPECT_THAT(err_, HasSubstr(word));
    }
  }
};

TEST_F(BadInputTest, TruncatedWeights) {
  const std::string directory = copy_of_the_model();
  std::filesystem::resize_file(directory + "/model.safetensors", 100'000);
  expect_refused(directory, {directory + "/model.safetensors: "});
  std::filesystem::resize_file(directory + "/model.safetensors", 5);
  expect_refused(directory, {directory + "/model.safetensors: "});
}

TEST_F(BadInputTest, WeightsWithALyingHeader) {
  const std::string directory = copy_of_the_model();
  const std::string weights = contents("model/model.safetensors");
  write("model/model.safetensors", "\xff\xff\xff\xff\xff\xff\xff\x7f" + weights.substr(8));
  expect_refused(directory, {directory + "/model.safetensors: "});
  write("model/model.safetensors",
        replaced(weights, R"("data_offsets":[0,)", R"("data_offsets":[2,)"));
  expect_refused(directory, {directory + "/model.safetensors: ", "tensor '"});
}

TEST_F(BadInputTest, WeightsOfAnotherShapeAreNamedAllAtOnce) {
  const std::string directory = copy_of_the_model();
  const std::string config = contents("model/config.json");
  write("model/config.json",
        replaced(config, R"("intermediate_size": 344)", R"("intermediate_size": 352)"));
  expect_refused(directory, {"model.layers.0.mlp.gate_proj.weight", "model.layers.3.mlp.down_proj",
                             "shape [344, 128] should be [352, 128]"});
}

TEST_F(BadInputTest, AModelOfImpossibleGeometryIsToldAllFaults) {
  write("model/config.json", R"({
  "architectures": ["LlamaForCausalLM"], "model_type": "llama",
  "hidden_size": 0,
  "intermediate_size": -5,
  "num_hidden_layers": 2,
  "num_attention_heads": 3,
  "num_key_value_heads": 2,
  "vocab_size": 10,
  "max_position_embeddings": 64,
  "rms_norm_eps": 1e-5
})");
  expect_refused(path("model"), {path("model/config.json"), "hidden_size", "intermediate_size",
                                 "num_key_value_heads"});
}

TEST_F(BadInputTest, AChipOfImpossibleGeometryIsToldAllFaults) {
  std::string chip = config("chips/lpu1.toml");
  chip = replaced(chip, "superlanes = { value = 20", "superlanes = { value = 0");
  chip = replaced(chip, "rows = { value = 8192", "rows = { value = 8191");
  chip = replaced(chip, "read_latency", "reed_latency");
  write("chip.toml", chip);
  const auto file = write("system.toml",
                          "name = \"odd\"\nchip_file = \"chip.toml\"\nchips = 2\ntopology = "
                          "\"node\"\n[link]\nlane_gbits = { value = 25, source = \"P\" }\nflight = "
                          "{ value = 217, source = \"P\" }\n");
  EXPECT_EQ(lpu("config --system " + file), 3);
  EXPECT_THAT(out_, IsEmpty());
  EXPECT_THAT(err_, HasSubstr("chip.toml:"));
  for (const char* word : {"superlanes", "rows", "reed_latency"}) {
    EXPECT_THAT(err_, HasSubstr(word));
  }
}

TEST_F(BadInputTest, AssemblyWithUnknownOpcodesIsToldEveryLine) {
  const auto text = write("x.lpuasm", ".chip x\n.queue mem_e.slice0\nreed 5 -> e0\nnop 2\nfly\n");
  const std::string assemble = "asm --out " + path("x.lpu") + " ";
  for (const std::string& verb :
       {std::string("exec --program "), std::string("check "), assemble}) {
    EXPECT_EQ(lpu(verb + text + system("chip")), 3) << verb;
    EXPECT_THAT(err_, HasSubstr("x.lpuasm:3: ")) << verb;
    EXPECT_THAT(err_, HasSubstr("x.lpuasm:5: ")) << verb;
  }
  EXPECT_FALSE(std::filesystem::exists(path("x.lpu")));
}

TEST_F(BadInputTest, ADamagedProgram) {
  write("chip0.lpu", "LPUPROG");
  EXPECT_EQ(lpu("exec" + system("chip") + "--program " + path("chip0.lpu")), 3);
  EXPECT_THAT(err_, HasSubstr("chip0.lpu: not a program"));
}

TEST_F(BadInputTest, FilesThatAreNotThere) {
  expect_refused(path("none"), {path("none"), "no such"});
  std::filesystem::create_directory(path("empty"));
  expect_refused(path("empty"), {path("empty/config.json")});
  EXPECT_EQ(lpu("run --system " + path("none.toml") + model("addition")), 3);
  EXPECT_THAT(err_, HasSubstr(path("none.toml")));
  write("model/config.json", contents("no such file"));
  expect_refused(path("model"), {path("model/config.json")});
}

TEST_F(BadInputTest, AModelThatDoesNotFitIsToldByHowMuch) {
  EXPECT_EQ(lpu("run" + system("chip") + model("llama-3-8b") + "--values none --tokens 1"), 3);
  EXPECT_THAT(out_, IsEmpty());
  EXPECT_THAT(err_, HasSubstr("llama-3-8b"));
  EXPECT_THAT(err_, testing::ContainsRegex("[0-9]+ .*rows"));
}

TEST_F(BadInputTest, AModelThatCannotBeDivided) {
  const std::string directory = copy_of_the_model();
  std::filesystem::remove(directory + "/model.safetensors");
  std::string config = contents("model/config.json");
  config = replaced(config, R"("num_attention_heads": 8)", R"("num_attention_heads": 3)");
  config = replaced(config, R"("num_key_value_heads": 4)", R"("num_key_value_heads": 3)");
  write("model/config.json", config);
  EXPECT_EQ(lpu("run" + system("pair") + "--model " + directory + " --values none --tokens 1"), 3);
  EXPECT_THAT(out_, IsEmpty());
  EXPECT_THAT(err_, HasSubstr("heads"));
}

TEST_F(BadInputTest, AModelOnAChipThatIsTooSmall) {
  const auto run_with = [this](const std::string& from, const std::string& to) {
    write("chip.toml", replaced(config("chips/tiny.toml"), from, to));
    const std::string here =
        write("tiny.toml", replaced(config("systems/tiny.toml"), "../chips/tiny", "chip"));
    EXPECT_EQ(lpu("run --system " + here + model("addition") + "--prompt 1+1= --tokens 1"), 3);
    EXPECT_THAT(out_, IsEmpty());
    EXPECT_THAT(err_, Not(HasSubstr("internal")));
  };
  run_with("slices = { value = 8", "slices = { value = 7");
  EXPECT_THAT(err_, HasSubstr("7 slices a hemisphere"));
  run_with("rows = { value = 8192", "rows = { value = 1024");
  EXPECT_THAT(err_, testing::ContainsRegex("of a chip, all stages together have 16384 \\(2"));
  run_with("rows = { value = 8192", "rows = { value = 2304");
  EXPECT_THAT(err_, HasSubstr("program text: does not fit into 16 slices of 2304 rows"));
}

TEST_F(BadInputTest, APromptOfUnknownCharacters) {
  EXPECT_EQ(lpu("run" + system("chip") + model("addition") + "--prompt 1*1="), 3);
  EXPECT_THAT(err_, HasSubstr("*"));
}

TEST_F(BadInputTest, OptionsThatContradictEachOther) {
  const std::string run = "run" + system("chip") + model("addition");
  EXPECT_EQ(lpu(run + "--prompt 1+1= --context 5"), 2);
  EXPECT_THAT(err_, HasSubstr("--values none"));
  EXPECT_EQ(lpu(run + "--prompt 1+1= --prompt-ids 1"), 2);
  EXPECT_EQ(lpu(run + "--prompt-ids 99"), 2);
  EXPECT_EQ(lpu(run + "--matmul fp64"), 2);
  EXPECT_EQ(lpu(run + "--tokens 0"), 2);
  EXPECT_EQ(lpu(run + "--unit chip0.dram=rtl"), 2);
  EXPECT_EQ(lpu(run + "--unit chip0=rtl"), 2);
  EXPECT_THAT(err_, HasSubstr("chip0.rtl: "));
  EXPECT_EQ(lpu(run + "--wave-window 5:1 --wave " + path("w.vcd")), 2);
  EXPECT_EQ(lpu("run" + system("chip") + model("llama-2-7b")), 2);
  EXPECT_THAT(err_, HasSubstr("no weights"));
}

/// Files cannot grow beyond a limit: what a full disk looks like to the program.
class FullDiskTest : public BadInputTest {
 protected:
  static constexpr int kLittle = 8;  // blocks of 512 or 1024 bytes, by the shell

  /// The program with the limit; it must be refused and name `file` and the reason.
  void expect_no_room(const std::string& arguments, const std::string& file, int blocks = kLittle) {
    const std::string command = "(trap '' XFSZ; ulimit -f " + std::to_string(blocks) + "; exec " +
                                LPU_PROGRAM + " " + arguments + ") >" + path("said.out") + " 2>" +
                                path("said.err");
    const int status = std::system(command.c_str());
    EXPECT_EQ(WEXITSTATUS(status), 3) << arguments;
    EXPECT_THAT(contents("said.err"), HasSubstr(file));
    EXPECT_THAT(contents("said.err"), HasSubstr("cannot be written: "));
  }
  /// The same with a device that is always full.
  void expect_full(const std::string& arguments) {
    EXPECT_EQ(lpu(arguments), 3) << arguments;
    EXPECT_THAT(err_, HasSubstr("/dev/full"));
    EXPECT_THAT(err_, HasSubstr("No space left on device"));
  }
  [[nodiscard]] std::string run() const {
    return "run" + system("chip") + model("addition") + "--prompt 7+8= --tokens 1 ";
  }
};

TEST_F(FullDiskTest, OutputsOfARun) {
  expect_full(run() + "--json /dev/full");
  expect_full(run() + "--report /dev/full");
  expect_full(run() + "--trace /dev/full");
  expect_full("fabric" + system("pair") + "--json /dev/full");
  expect_full("asm" + system("pair") + write("x.lpuasm", Exchange{.links = 1}.text()) +
              " --out /dev/full");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST_F(FullDiskTest, NothingPartialIsLeft) {
  std::filesystem::create_directory(path("to"));
  expect_no_room(run() + "--report " + path("to/r.html"), path("to/r.html"));
  expect_no_room(run() + "--trace " + path("to/t.json"), path("to/t.json"));
  expect_no_room(run() + "--wave " + path("to/w.vcd"), path("to/w.vcd"));
#ifdef LPU_WITH_RTL
  expect_no_room(run() + "--wave " + path("to/w.fst"), path("to/w.fst"), 128);
  // Not even room for what the FST library maps into memory.
  expect_no_room(run() + "--wave " + path("to/w.fst"), path("to/w.fst"));
  expect_no_room(run() + "--unit chip0.mxm_e.plane0=rtl --wave " + path("to/w.vcd"),
                 path("to/w.vcd"));
#endif
  expect_no_room(
      "compile" + system("chip") + model("addition") + "--tokens 1 --out " + path("to/programs"),
      path("to/programs/step0/chip0.lpu"));
  EXPECT_THAT(files("to"), IsEmpty());
}

TEST_F(FullDiskTest, AnOlderFileStaysWhole) {
  write("to/t.json", "older");
  expect_no_room(run() + "--trace " + path("to/t.json"), path("to/t.json"));
  EXPECT_EQ(contents("to/t.json"), "older");
  EXPECT_THAT(files("to"), ElementsAre("t.json"));
}

TEST_F(FullDiskTest, StandardOutput) {
  EXPECT_EQ(lpu("config" + system("pair") + " >/dev/full"), 3);
  EXPECT_EQ(lpu("check" + system("pair") + write("x.lpuasm", Exchange{.links = 1}.text()) +
                " >/dev/full"),
            3);
}

TEST_F(FullDiskTest, DirectoriesThatAreNotThere) {
  for (const char* option : {"--json", "--report", "--trace"}) {
    EXPECT_EQ(lpu(run() + option + " " + path("none/file.json")), 3) << option;
    EXPECT_THAT(err_, HasSubstr("none/file.json: cannot be written: No such file or directory"));
  }
  EXPECT_EQ(lpu(run() + "--wave " + path("none/file.vcd")), 3);
  EXPECT_EQ(lpu("asm" + system("pair") + write("x.lpuasm", Exchange{.links = 1}.text()) +
                " --out " + path("none/x.lpu")),
            3);
  EXPECT_THAT(err_, HasSubstr(path("none/x.lpu")));
  EXPECT_EQ(lpu("compile" + system("chip") + model("addition") + "--tokens 1 --out " +
                write("file", "") + "/programs"),
            3);
}

}  // namespace
}  // namespace lpu::testbench
