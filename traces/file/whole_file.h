// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace lpu::traces {

/// A file that is there whole or not at all. It grows under a name of its own beside `path` and
/// takes its place in `commit`; a file of that name from before stays until then. Something that
/// is no regular file (a pipe, a device) is written directly.
/// Every failure is an isa::InputError that names the file and the system's reason; after one,
/// and after `commit`, the object takes nothing any more.
class WholeFile {
 public:
  explicit WholeFile(std::string path);
  /// Without a commit: nothing is left.
  ~WholeFile();
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  void write(std::string_view text);
  /// Everything is on the way to the disk, under its name.
  void commit();

  /// For writers that want a C stream; what they fail to write is found by `commit`.
  [[nodiscard]] std::FILE* stream() { return file_; }
  /// For writers that open by name and look after their own failures.
  [[nodiscard]] const std::string& growing_path() const { return growing_; }
  [[noreturn]] void fail(const std::string& reason);

 private:
  [[noreturn]] void fail_with(int error);
  void drop();

  std::string path_;
  std::string growing_;  // the same as path_ when written directly
  std::FILE* file_{nullptr};
};

}  // namespace lpu::traces
