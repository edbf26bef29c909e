// SPDX-License-Identifier: Apache-2.0
#include "traces/file/whole_file.h"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "isa/error/input_error.h"

namespace lpu::traces {
namespace {

bool is_special(const std::string& path) {
  std::error_code none;
  const auto kind = std::filesystem::status(path, none).type();
  using Kind = std::filesystem::file_type;
  return kind == Kind::fifo || kind == Kind::character || kind == Kind::block ||
         kind == Kind::socket;
}

}  // namespace

WholeFile::WholeFile(std::string path)
    : path_(std::move(path)), growing_(is_special(path_) ? path_ : path_ + ".part") {
  // Found now, not when a long run wants its result.
  std::error_code none;
  if (std::filesystem::is_directory(path_, none)) fail_with(EISDIR);
  file_ = std::fopen(growing_.c_str(), "wb");
  if (file_ == nullptr) fail_with(errno);
}

WholeFile::~WholeFile() { drop(); }

void WholeFile::write(std::string_view text) {
  if (file_ == nullptr) fail("is closed");
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail_with(errno);
}

void WholeFile::commit() {
  if (file_ == nullptr) fail("is closed");
  errno = 0;
  if (std::fflush(file_) != 0 || std::ferror(file_) != 0) fail_with(errno != 0 ? errno : EIO);
  const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
  if (closed && growing_ == path_) return;
  if (closed && std::rename(growing_.c_str(), path_.c_str()) == 0) return;
  const int error = errno;
  if (growing_ != path_) std::remove(growing_.c_str());
  fail_with(error);
}

void WholeFile::fail_with(int error) {
  fail("cannot be written: " + std::generic_category().message(error));
}

void WholeFile::fail(const std::string& reason) {
  drop();
  throw isa::InputError(path_, 0, reason);
}

void WholeFile::drop() {
  if (file_ == nullptr) return;
  std::fclose(std::exchange(file_, nullptr));
  if (growing_ != path_) std::remove(growing_.c_str());
}

}  // namespace lpu::traces
