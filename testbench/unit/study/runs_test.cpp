// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "study/claims/evidence.h"
#include "study/claims/quantities.h"
#include "study/runs/operators.h"
#include "study/runs/run_book.h"

namespace lpu::study {
namespace {

using testing::ElementsAre;

/// The summary of a token of 1000 + context cycles at 1 MHz.
std::string summary(std::int64_t context) {
  const std::string cycles = std::to_string(1000 + context);
  const std::string rate = std::to_string(1e6 / static_cast<double>(1000 + context));
  return R"({"chips": 8, "simulated_cycles": )" + cycles + R"(, "predicted_cycles": )" + cycles +
         R"(, "simulated_tokens_per_second": )" + rate +
         R"(, "wall_seconds": 1.5, "peak_rss_bytes": 7, "units": {"mxm": {"busy": 0.25}},
             "queues": {"mxm_e.plane0.weights": {"busy": 0.5}},
             "links": {"traffic": [[0, 1, 8, 2, 30]]},
             "operators": [{"name": "q", "times": 4, "cycles": 600,
                            "bound": 480, "limit": "install"},
                           {"name": "ffn_residual", "times": 4, "cycles": 300,
                            "bound": 240, "limit": "install"},
                           {"name": "new", "times": 1, "cycles": 100,
                            "bound": 80, "limit": "install"}],
             "stages": [{"part": "layers 0..3", "first_chip": 0, "chips": 8, "begin": 0,
                         "end": 900, "rows": {"weights": 5}}]})";
}

/// Runs contexts up to 100; refuses others. Counts.
struct Program {
  int calls{0};
  Launched operator()(const std::vector<std::string>& words) {
    ++calls;
    const std::int64_t context = std::stoll(words.at(8));
    if (context > 100) {
      return {3, "", "lpu: m on s: does not fit\nmore"};
    }
    return {0, summary(context), ""};
  }
};

TEST(RunBookTest, ARunIsMadeOnceAndRead) {
  Program program;
  RunBook book([&](const std::vector<std::string>& words) { return program(words); });
  const study::Run& run = book.run({"s.toml", "m", "w8a16", 100});
  EXPECT_EQ(&run, &book.run({"s.toml", "m", "w8a16", 100}));
  EXPECT_EQ(program.calls, 1);
  EXPECT_EQ(run.command,
            "lpu run --system s.toml --model m --matmul w8a16 --context 100 --tokens 1 "
            "--values none");
  EXPECT_TRUE(run.ran());
  EXPECT_EQ(run.cycles, 1100);
  EXPECT_DOUBLE_EQ(run.busy.at("mxm"), 0.25);
  EXPECT_EQ(run.stages.at(0).end, 900);
  EXPECT_DOUBLE_EQ(run.queues.at("mxm_e.plane0.weights"), 0.5);
  ASSERT_EQ(run.links.size(), 1U);
  EXPECT_EQ(run.links[0].to_chip, 8);
  EXPECT_EQ(run.links[0].vectors, 30);
  EXPECT_EQ(run.stages.at(0).rows.at("weights"), 5);
}

TEST(RunBookTest, SeveralTokensInAStepAreAsked) {
  EXPECT_THAT((RunRequest{"s.toml", "m", "w8a16", 5, 0, 2}.command()),
              testing::HasSubstr("--context 5 --tokens 1 --values none --users 2"));
  EXPECT_THAT((RunRequest{"s.toml", "m", "w8a16", 0, 0, 1, 3}.command()),
              testing::EndsWith("--values none --prompt-ids 0,0,0 --prefill 3"));
}

TEST(RunBookTest, ARefusalKeepsItsMessageAndIsNoFailure) {
  RunBook book(Program{});
  const study::Run& run = book.run({"s.toml", "m", "w8a16", 101});
  EXPECT_FALSE(run.ran());
  EXPECT_EQ(run.refusal, "m on s: does not fit");
  EXPECT_TRUE(book.failed().empty());
}

TEST(RunBookTest, AnyOtherStatusIsAFailure) {
  RunBook book([](const std::vector<std::string>&) { return Launched{1, "", "lpu: differs"}; });
  const std::string command = book.run({"s.toml", "m", "w8a16", 0}).command;
  EXPECT_THAT(book.failed(), ElementsAre(command));
}

TEST(RunBookTest, ATextThatIsNoSummaryIsAnError) {
  RunBook book([](const std::vector<std::string>&) { return Launched{0, "{}", ""}; });
  EXPECT_THROW(static_cast<void>(book.run({"s.toml", "m", "w8a16", 0})), std::runtime_error);
}

TEST(OperatorsTest, OfAKindTogetherAndUnknownOnesAreOthers) {
  const study::Run run = run_of(summary(0));
  EXPECT_EQ(cycles_of(run, OperatorKind::kMatrix), 600);
  EXPECT_EQ(cycles_of(run, OperatorKind::kAllReduce), 300);
  EXPECT_EQ(cycles_of(run, OperatorKind::kOther), 100);
  EXPECT_EQ(layer_cycles_of(run, OperatorKind::kMatrix), 600);
  EXPECT_TRUE(in_attention_half("q"));
  EXPECT_FALSE(in_attention_half("gate"));
  EXPECT_TRUE(in_layers("gate"));
  EXPECT_TRUE(in_layers("new"));
  EXPECT_FALSE(in_layers("lm_head"));
}

class SweepTest : public testing::Test {
 protected:
  const Tried& swept(std::int64_t context, std::vector<std::int64_t> contexts,
                     std::vector<std::string> other_matmuls = {}) {
    ClaimsFile file;
    file.other_matmuls = std::move(other_matmuls);
    file.matmul = "w8a16";
    file.positions_together = 4;
    file.contexts = std::move(contexts);
    tried_.subject = {"s.toml", "m", "long/m2"};
    tried_.config.max_position_embeddings = 90;
    sweep(book_, file, context, tried_);
    return tried_;
  }
  RunBook book_{Program{}};
  Tried tried_;
};

TEST_F(SweepTest, LooksAtTheContextThatWasAskedFor) {
  EXPECT_EQ(swept(60, {0, 50, 100, 200}).token->context, 60);
  EXPECT_EQ(tried_.sweep.size(), 5U);
}

TEST_F(SweepTest, TheOtherMatmulsRunAsTheTokenThatIsLookedAt) {
  swept(60, {0}, {"fp16"});
  ASSERT_EQ(tried_.others.size(), 1U);
  EXPECT_EQ(tried_.others[0]->matmul, "fp16");
  EXPECT_EQ(tried_.others[0]->context, 60);
}

TEST_F(SweepTest, AsManyUsersInAStepAsArePlacedAndAllowed) {
  swept(60, {0});
  const auto users = [&](std::int64_t placed) {
    ClaimsFile file;
    file.users_together = 5;
    tried_.placed = {{60, placed}};
    run_together(book_, file, tried_);
    EXPECT_EQ(tried_.together->context, 60);
    return tried_.together->users;
  };
  EXPECT_EQ(users(3), 3);
  EXPECT_EQ(users(7), 5);
}

TEST_F(SweepTest, TheBeginningOfAPromptHasNoCache) {
  swept(60, {0});
  EXPECT_THAT(tried_.prompt->command, testing::HasSubstr("--context 0 "));
  EXPECT_THAT(tried_.prompt->command, testing::EndsWith("--prefill 4"));
}

TEST_F(SweepTest, TakesTheLongModelWhereTheOtherHasNoPosition) {
  swept(89, {0, 90});
  EXPECT_EQ(tried_.sweep[1]->model, "m");
  EXPECT_EQ(tried_.sweep[2]->model, "m2");
  EXPECT_THAT(tried_.sweep[2]->command, testing::HasSubstr("--model long/m2 "));
}

TEST_F(SweepTest, OrAtTheNextSmallerOneThatRan) {
  EXPECT_EQ(swept(200, {0, 50, 100, 300}).token->context, 100);
  EXPECT_TRUE(tried_.token->ran());
}

TEST_F(SweepTest, OrAtTheRefusal) {
  EXPECT_EQ(swept(200, {150, 300}).token->context, 200);
  EXPECT_FALSE(tried_.token->ran());
}

// A token at context c takes 1000 + c us, so 100 of them 100 x 1000 + 100 x 100 / 2.
TEST_F(SweepTest, PrefillByDecodingIsTheSumOfItsTokens) {
  swept(100, {0, 50, 100, 200});
  EXPECT_NEAR(prefill_by_decoding(tried_, 100).value(), 105'000e-6, 1e-6);
  EXPECT_FALSE(prefill_by_decoding(tried_, 200)) << "that far it has not run";
  EXPECT_FALSE(prefill_by_decoding(tried_, 70)) << "no run ends there";
}

}  // namespace
}  // namespace lpu::study
