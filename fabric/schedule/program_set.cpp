// SPDX-License-Identifier: Apache-2.0
#include "fabric/schedule/program_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "isa/asm/assembler.h"
#include "isa/error/input_errors.h"

namespace lpu::fabric {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kText = ".lpuasm";
constexpr std::string_view kBinary = ".lpu";

std::shared_ptr<const isa::Program> read_one(const isa::ChipSpec& spec, const fs::path& path) {
  return std::make_shared<const isa::Program>(path.extension() == kText
                                                  ? isa::read_assembly(spec, path.string())
                                                  : isa::read_program(path.string()));
}

/// N of a file called chip<N>.lpuasm or chip<N>.lpu.
std::optional<int> chip_of(const fs::path& file) {
  const std::string stem = file.stem().string();
  const bool program = file.extension() == kText || file.extension() == kBinary;
  if (!program || !stem.starts_with("chip")) {
    return std::nullopt;
  }
  int chip = 0;
  const char* end = stem.data() + stem.size();
  const auto [rest, error] = std::from_chars(stem.data() + 4, end, chip);
  return error == std::errc() && rest == end ? std::optional(chip) : std::nullopt;
}

std::vector<fs::path> files_of(const std::string& directory) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    files.push_back(it->path());
  }
  if (error) {
    throw isa::InputErrors({isa::InputError(directory, 0, error.message())});
  }
  std::sort(files.begin(), files.end());
  return files;
}

ProgramSet read_directory(const isa::ChipSpec& spec, int chips, const std::string& directory) {
  ProgramSet programs(static_cast<std::size_t>(chips));
  std::vector<isa::InputError> errors;
  bool any = false;
  for (const fs::path& file : files_of(directory)) {
    const auto chip = chip_of(file);
    if (!chip) {
      continue;
    }
    any = true;
    if (*chip < 0 || *chip >= chips) {
      errors.emplace_back(file.string(), 0, fmt::format("the system has chips 0 to {}", chips - 1));
      continue;
    }
    auto& program = programs[static_cast<std::size_t>(*chip)];
    if (program != nullptr) {
      errors.emplace_back(file.string(), 0, fmt::format("a second program for chip {}", *chip));
      continue;
    }
    try {
      program = read_one(spec, file);
    } catch (const isa::InputErrors& e) {
      errors.insert(errors.end(), e.errors().begin(), e.errors().end());
    } catch (const isa::InputError& e) {
      errors.push_back(e);
    }
  }
  if (!any) {
    errors.emplace_back(directory, 0, "no file chip<N>.lpuasm or chip<N>.lpu");
  }
  if (!errors.empty()) {
    throw isa::InputErrors(std::move(errors));
  }
  return programs;
}

}  // namespace

ProgramSet same_program(const isa::Program& program, int chips) {
  return ProgramSet(static_cast<std::size_t>(chips), std::make_shared<const isa::Program>(program));
}

std::vector<std::vector<isa::Issue>> issues_of(const isa::ChipSpec& spec,
                                               const ProgramSet& programs) {
  std::vector<std::vector<isa::Issue>> issues(programs.size());
  for (std::size_t chip = 0; chip < programs.size(); ++chip) {
    if (programs[chip] != nullptr) {
      issues[chip] = isa::resolve(spec, *programs[chip]).issues;
    }
  }
  return issues;
}

ProgramSet read_programs(const isa::ChipSpec& spec, int chips, const std::string& path) {
  if (fs::is_directory(path)) {
    return read_directory(spec, chips, path);
  }
  return ProgramSet(static_cast<std::size_t>(chips), read_one(spec, path));
}

void write_programs(const std::string& directory, const ProgramSet& programs) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) {
    throw isa::InputError(directory, 0, error.message());
  }
  for (std::size_t chip = 0; chip < programs.size(); ++chip) {
    if (programs[chip] != nullptr) {
      const auto path = fs::path(directory) / fmt::format("chip{}{}", chip, kBinary);
      isa::write_program(path.string(), *programs[chip]);
    }
  }
}

}  // namespace lpu::fabric
