// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace lpu::isa {

/// Something a user handed in (a file, an option) cannot be used.
///
/// One error is one message: `what()` is "file:line: reason", or "file: reason" when the fault
/// has no line. A reader that finds several faults at once joins them in `reason`, one per line.
class InputError : public std::runtime_error {
 public:
  /// `line` counts from 1; 0 says that the fault has no line.
  InputError(std::string file, int line, std::string reason)
      : std::runtime_error(message(file, line, reason)),
        file_(std::move(file)),
        line_(line),
        reason_(std::move(reason)) {}

  const std::string& file() const noexcept { return file_; }
  int line() const noexcept { return line_; }
  const std::string& reason() const noexcept { return reason_; }

 private:
  static std::string message(const std::string& file, int line, const std::string& reason) {
    std::string text = file;
    if (line > 0) {
      text += ':';
      text += std::to_string(line);
    }
    text += ": ";
    text += reason;
    return text;
  }

  std::string file_;
  int line_;
  std::string reason_;
};

}  // namespace lpu::isa
