// SPDX-License-Identifier: Apache-2.0
// lpu study claims on the trained model: the shipped claims, with subjects that take no time.
#include <nlohmann/json.hpp>
#include <set>

#include "testbench/system/program_fixture.h"

namespace lpu::testbench {
namespace {

using testing::HasSubstr;

class ClaimsTest : public ProgramTest {
 protected:
  /// The shipped file with `large` tried first on a chip that has not room for it.
  std::string claims() {
    std::string text = config("studies/claims.toml");
    const auto set = [&](const std::string& from, const std::string& to) {
      text = replaced(text, '"' + from + '"', '"' + to + '"');
    };
    set("economics.toml", LPU_SOURCE_DIR "/configs/studies/economics.toml");
    set("split.toml", LPU_SOURCE_DIR "/configs/studies/split.toml");
    set("../systems/llama70b-576.toml", write_small_chip());
    set("../systems/racks720.toml", system_file("rack72"));
    set("../systems/rack72.toml", system_file("node8"));
    for (const char* name : {"chip", "pair", "quad", "node8"}) {
      set(std::string("../systems/") + name + ".toml", system_file(name));
    }
    set("../models/llama-3.2-3b-layer", model_directory("addition"));
    set("../models/llama-3-8b-layer", model_directory("addition"));
    for (const char* name : {"llama-3-70b", "llama-3-70b", "llama-3-8b", "llama-3.1-70b",
                             "llama-3.1-70b", "llama-3.1-8b"}) {
      set(std::string("../models/") + name, model_directory("addition"));
    }
    text = replaced(text, "[0, 1024, 4096, 8192, 32768, 65536, 131071]", "[0, 16, 24, 64]");
    return write("claims.toml", text);
  }
  std::string write_small_chip(int rows = 64) {
    write("chip.toml", replaced(config("chips/lpu1.toml"), "rows = { value = 8192",
                                "rows = { value = " + std::to_string(rows)));
    return write("small.toml",
                 replaced(config("systems/chip.toml"), "../chips/lpu1.toml", path("chip.toml")));
  }
  std::string arguments(const std::string& file) const {
    return "study claims --claims " + file +
           " --accelerators " LPU_SOURCE_DIR "/configs/accelerators --context 24 ";
  }
};

TEST_F(ClaimsTest, TwelveClaimsEachWithItsVerdictAndCommands) {
  ASSERT_EQ(lpu(arguments(claims()) + "--json " + path("c.json")), 0) << err_;
  const auto json = nlohmann::json::parse(contents("c.json"));
  ASSERT_EQ(json.at("claims").size(), 12U);
  const std::set<std::string> verdicts{"holds", "holds in part", "does not hold", "not shown"};
  for (const auto& claim : json.at("claims")) {
    EXPECT_TRUE(verdicts.contains(claim.at("verdict"))) << claim;
    ASSERT_FALSE(claim.at("commands").empty()) << claim;
    EXPECT_THAT(claim.at("commands").at(0).get<std::string>(), testing::StartsWith("lpu "));
    EXPECT_THAT(out_, HasSubstr(claim.at("claim").get<std::string>()));
  }
  EXPECT_THAT(out_, HasSubstr("64 positions: refused: " LPU_SOURCE_DIR "/configs/models/addition"));
}

TEST_F(ClaimsTest, WhatIsRefusedSaysSoAndTheNextIsLookedAt) {
  ASSERT_EQ(lpu(arguments(claims()) + "--json " + path("c.json")), 0) << err_;
  const auto json = nlohmann::json::parse(contents("c.json"));
  const auto& quantities = json.at("quantities");
  EXPECT_TRUE(quantities.at("asked.rate").at("value").is_null());
  EXPECT_THAT(quantities.at("asked.rate").at("how"), HasSubstr("does not fit"));
  EXPECT_EQ(quantities.at("large.chips").at("value"), 72);
  EXPECT_EQ(quantities.at("large.context").at("value"), 24);
}

// As many users as the study says are compiled, and one more is refused in its words.
TEST_F(ClaimsTest, UsersThatArePlacedAreThoseThatTheCompilerTakes) {
  std::filesystem::create_directory(path("long"));
  write("long/config.json",
        replaced(config("models/addition/config.json"), "\"max_position_embeddings\": 32",
                 "\"max_position_embeddings\": 1024"));
  const std::string subject = " --system " + write_small_chip(1024) + " --model " + path("long");
  ASSERT_EQ(lpu("study capacity --accelerators " LPU_SOURCE_DIR "/configs/accelerators" + subject +
                " --json " + path("c.json")),
            0)
      << err_;
  const auto placed = nlohmann::json::parse(contents("c.json")).at("placed").at("1024");
  const auto users = placed.at("users").get<int>();
  ASSERT_GT(users, 0);
  const auto compile = [&](int n) {
    return lpu("compile --tokens 1 --context 1023 --users " + std::to_string(n) + subject);
  };
  EXPECT_EQ(compile(users), 0) << err_;
  EXPECT_EQ(compile(users + 1), 3);
  EXPECT_THAT(err_, HasSubstr(placed.at("refusal").get<std::string>()));
}

TEST_F(ClaimsTest, GroupsOfOneToEightChipsAreCompared) {
  ASSERT_EQ(lpu(arguments(claims()) + "--json " + path("c.json")), 0) << err_;
  const auto groups = nlohmann::json::parse(contents("c.json")).at("groups").at(0);
  EXPECT_EQ(groups.at("sizes").size(), 4U);
  ASSERT_EQ(groups.at("doublings").size(), 3U);
  EXPECT_EQ(groups.at("doublings").at(2).at("to"), 8);
  EXPECT_THAT(out_, HasSubstr(groups.at("doublings").at(2).at("words").get<std::string>()));
}

// The printed command is the run: it shows the same figure.
TEST_F(ClaimsTest, AFigureIsThatOfItsCommand) {
  ASSERT_EQ(lpu(arguments(claims()) + "--json " + path("c.json")), 0) << err_;
  const auto rate = nlohmann::json::parse(contents("c.json")).at("quantities").at("small.rate");
  const auto command = rate.at("command").get<std::string>();
  ASSERT_EQ(lpu(command.substr(command.find(' ')) + " --json " + path("r.json")), 0);
  EXPECT_EQ(nlohmann::json::parse(contents("r.json")).at("simulated_tokens_per_second"),
            rate.at("value"));
}

int times(const std::string& text, const std::string& what) {
  int found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

TEST_F(ClaimsTest, TheReportHasVerdictsAndDrawingsAndNeedsNoNetwork) {
  ASSERT_EQ(lpu(arguments(claims()) + "--report " + path("r.html")), 0) << err_;
  const std::string html = contents("r.html");
  EXPECT_EQ(times(html, "<span class=\"verdict "), 12);
  EXPECT_EQ(times(html, "<svg "), 16 + 2) << "one a figure, one a model of [groups]";
  EXPECT_EQ(times(html, "<svg "), times(html, "</svg>"));
  EXPECT_EQ(times(html, "http"), times(html, "xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_EQ(times(html, "src="), 0);
  EXPECT_THAT(html, HasSubstr("does not fit"));
}

TEST_F(ClaimsTest, WrongUseAndBadInputs) {
  EXPECT_EQ(lpu(arguments(claims()) + system("chip")), 2);
  EXPECT_THAT(err_, HasSubstr("--system and --model belong together"));
  EXPECT_EQ(lpu("study capacity --report x.html" + system("chip") + model("addition")), 2);
  const auto other =
      write("other.toml", replaced(contents("claims.toml"), "\"chip.memory\"", "\"chip.colour\""));
  EXPECT_EQ(lpu(arguments(other) + "--json " + path("none.json")), 3);
  EXPECT_THAT(err_, HasSubstr("there is no quantity 'chip.colour'"));
  EXPECT_FALSE(std::filesystem::exists(path("none.json")));
  EXPECT_EQ(lpu(arguments(claims()) + "--json /no/such/place.json"), 3);
  EXPECT_EQ(out_, "");
}

}  // namespace
}  // namespace lpu::testbench
