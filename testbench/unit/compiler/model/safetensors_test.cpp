// SPDX-License-Identifier: Apache-2.0
#include "compiler/model/safetensors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "testbench/unit/compiler/model/rejection.h"

namespace lpu::compiler {
namespace {

std::string with_length(std::uint64_t length, const std::string& header, const std::string& data) {
  std::string file(sizeof length, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  return file + header + data;
}

std::string make_file(const std::string& header, const std::string& data) {
  return with_length(header.size(), header, data);
}

Safetensors parse(const std::string& file) {
  return Safetensors::parse(std::as_bytes(std::span(file)), "m.safetensors");
}

std::string rejection_of(const std::string& file) {
  return rejection([&] { return parse(file); });
}

/// The message for one tensor 'w' with this entry over eight bytes of data.
std::string rejection_of_entry(const std::string& entry) {
  return rejection_of(make_file("{\"w\":" + entry + "}", std::string(8, '\0')));
}

template <typename Bits>
std::string little_endian(const std::vector<Bits>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Bits)};
}

TEST(SafetensorsTest, ReadsAllThreeTypesExactly) {
  const std::string data = little_endian<float>({1.5F, -2.0F, 1e-30F, 3.25F}) +
                           little_endian<std::uint16_t>({0x3c00, 0xc000, 0x0001, 0x7bff}) +
                           little_endian<std::uint16_t>({0x3f80, 0xc000, 0x0080});
  const std::string file = make_file(R"({"__metadata__":{"format":"pt"},
      "b":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},
      "a":{"dtype":"F16","shape":[2,2],"data_offsets":[16,24]},
      "c":{"dtype":"BF16","shape":[3],"data_offsets":[24,30]}})",
                                     data);
  const Safetensors tensors = parse(file);
  ASSERT_EQ(tensors.tensors().size(), 3U);
  EXPECT_EQ(tensors.tensors()[0].name, "a");
  EXPECT_EQ(tensors.find("d"), nullptr);

  std::vector<float> row(2);
  tensors.read_row(*tensors.find("b"), 1, row);
  EXPECT_EQ(row, (std::vector{1e-30F, 3.25F}));
  tensors.read_row(*tensors.find("a"), 0, row);
  EXPECT_EQ(row, (std::vector{1.0F, -2.0F}));
  tensors.read_row(*tensors.find("a"), 1, row);
  EXPECT_EQ(row, (std::vector{std::ldexp(1.0F, -24), 65504.0F}));

  const TensorInfo& vector = *tensors.find("c");
  EXPECT_EQ(vector.rows(), 1);
  EXPECT_EQ(vector.cols(), 3);
  row.resize(3);
  tensors.read_row(vector, 0, row);
  EXPECT_EQ(row, (std::vector{1.0F, -2.0F, std::ldexp(1.0F, -126)}));
}

TEST(SafetensorsTest, RefusesALengthThatTheFileDoesNotHave) {
  EXPECT_EQ(rejection_of(""), "m.safetensors: 0 bytes are too few for a safetensors file");
  EXPECT_EQ(rejection_of("1234567"), "m.safetensors: 7 bytes are too few for a safetensors file");
  EXPECT_EQ(rejection_of(with_length(3, "{}", "")),
            "m.safetensors: header length 3 reaches past the end of a file of 10 bytes");
  EXPECT_EQ(rejection_of(with_length(~std::uint64_t{0}, "{}", "")),
            "m.safetensors: header length 18446744073709551615 is above 100000000");
}

TEST(SafetensorsTest, RefusesATruncatedFile) {
  EXPECT_EQ(rejection_of(make_file(R"({"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})",
                                   std::string(12, '\0'))),
            "m.safetensors: tensor 'w': data_offsets [0, 16] are outside the 12 bytes of data");
}

TEST(SafetensorsTest, RefusesAnEntryThatContradictsItself) {
  EXPECT_EQ(rejection_of_entry(R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})"),
            "m.safetensors: tensor 'w': 3 elements of 4 bytes are not the 8 bytes of data_offsets");
  EXPECT_EQ(rejection_of_entry(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})"),
            "m.safetensors: tensor 'w': data_offsets [8, 0] are outside the 8 bytes of data");
  EXPECT_EQ(rejection_of_entry(R"({"dtype":"I64","shape":[1],"data_offsets":[0,8]})"),
            "m.safetensors: tensor 'w': dtype 'I64' is not F32, F16 or BF16");
  EXPECT_EQ(rejection_of_entry(R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})"),
            "m.safetensors: tensor 'w': shape is impossible");
  EXPECT_EQ(rejection_of_entry(
                R"({"dtype":"F32","shape":[4294967296,4294967296,2],"data_offsets":[0,8]})"),
            "m.safetensors: tensor 'w': shape is impossible");
  EXPECT_EQ(rejection_of_entry(R"({"dtype":"F32","shape":[2]})"),
            "m.safetensors: tensor 'w': has no 'data_offsets'");
  EXPECT_EQ(rejection_of_entry(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1})"),
            "m.safetensors: tensor 'w': has an unknown key 'x'");
  EXPECT_EQ(rejection_of_entry("1"), "m.safetensors: tensor 'w': is not an object");
}

TEST(SafetensorsTest, ReportsEveryTensorAtFault) {
  EXPECT_EQ(rejection_of(make_file(R"({"a":{"dtype":"F8","shape":[1],"data_offsets":[0,1]},
                                       "b":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})",
                                   std::string(4, '\0'))),
            "m.safetensors: tensor 'a': dtype 'F8' is not F32, F16 or BF16\n"
            "  tensor 'b': 2 elements of 4 bytes are not the 4 bytes of data_offsets");
}

TEST(SafetensorsTest, RefusesOverlapGapAndRest) {
  const auto two = [](const std::string& first, const std::string& second) {
    return make_file(R"({"a":{"dtype":"F16","shape":[2],"data_offsets":)" + first +
                         R"(},"b":{"dtype":"F16","shape":[2],"data_offsets":)" + second + "}}",
                     std::string(8, '\0'));
  };
  EXPECT_EQ(rejection_of(two("[4,8]", "[0,4]")), "accepted");
  EXPECT_EQ(rejection_of(two("[0,4]", "[2,6]")),
            "m.safetensors: tensor 'b': overlaps the one before it by 2 bytes\n"
            "  2 bytes at the end belong to no tensor");
  EXPECT_EQ(rejection_of(make_file(R"({"a":{"dtype":"F16","shape":[2],"data_offsets":[2,6]}})",
                                   std::string(6, '\0'))),
            "m.safetensors: tensor 'a': 2 bytes before it belong to no tensor");
}

TEST(SafetensorsTest, RefusesAHeaderThatIsNoObjectOrNamesATensorTwice) {
  EXPECT_EQ(rejection_of(make_file("[]", "")), "m.safetensors: the root is not an object");
  EXPECT_EQ(rejection_of(make_file("{", "")).substr(0, 26), "m.safetensors:1: not JSON:");
  EXPECT_EQ(rejection_of(make_file(R"({"w":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},
                                       "w":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}})",
                                   "00")),
            "m.safetensors: key 'w' occurs twice");
}

TEST(SafetensorsTest, RefusesAFileThatIsNotThere) {
  EXPECT_EQ(rejection([] { return Safetensors::open("/nowhere/m.safetensors"); }),
            "/nowhere/m.safetensors: cannot be opened: No such file or directory");
}

}  // namespace
}  // namespace lpu::compiler
