// SPDX-License-Identifier: Apache-2.0
// `lpu collective`: what it prints, what it leaves, what it refuses.
#include <nlohmann/json.hpp>

#include "testbench/system/program_fixture.h"

namespace lpu::testbench {
namespace {

using testing::HasSubstr;

class CollectiveVerbTest : public ProgramTest {
 protected:
  int collective(const std::string& arguments) { return lpu("collective " + arguments); }
};

TEST_F(CollectiveVerbTest, LeavesAFigureForOneSizeAndAListForSeveral) {
  ASSERT_EQ(collective("allreduce --bytes 10240" + system("node8") + "--json " + path("one.json")),
            0);
  const auto one = nlohmann::json::parse(contents("one.json"));
  EXPECT_EQ(one.at("bytes"), 10240);
  EXPECT_EQ(one.at("chips"), 8);
  const double seconds = one.at("cycles").get<double>() / 900e6;
  EXPECT_DOUBLE_EQ(one.at("seconds").get<double>(), seconds);
  EXPECT_DOUBLE_EQ(one.at("bus_gbytes_per_second").get<double>(),
                   10240 * 2.0 * 7.0 / 8.0 / seconds / 1e9);

  ASSERT_EQ(
      collective("broadcast --bytes 320:1300 --type int8" + system("quad") + "--json " +
                 path("all.json") + " --trace " + path("t.json") + " --report " + path("r.html")),
      0);
  const auto all = nlohmann::json::parse(contents("all.json"));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].at("bytes"), 1280);
  EXPECT_THAT(contents("t.json"), HasSubstr("send"));
  EXPECT_THAT(contents("r.html"), HasSubstr("chip0_link0"));
}

TEST_F(CollectiveVerbTest, ValuesAndSeedsDoNotChangeTheTime) {
  const std::string what = "reduce-scatter --bytes 4096" + system("node8");
  ASSERT_EQ(collective(what + "--json " + path("a.json")), 0);
  ASSERT_EQ(collective(what + "--seed 9 --values none --json " + path("b.json")), 0);
  EXPECT_EQ(nlohmann::json::parse(contents("a.json")).at("cycles"),
            nlohmann::json::parse(contents("b.json")).at("cycles"));
}

TEST_F(CollectiveVerbTest, WrongUsageIsTwo) {
  EXPECT_EQ(collective("sum --bytes 320" + system("pair")), 2);
  EXPECT_EQ(collective("allreduce" + system("pair")), 2);
  EXPECT_EQ(collective("allreduce --type bf16 --bytes 320" + system("pair")), 2);
  for (const char* bytes :
       {"0", "-1", "x", "320:", ":320", "640:320", "1:2000000000000", "1:2:3"}) {
    EXPECT_EQ(collective("allreduce --bytes " + std::string(bytes) + system("pair")), 2) << bytes;
    EXPECT_THAT(err_, HasSubstr("--bytes"));
  }
}

TEST_F(CollectiveVerbTest, WhatDoesNotFitIsBadInput) {
  EXPECT_EQ(collective("allreduce --bytes 134217728 --values none" + system("node8")), 3);
  EXPECT_THAT(err_, HasSubstr("MEM does not hold"));
  EXPECT_EQ(collective("allreduce --bytes 320" + system("chip")), 3);
  EXPECT_THAT(err_, HasSubstr("at least 2 chips"));
}

}  // namespace
}  // namespace lpu::testbench
