// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "isa/error/input_error.h"

namespace lpu::isa {

/// All faults of one input at once. `what()` has a line "file:line: reason" for each, in the order
/// of the lines of the file. Never empty.
class InputErrors : public InputError {
 public:
  explicit InputErrors(std::vector<InputError> errors)
      : InputError(errors.at(0)), errors_(std::move(errors)) {
    for (const InputError& e : errors_) {
      text_ += text_.empty() ? "" : "\n";
      text_ += e.what();
    }
  }

  [[nodiscard]] const std::vector<InputError>& errors() const noexcept { return errors_; }
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::vector<InputError> errors_;
  std::string text_;
};

}  // namespace lpu::isa
