// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "isa/error/input_error.h"
#include "isa/program/program.h"

namespace lpu::isa {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic{'L', 'P', 'U', 'P', 'R', 'O', 'G', 0};
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kChecksumBytes = 8;
constexpr auto kWordBytes = static_cast<std::size_t>(ChipSpec::kInsnBytes);

class Writer {
 public:
  template <typename T>
  void number(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      bytes_.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i)));
    }
  }
  template <typename Range>
  void bytes(const Range& range) {
    bytes_.insert(bytes_.end(), range.begin(), range.end());
  }
  std::vector<std::uint8_t> take() {
    number(checksum(bytes_));
    return std::move(bytes_);
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

/// Every length is held against what is left before anything of that length is made.
class Reader {
 public:
  Reader(const std::string& file, std::span<const std::uint8_t> bytes)
      : file_(file), rest_(bytes) {}

  [[noreturn]] void fail(const std::string& reason) const { throw InputError(file_, 0, reason); }

  std::span<const std::uint8_t> bytes(std::size_t n) {
    if (n > rest_.size()) {
      fail(fmt::format("damaged program: {} bytes are announced, {} are left", n, rest_.size()));
    }
    const auto taken = rest_.first(n);
    rest_ = rest_.subspan(n);
    return taken;
  }
  template <typename T>
  T number() {
    std::uint64_t value = 0;
    int shift = 0;
    for (const std::uint8_t byte : bytes(sizeof(T))) {
      value |= std::uint64_t{byte} << shift;
      shift += 8;
    }
    return static_cast<T>(value);
  }
  /// A count of things that take at least `each` bytes.
  std::size_t count(std::size_t each) {
    const std::size_t n = number<std::uint32_t>();
    if (n > rest_.size() / each) {
      fail(fmt::format("damaged program: {} entries do not fit in {} bytes", n, rest_.size()));
    }
    return n;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  const std::string& file_;
  std::span<const std::uint8_t> rest_;
};

bool has_lines(const Program& program, std::size_t queue) {
  return queue < program.lines.size() && !program.lines[queue].empty() &&
         program.lines[queue].size() == program.queues[queue].size();
}

void write_queue(const std::string& file, const Program& program, std::size_t queue, Writer& out) {
  const auto& insns = program.queues[queue];
  out.number(static_cast<std::uint32_t>(insns.size()));
  for (std::size_t i = 0; i < insns.size(); ++i) {
    const Word word = encode(insns[i]);
    if (decode(word) != insns[i]) {
      throw InputError(file, 0, fmt::format("queue {}, instruction {} has no encoding", queue, i));
    }
    out.bytes(word);
  }
  out.number(static_cast<std::uint8_t>(has_lines(program, queue) ? 1 : 0));
  if (has_lines(program, queue)) {
    for (const std::uint32_t line : program.lines[queue]) {
      out.number(line);
    }
  }
}

void read_queue(Reader& in, std::size_t queue, Program& program) {
  const std::size_t n = in.count(kWordBytes);
  auto& insns = program.queues[queue];
  insns.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    Word word;
    std::ranges::copy(in.bytes(kWordBytes), word.begin());
    const auto insn = decode(word);
    if (!insn) {
      in.fail(fmt::format("queue {}, instruction {}: no such instruction", queue, i));
    }
    insns.push_back(*insn);
  }
  const auto lines = in.number<std::uint8_t>();
  if (lines > 1) {
    in.fail(fmt::format("queue {}: damaged mark of source lines", queue));
  }
  for (std::size_t i = 0; lines == 1 && i < n; ++i) {
    program.lines[queue].push_back(in.number<std::uint32_t>());
  }
}

/// Removes what was begun unless the file came into being whole. A pipe or a device is written
/// directly: it must not be replaced by a file.
class PartFile {
 public:
  explicit PartFile(const std::string& path)
      : path_(path), part_(is_special(path) ? path : fmt::format("{}.{}.part", path, ::getpid())) {}
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile() {
    if (part_ != path_) {
      std::remove(part_.c_str());
    }
  }

  void write(std::span<const std::uint8_t> bytes) {
    errno = 0;
    std::ofstream out(part_, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) {
      fail(std::error_code(errno != 0 ? errno : EIO, std::generic_category()));
    }
    std::error_code error;
    if (part_ != path_) {
      std::filesystem::rename(part_, path_, error);
    }
    if (error) {
      fail(error);
    }
  }

 private:
  static bool is_special(const std::string& path) {
    std::error_code none;
    const auto status = std::filesystem::status(path, none);
    return std::filesystem::is_other(status);  // not there, a file, a directory: no
  }
  [[noreturn]] void fail(const std::error_code& reason) const {
    throw InputError(path_, 0, "cannot be written: " + reason.message());
  }

  std::string path_;
  std::string part_;
};

}  // namespace

std::uint64_t checksum(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::uint8_t byte : bytes) {
    hash = (hash ^ byte) * 0x100000001b3U;
  }
  return hash;
}

std::vector<std::uint8_t> pack_program(const std::string& file, const Program& program) {
  Writer out;
  out.bytes(kMagic);
  out.number(kVersion);
  out.number(static_cast<std::uint32_t>(program.name.size()));
  out.bytes(program.name);
  out.number(static_cast<std::uint32_t>(program.queues.size()));
  for (std::size_t q = 0; q < program.queues.size(); ++q) {
    write_queue(file, program, q, out);
  }
  out.number(static_cast<std::uint32_t>(program.data.size()));
  for (const DataRow& row : program.data) {
    out.number(row.slice);
    out.number(row.row);
    out.number(static_cast<std::uint32_t>(row.bytes.size()));
    out.bytes(row.bytes);
  }
  return out.take();
}

Program unpack_program(const std::string& file, std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kMagic.size() + kChecksumBytes ||
      !std::ranges::equal(bytes.first(kMagic.size()), kMagic)) {
    throw InputError(file, 0, "not a program");
  }
  Reader in(file, bytes.first(bytes.size() - kChecksumBytes));
  in.bytes(kMagic.size());
  if (const auto version = in.number<std::uint32_t>(); version != kVersion) {
    in.fail(fmt::format("program of version {}, expected {}", version, kVersion));
  }
  if (Reader(file, bytes.last(kChecksumBytes)).number<std::uint64_t>() !=
      checksum(bytes.first(bytes.size() - kChecksumBytes))) {
    in.fail("damaged program: the checksum differs");
  }
  Program program;
  const auto name = in.bytes(in.number<std::uint32_t>());
  program.name.assign(name.begin(), name.end());
  const std::size_t queues = in.count(5);
  program.queues.resize(queues);
  program.lines.resize(queues);
  for (std::size_t q = 0; q < queues; ++q) {
    read_queue(in, q, program);
  }
  const std::size_t rows = in.count(8);
  program.data.reserve(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    DataRow row{in.number<std::uint16_t>(), in.number<std::uint16_t>(), {}};
    const auto data = in.bytes(in.number<std::uint32_t>());
    row.bytes.assign(data.begin(), data.end());
    program.data.push_back(std::move(row));
  }
  if (!in.at_end()) {
    in.fail("damaged program: bytes after its end");
  }
  return program;
}

void write_program(const std::string& path, const Program& program) {
  PartFile(path).write(pack_program(path, program));
}

Program read_program(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path)) {
    throw InputError(path, 0, "cannot be read");
  }
  const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  return unpack_program(path, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

}  // namespace lpu::isa
