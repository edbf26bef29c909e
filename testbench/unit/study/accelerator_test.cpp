// SPDX-License-Identifier: Apache-2.0
#include "study/accelerator/accelerator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "isa/error/input_errors.h"
#include "study/accelerator/measured.h"

namespace lpu::study {
namespace {

using testing::HasSubstr;

/// A thousand parameters, ten bytes of cache a position; one byte or operation takes 1 s or 0.001
/// s.
const ModelWork kWork{1000, 1000, 5, 4, 50};
Accelerator simple() {
  Accelerator a;
  a.memory_bytes = 1500;
  a.memory_bytes_per_second = 1;
  a.operations_per_second_8 = 1000;
  a.operations_per_second_16 = 500;
  a.link_bytes_per_second = 100;
  a.reduction_seconds = 3;
  return a;
}

TEST(StepTimeTest, MemoryBoundsAStepOfOneUser) {
  const StepTime t = step_time(simple(), kWork, {1, 8, 1, 20});
  EXPECT_DOUBLE_EQ(t.memory, 1000 + 200);
  EXPECT_DOUBLE_EQ(t.arithmetic, 2.0);
  EXPECT_DOUBLE_EQ(t.collectives, 0.0);
  EXPECT_DOUBLE_EQ(t.seconds(), 1200.0);
  EXPECT_DOUBLE_EQ(t.memory_used(), 1.0);
}

TEST(StepTimeTest, SixteenBitsReadTwiceAsMuchAtHalfTheArithmetic) {
  const StepTime t = step_time(simple(), kWork, {1, 16, 1, 0});
  EXPECT_DOUBLE_EQ(t.memory, 2000.0);
  EXPECT_DOUBLE_EQ(t.arithmetic, 4.0);
}

TEST(StepTimeTest, ManyUsersShareTheWeightsAndAreBoundByArithmetic) {
  const StepTime t = step_time(simple(), kWork, {1, 8, 1000, 0});
  EXPECT_DOUBLE_EQ(t.memory, 1000.0);
  EXPECT_DOUBLE_EQ(t.seconds(), 2000.0);
}

// 4 reductions, each 3 s and 2 (n - 1) / n times 100 bytes at 100 bytes/s.
TEST(StepTimeTest, DevicesShareTheWorkAndPayForReductions) {
  const StepTime t = step_time(simple(), kWork, {4, 8, 1, 0});
  EXPECT_DOUBLE_EQ(t.memory, 250.0);
  EXPECT_DOUBLE_EQ(t.collectives, 4 * (3.0 + 1.5));
  EXPECT_DOUBLE_EQ(t.seconds(), 268.0);
}

TEST(CapacityTest, ByBytesAlone) {
  EXPECT_EQ(devices_for_weights(1500, kWork, 8), 1);
  EXPECT_EQ(devices_for_weights(1500, kWork, 16), 2);
  EXPECT_EQ(users_that_fit(1500, kWork, 8, 10), 5);
  EXPECT_EQ(users_that_fit(1500, kWork, 16, 10), 0);
}

// 230 MB of SRAM: 307 chips for 8-bit weights of 70B; an H200 needs two for 16 bits.
TEST(CapacityTest, OfLlama3WithSeventyBillionParameters) {
  const ModelWork work =
      work_of(compiler::read_config(LPU_SOURCE_DIR "/configs/models/llama-3-70b/config.json"));
  EXPECT_EQ(devices_for_weights(230e6, work, 8), 307);
  EXPECT_EQ(devices_for_weights(230e6, work, 16), 614);
  EXPECT_EQ(devices_for_weights(141e9, work, 8), 1);
  EXPECT_EQ(devices_for_weights(141e9, work, 16), 2);
}

class AcceleratorFileTest : public testing::Test {
 protected:
  AcceleratorFileTest() { std::filesystem::create_directory(dir_); }
  ~AcceleratorFileTest() override { std::filesystem::remove_all(dir_); }
  std::string write(const std::string& text) {
    std::ofstream(dir_ / "a.toml") << text;
    return (dir_ / "a.toml").string();
  }
  std::filesystem::path dir_{std::filesystem::temp_directory_path() /
                             ("lpu_accelerator_" + std::to_string(getpid()))};
};

TEST_F(AcceleratorFileTest, EveryShippedFileIsReadAndItsMeasurementsNameFiles) {
  const std::filesystem::path all(LPU_SOURCE_DIR "/configs/accelerators");
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(all)) {
    if (entry.path().extension() == ".toml") {
      EXPECT_GT(read_accelerator(entry.path().string()).memory_bytes, 0.0);
      ++files;
    }
  }
  EXPECT_GE(files, 6);
  for (const Measured& m : read_measured((all / "measured/llama-3-70b.toml").string()).measured) {
    EXPECT_TRUE(std::filesystem::exists(all / (m.accelerator + ".toml"))) << m.accelerator;
  }
}

TEST_F(AcceleratorFileTest, EveryFaultIsReportedWithItsLine) {
  try {
    static_cast<void>(read_accelerator(
        write("name = 'x'\ncolour = 'blue'\nmemory_bytes = 3\n"
              "memory_bytes_per_second = { value = 1.0, source = 'X', from = 'y' }\n"
              "link_bytes_per_second = { value = 0, source = 'P', from = 'y' }\n"
              "watts = { value = 1.0, source = 'P' }\n")));
    FAIL() << "read";
  } catch (const isa::InputErrors& e) {
    EXPECT_THAT(e.what(), HasSubstr("a.toml:2: unknown key 'colour'"));
    EXPECT_THAT(e.what(), HasSubstr("a.toml:3: 'memory_bytes' must be a value with its source"));
    EXPECT_THAT(e.what(), HasSubstr("a.toml:4: 'memory_bytes_per_second' needs a source"));
    EXPECT_THAT(e.what(), HasSubstr("a.toml:5: 'link_bytes_per_second' needs a value above zero"));
    EXPECT_THAT(e.what(), HasSubstr("a.toml:6: 'watts' needs to say where it is from"));
    EXPECT_THAT(e.what(), HasSubstr("'reduction_seconds' must be a value with its source"));
  }
}

}  // namespace
}  // namespace lpu::study
