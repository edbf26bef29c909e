// SPDX-License-Identifier: Apache-2.0
#include "compiler/model/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "isa/error/input_error.h"

namespace lpu::compiler {

MappedFile::MappedFile(const std::filesystem::path& file) {
  const auto fail = [&file](const char* what) {
    throw isa::InputError(file.string(), 0, std::string(what) + ": " + std::strerror(errno));
  };
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail("cannot be opened");
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) fail("has no size");
  // An empty file cannot be mapped, and a directory has no bytes.
  const bool empty = !S_ISREG(status.st_mode) || status.st_size == 0;
  const auto size = empty ? std::size_t{0} : static_cast<std::size_t>(status.st_size);
  void* start = empty ? nullptr : ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  const int error = errno;
  ::close(descriptor);
  errno = error;
  if (start == MAP_FAILED) fail("cannot be mapped");
  bytes_ = {static_cast<const std::byte*>(start), size};
}

MappedFile::~MappedFile() {
  if (bytes_.empty()) return;
  // munmap takes a pointer to what it releases, never writes through it.
  ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace lpu::compiler
