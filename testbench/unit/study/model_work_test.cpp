// SPDX-License-Identifier: Apache-2.0
// Numbers of parameters as the models' makers publish them.
#include "study/work/model_work.h"

#include <gtest/gtest.h>

namespace lpu::study {
namespace {

ModelWork of(const std::string& name) {
  return work_of(compiler::read_config(LPU_SOURCE_DIR "/configs/models/" + name + "/config.json"));
}

TEST(ModelWorkTest, ParametersAreThePublishedOnes) {
  EXPECT_EQ(of("llama-2-7b").parameters, 6'738'415'616);
  EXPECT_EQ(of("llama-2-70b").parameters, 68'976'648'192);
  EXPECT_EQ(of("llama-3-8b").parameters, 8'030'261'248);
  EXPECT_EQ(of("llama-3-70b").parameters, 70'553'706'496);
  EXPECT_EQ(of("mixtral-8x7b").parameters, 46'702'792'704);
}

TEST(ModelWorkTest, ATokenDoesNotReadTheEmbeddingTableNorOtherExperts) {
  const std::int64_t table = 128'256LL * 8192;
  EXPECT_EQ(of("llama-3-70b").parameters_a_token, 70'553'706'496 - table);
  // Two of eight experts, in 32 layers.
  const std::int64_t expert = 3LL * 4096 * 14'336;
  EXPECT_EQ(of("mixtral-8x7b").parameters_a_token,
            46'702'792'704 - 32'000LL * 4096 - 32 * 6 * expert);
}

TEST(ModelWorkTest, ACachedPositionOfLlama3Takes320KiB) {
  EXPECT_EQ(bytes_of(of("llama-3-70b").cached_values, kCacheBits), 320 * 1024);
  EXPECT_EQ(of("llama-3-70b").reductions, 160);
}

}  // namespace
}  // namespace lpu::study
