// SPDX-License-Identifier: Apache-2.0
#include "traces/wave/fst_file.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace lpu::traces {
namespace {

// The layout of an FST file: blocks of a type byte and a big-endian length, which counts itself.
enum Block : int {
  kHeader = 0,
  kGeometry = 3,
  kHierarchy = 4,
  kHierarchyLz4 = 6,
  kHierarchyLz4Duo = 7,
  kUnfinished = 255
};
constexpr std::streamoff kDateOffset = 202;
constexpr std::streamsize kDateBytes = 119;

}  // namespace

bool is_whole_fst(const std::string& path) {
  std::error_code none;
  const std::uint64_t size = std::filesystem::file_size(path, none);
  std::ifstream in(path, std::ios::binary);
  bool geometry = false;
  bool hierarchy = false;
  std::uint64_t at = 0;
  while (in && at < size) {
    std::array<unsigned char, 9> head{};
    in.seekg(static_cast<std::streamoff>(at));
    in.read(reinterpret_cast<char*>(head.data()), head.size());
    if (!in || (at == 0) != (head[0] == kHeader) || head[0] == kUnfinished) return false;
    std::uint64_t length = 0;
    for (std::size_t i = 1; i < head.size(); ++i) length = (length << 8) | head[i];
    if (length < 8 || length > size) return false;
    geometry |= head[0] == kGeometry;
    hierarchy |= head[0] == kHierarchy || head[0] == kHierarchyLz4 || head[0] == kHierarchyLz4Duo;
    at += 1 + length;
  }
  return at == size && geometry && hierarchy;
}

void clear_fst_date(const std::string& path) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(kDateOffset);
  file.write(std::string(static_cast<std::size_t>(kDateBytes), '\0').data(), kDateBytes);
}

}  // namespace lpu::traces
