// SPDX-License-Identifier: Apache-2.0
#include "compiler/model/tokenizer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "testbench/unit/compiler/model/rejection.h"

namespace lpu::compiler {
namespace {

constexpr const char* kWords = R"({"added_tokens": [
    {"id": 9, "content": "<eos>", "special": true}, {"id": 10, "content": "<tab>"}],
  "decoder": {"type": "Fuse"},
  "model": {"type": "BPE", "vocab":
    {"l":0, "o":1, "w":2, "e":3, "r":4, "lo":5, "low":6, "er":7, "ü":8, "we":11},
    "merges": ["l o", ["lo", "w"], "w e", "e r"]}})";

Tokenizer words() { return Tokenizer::parse(kWords, "t.json"); }

std::string rejection_of(const std::string& text) {
  return rejection([&] { return Tokenizer::parse(text, "t.json"); });
}

TEST(TokenizerTest, JoinsThePairOfLowestRankFirst) {
  const Tokenizer tokenizer = words();
  EXPECT_EQ(tokenizer.encode("low"), (std::vector{6}));
  // "w e" would also match, but "lo w" comes earlier in the list.
  EXPECT_EQ(tokenizer.encode("lower"), (std::vector{6, 7}));
  EXPECT_EQ(tokenizer.encode("wer"), (std::vector{11, 4}));
  EXPECT_EQ(tokenizer.encode("lolo"), (std::vector{5, 5}));
  EXPECT_EQ(tokenizer.encode(""), std::vector<int>{});
}

TEST(TokenizerTest, DecodesWhatItEncoded) {
  const Tokenizer tokenizer = words();
  for (const char* text : {"lower", "ürlow", "", "w<tab>e"}) {
    EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
  }
}

TEST(TokenizerTest, AddedTokensAreRecognisedFirstAndSpecialOnesGiveNoText) {
  const Tokenizer tokenizer = words();
  EXPECT_EQ(tokenizer.encode("lo<eos>w"), (std::vector{5, 9, 2}));
  EXPECT_EQ(tokenizer.decode(std::vector{5, 9, 10}), "lo<tab>");
  EXPECT_EQ(tokenizer.vocab_size(), 12);
}

TEST(TokenizerTest, NamesTheUnknownCharacter) {
  const Tokenizer tokenizer = words();
  EXPECT_EQ(rejection([&] { return tokenizer.encode("low x"); }),
            "t.json: character ' ' is not in the vocabulary");
  EXPECT_EQ(rejection([&] { return tokenizer.encode("löw"); }),
            "t.json: character 'ö' is not in the vocabulary");
  EXPECT_EQ(rejection([&] { return tokenizer.encode("lo\n"); }),
            "t.json: character '\\x0a' is not in the vocabulary");
  EXPECT_EQ(rejection([&] { return tokenizer.encode("\xff"); }),
            "t.json: character '\xff' is not in the vocabulary");
  EXPECT_EQ(rejection([&] { return tokenizer.decode(12); }),
            "t.json: token 12 is not in the vocabulary");
  EXPECT_EQ(rejection([&] { return tokenizer.decode(-1); }),
            "t.json: token -1 is not in the vocabulary");
}

TEST(TokenizerTest, WithoutMergesOneCharacterIsOneToken) {
  const Tokenizer tokenizer =
      Tokenizer::read(LPU_SOURCE_DIR "/configs/models/addition/tokenizer.json");
  EXPECT_EQ(tokenizer.vocab_size(), 13);
  EXPECT_EQ(tokenizer.encode("47+85=132\n"), (std::vector{4, 7, 10, 8, 5, 11, 1, 3, 2, 12}));
  EXPECT_EQ(tokenizer.decode(std::vector{1, 3, 2, 12}), "132\n");
}

TEST(TokenizerTest, RefusesAVocabularyThatContradictsItself) {
  EXPECT_EQ(rejection_of("{}"), "t.json: model: is missing");
  EXPECT_EQ(rejection_of(R"({"model": {}})"), "t.json: model.vocab: is missing");
  EXPECT_EQ(rejection_of(R"({"model": {"vocab": {}}})"), "t.json: model.vocab: is empty");
  EXPECT_EQ(rejection_of(R"({"model": {"vocab": {"a": 0, "b": 0}}})"),
            "t.json: id 0: belongs to 'a' and 'b'");
  EXPECT_EQ(rejection_of(R"({"model": {"vocab": {"a": -1}}})"),
            "t.json: token 'a': its id is not a count up to 10000000");
  EXPECT_EQ(rejection_of(R"({"model": {"vocab": {"a": 0}, "merges": ["a b"]}})"),
            "t.json: merge 0: 'b' is not in the vocabulary");
  EXPECT_EQ(rejection_of(R"({"model": {"vocab": {"a": 0}, "merges": ["aa"]}})"),
            "t.json: merge 0: is not a pair of tokens");
  EXPECT_EQ(rejection_of(R"({"model": {"vocab": {"a": 0, "aa": 1}, "merges": ["a a", "a a"]}})"),
            "t.json: merge 1: occurs twice");
}

TEST(TokenizerTest, RefusesStepsItWouldHaveToIgnore) {
  EXPECT_EQ(rejection_of(R"({"normalizer": {"type": "NFC"}, "model": {"vocab": {"a": 0}}})"),
            "t.json: normalizer: is not modelled");
  EXPECT_EQ(rejection_of(R"({"decoder": {"type": "ByteLevel"}, "model": {"vocab": {"a": 0}}})"),
            "t.json: decoder: only 'Fuse' is modelled");
  EXPECT_EQ(rejection_of(R"({"model": {"type": "Unigram", "vocab": {"a": 0}}})"),
            "t.json: model.type: only 'BPE' is modelled");
  EXPECT_EQ(rejection_of(R"({"model": {"byte_fallback": true, "vocab": {"a": 0}}})"),
            "t.json: model.byte_fallback: is not modelled");
}

}  // namespace
}  // namespace lpu::compiler
