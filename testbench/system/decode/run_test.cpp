// SPDX-License-Identifier: Apache-2.0
// `lpu run` as a script sees it: the same bits from every system, fidelity and kind of record.
#include <nlohmann/json.hpp>

#include "testbench/system/program_fixture.h"

namespace lpu::testbench {
namespace {

using nlohmann::json;

const std::string kSum = "--prompt 47+85= --tokens 4";
const std::string kShort = "--prompt 7+8= --tokens 2";

class RunTest : public ProgramTest {
 protected:
  /// Runs the trained model and returns its summary.
  json run(const std::string& on, const std::string& arguments) {
    return run_file(system_file(on), arguments);
  }
  json run_file(const std::string& system, const std::string& arguments) {
    EXPECT_EQ(
        lpu("run --system " + system + model("addition") + arguments + " --json " + path("s.json")),
        0)
        << err_;
    EXPECT_THAT(err_, testing::IsEmpty());
    json summary = json::parse(contents("s.json"), nullptr, false);
    EXPECT_EQ(summary.value("predicted_cycles", 0), summary.value("simulated_cycles", -1));
    return summary;
  }
  /// Without what depends on the host.
  static json modelled(json summary) {
    summary.erase("wall_seconds");
    summary.erase("peak_rss_bytes");
    return summary;
  }
  /// Without what says how many planes were RTL, too.
  static json computed(const json& summary) {
    json rest = modelled(summary);
    rest.erase("cosim");
    return rest;
  }
};

class RunMatmulTest : public RunTest, public testing::WithParamInterface<const char*> {
 protected:
  [[nodiscard]] static std::string matmul() { return std::string(" --matmul ") + GetParam(); }
};

TEST_P(RunMatmulTest, EverySystemGivesTheSameLogits) {
  const json chip = run("chip", kSum + matmul());
  EXPECT_EQ(chip["text"], "132\n");
  EXPECT_EQ(chip["tokens"].size(), 4U);
  EXPECT_EQ(chip["logits_sha256"].get<std::string>().size(), 64U);
  for (const char* name : {"pair", "quad", "node8", "rack72"}) {
    const json other = run(name, kSum + matmul());
    EXPECT_EQ(other["text"], chip["text"]) << name;
    EXPECT_EQ(other["tokens"], chip["tokens"]) << name;
    EXPECT_EQ(other["logits_sha256"], chip["logits_sha256"]) << name;
  }
}

// Activations of a chip share a factor, so the logits are those of so many chips; and integers
// add up in any order.
TEST_F(RunTest, Int8ActivationsGiveTheSameLogitsInOneStageAndInSeveral) {
  const json node = run("node8", kSum + " --matmul w8a8");
  EXPECT_EQ(node["text"], "132\n");
  const json rack = run("rack72", kSum + " --matmul w8a8");
  EXPECT_EQ(rack["tokens"], node["tokens"]);
  EXPECT_EQ(rack["logits_sha256"], node["logits_sha256"]);
  const json blocks = run("node8", kSum + " --matmul w8a8 --attention blocks");
  EXPECT_EQ(blocks["text"], "132\n");
  EXPECT_EQ(
      lpu("run --system " + system_file("tiny") + model("addition") + kSum + " --matmul w8a8"), 3);
  EXPECT_THAT(err_, testing::HasSubstr("w8a8: needs slices for weights alone"));
}

// Each token of a step goes the way it would go alone; weights are loaded once for all.
TEST_P(RunMatmulTest, TokensTogetherGiveTheLogitsOfOneAfterTheOther) {
  for (const char* name : {"chip", "node8", "rack72"}) {
    const json one = run(name, kSum + matmul());
    EXPECT_EQ(one["users"], 1);
    EXPECT_GT(one["prompt_cycles"], 4 * one["cycles_per_token"][0].get<int>());
    const json prefill = run(name, kSum + matmul() + " --prefill 4");
    EXPECT_EQ(prefill["logits_sha256"], one["logits_sha256"]) << name;
    EXPECT_LT(prefill["prompt_cycles"], one["prompt_cycles"].get<int>() / 3) << name;
    const json users = run(name, kSum + matmul() + " --users 3");
    EXPECT_EQ(users["logits_sha256"], one["logits_sha256"]) << name;
    EXPECT_EQ(users["users"], 3);
    EXPECT_LT(users["simulated_cycles"], 2 * one["simulated_cycles"].get<int>()) << name;
    const json both = run(name, kSum + matmul() + " --users 2 --prefill 6 --attention blocks");
    EXPECT_EQ(both["logits_sha256"],
              run(name, kSum + matmul() + " --attention blocks")["logits_sha256"])
        << name;
  }
}

// Right drafts leave the logits of one token after the other, in one step instead of four.
TEST_P(RunMatmulTest, AStepChecksADraft) {
  for (const char* name : {"chip", "node8", "rack72"}) {
    const json one = run(name, kSum + matmul());
    const std::string draft = " --tokens 1 --draft 3" + matmul() + " --prompt ";
    const json right = run(name, draft + "47+85=132");
    EXPECT_EQ(right["tokens"], one["tokens"]) << name;
    EXPECT_EQ(right["draft"]["accepted"], 3);
    EXPECT_EQ(right["logits_sha256"], one["logits_sha256"]) << name;
    EXPECT_LT(right["cycles_per_token"][0], 2 * one["cycles_per_token"][0].get<int>()) << name;
    const json wrong = run(name, draft + "47+85=142");
    EXPECT_EQ(wrong["draft"]["accepted"], 1);
    EXPECT_EQ(wrong["text"], "13") << name;
  }
  EXPECT_EQ(
      lpu("run --system " + system_file("chip") + model("addition") + " --prompt 4+5= --draft 4"),
      2);
  EXPECT_THAT(err_, testing::HasSubstr("--draft: 4 of 4 tokens of the prompt"));
}

// The small chip has other sums, of fewer lanes, so its logits are its own.
TEST_P(RunMatmulTest, OneAndTwoSmallChipsGiveTheSameLogits) {
  const json one = run("tiny", kSum + matmul());
  EXPECT_EQ(one["text"], "132\n");
  EXPECT_EQ(run("tiny-pair", kSum + matmul())["logits_sha256"], one["logits_sha256"]);
}

TEST_P(RunMatmulTest, BlocksOfPositionsGiveTheSameLogitsOnAnySystem) {
  const json chip = run("chip", kSum + matmul() + " --attention blocks");
  EXPECT_EQ(chip["text"], "132\n");
  EXPECT_NE(chip["logits_sha256"], run("chip", kSum + matmul())["logits_sha256"]);
  for (const char* name : {"pair", "node8", "rack72"}) {
    const json other = run(name, kSum + matmul() + " --attention blocks");
    EXPECT_EQ(other["logits_sha256"], chip["logits_sha256"]) << name;
  }
  EXPECT_EQ(lpu("run --system " + system_file("tiny") + model("addition") + kSum + matmul() +
                " --attention blocks"),
            3);
  EXPECT_THAT(err_, testing::HasSubstr("attention in blocks: needs slices for weights alone"));
}

// Weights and values in the same slices or not: the lanes make the sums.
TEST_P(RunMatmulTest, FewSlicesGiveTheLogitsOfMany) {
  write("chip.toml",
        replaced(config("chips/lpu1.toml"), "slices = { value = 44", "slices = { value = 8"));
  const std::string few =
      write("few.toml", replaced(config("systems/chip.toml"), "../chips/lpu1", "chip"));
  const json many = run("chip", kSum + matmul());
  const json other = run_file(few, kSum + matmul());
  EXPECT_EQ(other["logits_sha256"], many["logits_sha256"]);
  EXPECT_NE(other["simulated_cycles"], many["simulated_cycles"]);
}

// A step is longer than an interval, so the chips align four times while it runs.
TEST_P(RunMatmulTest, ChipsAlignWhileAStepRuns) {
  const std::string clocks =
      replaced(config("systems/node8-clocks.toml"), "../chips", LPU_SOURCE_DIR "/configs/chips");
  const auto every = [&](const std::string& cycles) {
    return write("clocks.toml", replaced(clocks, "value = 25200", "value = " + cycles));
  };
  const json even = run("node8", kSum + matmul());
  const json own = run_file(every("2520"), kSum + matmul());
  EXPECT_EQ(own["logits_sha256"], even["logits_sha256"]);
  EXPECT_GT(own["cycles_per_token"][0], 4 * 2520);
  EXPECT_EQ(own["links"]["tolerated_skew"], 20);
  EXPECT_LT(own["links"]["least_skew"], 0);
  EXPECT_LE(own["links"]["most_skew"], 20);

  EXPECT_EQ(lpu("run --system " + every("504") + model("addition") + kSum + matmul()), 3);
  EXPECT_THAT(err_, testing::HasSubstr("in one piece, between two alignments there are 252"));
}

TEST_P(RunMatmulTest, APlaneGivesTheSameBitsAndCyclesInRtl) {
#ifndef LPU_WITH_RTL
  GTEST_SKIP() << "built without RTL (LPU_WITH_RTL)";
#endif
  const auto with = [this](const std::string& what) {
    return run("chip", kShort + matmul() + " --unit chip0.mxm_e.plane0=" + what);
  };
  const json tlm = with("tlm");
  EXPECT_EQ(tlm["text"], "15");
  EXPECT_EQ(tlm["cosim"]["compared_outputs"], 0);
  const json both = with("both");
  EXPECT_EQ(computed(both), computed(tlm));
  EXPECT_GT(both["cosim"]["compared_outputs"], 0);
  EXPECT_EQ(both["cosim"]["differences"], 0);
  EXPECT_EQ(computed(with("rtl")), computed(tlm));
}

/// What stands in RTL, on which system.
struct InRtl {
  const char* name;
  const char* system;
  const char* units;
};

class RunInRtlTest : public RunTest, public testing::WithParamInterface<InRtl> {};

TEST_P(RunInRtlTest, EveryUnitGivesTheSameBitsAndCyclesInRtl) {
#ifndef LPU_WITH_RTL
  GTEST_SKIP() << "built without RTL (LPU_WITH_RTL)";
#endif
  const auto with = [](const std::string& what) {
    return kShort + " --matmul fp16 --unit '" + GetParam().units + "=" + what + "'";
  };
  const json tlm = run(GetParam().system, with("tlm"));
  EXPECT_EQ(tlm["text"], "15");
  const json both = run(GetParam().system, with("both"));
  EXPECT_EQ(computed(both), computed(tlm));
  EXPECT_GT(both["cosim"]["compared_outputs"], 10'000);
  EXPECT_EQ(both["cosim"]["differences"], 0);
  EXPECT_EQ(computed(run(GetParam().system, with("rtl"))), computed(tlm));
}

INSTANTIATE_TEST_SUITE_P(Units, RunInRtlTest,
                         testing::Values(InRtl{"AllOfOneChip", "chip", "chip0.*"},
                                         InRtl{"AllOfOneChipOfEight", "node8", "chip3.*"},
                                         InRtl{"EveryPlaneOfEight", "node8", "chip*.mxm*"},
                                         InRtl{"ASmallChipAsAWhole", "tiny", "chip0"},
                                         InRtl{"BothOfTwoSmallChips", "tiny-pair", "chip*"}),
                         [](const auto& units) { return std::string(units.param.name); });

TEST_P(RunMatmulTest, WithoutValuesTimeIsTheSame) {
  const json full = run("pair", kSum + matmul());
  const json none = run("pair", kSum + matmul() + " --values none");
  EXPECT_EQ(none["values"], "none");
  EXPECT_EQ(none["tokens"], json::array());
  EXPECT_EQ(none["logits_sha256"], "");
  for (const char* key : {"cycles_per_token", "simulated_cycles", "vector_ops", "units", "links"}) {
    EXPECT_EQ(none[key], full[key]) << key;
  }
}

INSTANTIATE_TEST_SUITE_P(, RunMatmulTest, testing::Values("fp16", "w8a16"),
                         [](const auto& matmul) { return std::string(matmul.param); });

TEST_F(RunTest, TheSummaryHasEveryKey) {
  const json summary = run("pair", kShort);
  const json examples = json::parse(R"({
      "system": "", "model": "", "chips": 0, "matmul": "", "values": "", "text": "", "tokens": [],
      "logits_sha256": "", "cycles_per_token": [], "simulated_tokens_per_second": 0.5,
      "predicted_cycles": 0, "simulated_cycles": 0, "vector_ops": 0, "wall_seconds": 0.5,
      "peak_rss_bytes": 0, "units": {}, "links": {}, "cosim": {}})");
  for (const auto& [key, example] : examples.items()) {
    ASSERT_TRUE(summary.contains(key)) << key;
    EXPECT_STREQ(summary[key].type_name(), example.type_name()) << key;
    EXPECT_EQ(summary[key].is_number_float(), example.is_number_float()) << key;
  }
  EXPECT_EQ(summary["system"], "pair");
  EXPECT_EQ(summary["model"], "addition");
  EXPECT_EQ(summary["chips"], 2);
  EXPECT_EQ(summary["matmul"], "w8a16");
  EXPECT_EQ(summary["values"], "full");
  for (const char* unit : {"mem", "vxm", "mxm", "sxm"}) {
    EXPECT_GT(summary["units"][unit]["busy"], 0.0) << unit;
    EXPECT_LT(summary["units"][unit]["busy"], 1.0) << unit;
  }
  EXPECT_GT(summary["links"]["busy"], 0.0);
  EXPECT_TRUE(summary["cosim"].contains("compared_outputs"));
  EXPECT_TRUE(summary["cosim"].contains("differences"));
}

// What `compile` predicts, `check` derives and `exec` simulates.
TEST_F(RunTest, CompiledProgramsEndWhereTheyAreExpectedTo) {
  const std::string pair = system("pair");
  ASSERT_EQ(lpu("compile" + pair + model("addition") + kShort + " --out " + path("to")), 0) << err_;
  EXPECT_EQ(files("to").size(), 5U);  // 4 characters, 2 tokens: the last is not put in
  EXPECT_THAT(files("to/step0"), testing::ElementsAre("chip0.lpu", "chip1.lpu"));
  std::istringstream predictions(out_);
  for (std::string step; predictions >> step;) {
    std::string cycles;
    std::string rest;
    predictions >> cycles;
    std::getline(predictions, rest);
    const std::string programs = path("to/" + step);
    EXPECT_EQ(lpu("check" + pair + programs), 0) << step;
    EXPECT_THAT(out_, testing::HasSubstr("chip1: legal, ends in cycle " + cycles + "\n")) << step;
    EXPECT_THAT(out_, testing::HasSubstr("\n0 violations\n")) << step;
    EXPECT_EQ(lpu("exec" + pair + "--program " + programs), 0) << step << ": " << err_;
    EXPECT_THAT(out_, testing::HasSubstr("simulated_cycles  " + cycles + "\n")) << step;
    EXPECT_THAT(out_, testing::HasSubstr("predicted_cycles  " + cycles + "\n")) << step;
  }
}

// A node, a local link of another one, and a global cable are out: the same bits over other ways.
TEST_F(RunTest, OutagesAreGoneRoundUntilTooLittleIsLeft) {
  const std::string rack =
      replaced(config("systems/rack72-spare.toml"), "../chips/", LPU_SOURCE_DIR "/configs/chips/");
  const json whole = run_file(write("whole.toml", rack), kShort + " --matmul fp16");
  const json broken =
      run_file(write("broken.toml", rack + "[outages]\nnodes = [1]\nlinks = ['26.0', '4.9']\n"),
               kShort + " --matmul fp16");
  EXPECT_EQ(whole["text"], "15");
  EXPECT_EQ(broken["text"], "15");
  EXPECT_EQ(broken["logits_sha256"], whole["logits_sha256"]);
  const std::string few = write("few.toml", rack + "[outages]\nchips = [0, 8, 16, 24, 32, 40]\n");
  EXPECT_EQ(lpu("run --system " + few + model("addition") + kShort), 3);
  EXPECT_THAT(err_, testing::HasSubstr("4 pipeline stages need as many nodes"));
}

TEST_F(RunTest, ASeedIsTheOneOfRandomWeights) {
  const std::string request = kShort + " --weights random";
  const json one = run("chip", request);
  EXPECT_EQ(one["logits_sha256"], run("chip", request + ":1")["logits_sha256"]);
  const json two = run("chip", request + " --seed 2");
  EXPECT_NE(one["logits_sha256"], two["logits_sha256"]);
  EXPECT_EQ(two["logits_sha256"], run("chip", request + ":2")["logits_sha256"]);
}

class RunRecordsTest : public RunTest, public testing::WithParamInterface<const char*> {
 protected:
  static constexpr const char* kWindow = " --wave-window 0:3000";
  /// With a matrix plane in RTL where there is RTL, so that its signals are in the waveform.
  static std::string request() {
#ifdef LPU_WITH_RTL
    return kShort + " --unit chip0.mxm_e.plane0=both";
#else
    return kShort;
#endif
  }
  [[nodiscard]] std::string records(const std::string& suffix) const {
    return " --wave " + path("wave" + suffix) + " --trace " + path("trace.json") + " --report " +
           path("report.html") + kWindow;
  }
};

TEST_P(RunRecordsTest, TwoRunsLeaveTheSameBytesAndChangeNothing) {
  const std::string suffix = GetParam();
#ifndef LPU_WITH_RTL
  if (suffix == ".fst") {
    GTEST_SKIP() << "built without RTL (LPU_WITH_RTL), whose library writes FST";
  }
#endif
  const json without = run("pair", request());
  const json first = run("pair", request() + records(suffix));
  const std::string wave = contents("wave" + suffix);
  const std::string save = contents("wave.gtkw");
  const std::string trace = contents("trace.json");
  const std::string report = contents("report.html");
  const json second = run("pair", request() + records(suffix));

  EXPECT_EQ(modelled(first), modelled(without));
  EXPECT_EQ(modelled(second), modelled(without));
  EXPECT_GT(wave.size(), 1000U);
  EXPECT_GT(trace.size(), 1000U);
  EXPECT_GT(report.size(), 1000U);
  // Not EXPECT_EQ, which would print megabytes.
  EXPECT_TRUE(contents("wave" + suffix) == wave);
  EXPECT_TRUE(contents("wave.gtkw") == save);
  EXPECT_TRUE(contents("trace.json") == trace);
  EXPECT_TRUE(contents("report.html") == report);
  EXPECT_TRUE(json::accept(trace));
}

INSTANTIATE_TEST_SUITE_P(, RunRecordsTest, testing::Values(".vcd", ".fst"),
                         [](const auto& suffix) { return std::string(suffix.param + 1); });

}  // namespace
}  // namespace lpu::testbench
