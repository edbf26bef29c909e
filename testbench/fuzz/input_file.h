// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

namespace lpu::testbench {

/// The bytes of one fuzz input as a file without a disk, for readers that take a path.
class InputFile {
 public:
  explicit InputFile(std::span<const std::uint8_t> bytes) : fd_(memfd_create("input", 0)) {
    if (fd_ < 0 || write(fd_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
      std::abort();
    }
  }
  ~InputFile() { close(fd_); }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

[[nodiscard]] inline std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// A harness's verdict: a broken property is a crash, whatever the build type.
inline void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

}  // namespace lpu::testbench
