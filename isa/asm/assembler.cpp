// SPDX-License-Identifier: Apache-2.0
#include "isa/asm/assembler.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "isa/asm/tokens.h"
#include "isa/error/input_errors.h"

namespace lpu::isa {
namespace {

const std::map<std::string_view, const OpInfo*>& mnemonics() {
  static const auto kIndex = [] {
    std::map<std::string_view, const OpInfo*> index;
    for (const auto table : {icu_ops(), mem_ops(), vxm_ops(), mxm_ops(), sxm_ops(), c2c_ops()}) {
      for (const OpInfo& info : table) {
        index[info.mnemonic] = &info;
      }
    }
    return index;
  }();
  return kIndex;
}

/// Suffixes and operands of one line, taken one after the other.
class Parts {
 public:
  Parts(std::string_view what, std::vector<std::string_view> parts)
      : what_(what), parts_(std::move(parts)) {}

  [[nodiscard]] bool empty() const { return next_ == parts_.size(); }
  std::string_view take() {
    if (empty()) {
      throw LineError{fmt::format("too few {}s", what_)};
    }
    return parts_[next_++];
  }
  bool take_if(std::string_view text) {
    const bool is = !empty() && parts_[next_] == text;
    next_ += is ? 1 : 0;
    return is;
  }
  void expect_end() const {
    if (!empty()) {
      throw LineError{fmt::format("unexpected {} '{}'", what_, parts_[next_])};
    }
  }

 private:
  std::string_view what_;
  std::vector<std::string_view> parts_;
  std::size_t next_{0};
};

class Assembler {
 public:
  Assembler(const ChipSpec& spec, const std::string& file)
      : spec_(spec), geometry_(spec), file_(file) {
    const auto queues = static_cast<std::size_t>(geometry_.queues());
    program_.queues.resize(queues);
    program_.lines.resize(queues);
    for (int q = 0; q < geometry_.queues(); ++q) {
      queue_numbers_[geometry_.name(q)] = q;
    }
  }

  Program run(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      ++line_;
      const std::string_view line = text.substr(0, end);
      try {
        statement(trim(line.substr(0, line.find('#'))));
      } catch (const LineError& e) {
        errors_.emplace_back(file_, line_, e.reason);
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!errors_.empty()) {
      throw InputErrors(std::move(errors_));
    }
    return std::move(program_);
  }

 private:
  void statement(std::string_view text) {
    if (text.empty()) {
      return;
    }
    const auto [word, rest] = first_word(text);
    if (word == ".chip") {
      chip(rest);
    } else if (word == ".queue") {
      queue(rest);
    } else if (word == ".data") {
      data(rest);
    } else if (word.starts_with('.')) {
      throw LineError{fmt::format("unknown directive '{}'", word)};
    } else {
      instruction(word, rest);
    }
  }

  void chip(std::string_view name) {
    if (name.empty() || !program_.name.empty()) {
      throw LineError{name.empty() ? ".chip needs a name" : "a second .chip"};
    }
    program_.name = name;
  }

  void queue(std::string_view name) {
    // What follows an unknown name belongs to no queue; one message is enough for it.
    queue_ = -1;
    skip_ = true;
    queue_ = find_queue(name);
    skip_ = false;
  }

  int find_queue(std::string_view name) const {
    const auto found = queue_numbers_.find(name);
    if (found == queue_numbers_.end()) {
      throw LineError{fmt::format("this chip has no queue '{}'", name)};
    }
    return found->second;
  }

  std::uint16_t slice(std::string_view text) const {
    if (!text.empty() && text[0] >= '0' && text[0] <= '9') {
      return static_cast<std::uint16_t>(parse_number(text, "slice", 0, UINT16_MAX));
    }
    const int q = find_queue(text);
    if (geometry_.info(q).unit != Unit::kMem) {
      throw LineError{fmt::format("'{}' is not a slice of MEM", text)};
    }
    return static_cast<std::uint16_t>(q);
  }

  void data(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      throw LineError{"expected .data SLICE ROW: BYTES"};
    }
    const auto [name, row] = first_word(trim(text.substr(0, colon)));
    program_.data.push_back({slice(name),
                             static_cast<std::uint16_t>(parse_number(row, "row", 0, UINT16_MAX)),
                             parse_bytes(text.substr(colon + 1), spec_.lanes())});
  }

  void instruction(std::string_view word, std::string_view rest) {
    Parts suffixes("suffix", split(word, '.'));
    const std::string_view mnemonic = suffixes.take();
    const auto found = mnemonics().find(mnemonic);
    if (found == mnemonics().end()) {
      throw LineError{fmt::format("unknown instruction '{}'", mnemonic)};
    }
    if (queue_ < 0 && !skip_) {
      throw LineError{"an instruction before the first .queue"};
    }
    const OpInfo& info = *found->second;
    const std::size_t arrow = rest.find("->");
    Parts operands("operand", split(rest.substr(0, arrow), ','));
    Insn insn;
    insn.op = info.op;
    std::optional<std::uint32_t> imm;
    for (const Field field : info.fields) {
      if (field != Field::kOut) {
        parse_field(field, suffixes, operands, insn, imm);
      }
    }
    suffixes.expect_end();
    operands.expect_end();
    insn.imm = imm.value_or(0);
    if (arrow != std::string_view::npos) {
      insn.out = parse_stream(trim(rest.substr(arrow + 2)), spec_.streams);
    }
    check_result(info, insn);
    if (queue_ >= 0) {
      const auto q = static_cast<std::size_t>(queue_);
      program_.queues[q].push_back(insn);
      program_.lines[q].push_back(static_cast<std::uint32_t>(line_));
    }
  }

  static void check_result(const OpInfo& info, const Insn& insn) {
    const bool may = has_field(info, Field::kOut);
    if (insn.out && !may) {
      throw LineError{fmt::format("{} has no result stream", info.mnemonic)};
    }
    if (!insn.out && may && !info.out_optional) {
      throw LineError{fmt::format("{} needs a result stream: -> eN or -> wN", info.mnemonic)};
    }
  }

  void parse_field(Field field, Parts& suffixes, Parts& operands, Insn& insn,
                   std::optional<std::uint32_t>& imm) const {
    switch (field) {
      case Field::kType:
        insn.type = parse_type(suffixes.take());
        break;
      case Field::kTo:
        insn.to = parse_type(suffixes.take());
        break;
      case Field::kAdd:
        insn.add = suffixes.take_if("add");
        break;
      case Field::kIn:
        insn.in = parse_stream(operands.take(), spec_.streams);
        break;
      case Field::kMap:
        insn.map = parse_stream(operands.take(), spec_.streams);
        break;
      case Field::kA:
        insn.a = parse_source(operands.take(), spec_.streams, imm);
        break;
      case Field::kB:
        insn.b = parse_source(operands.take(), spec_.streams, imm);
        break;
      default:
        parse_numeric(field, operands, insn);
        break;
    }
  }

  void parse_numeric(Field field, Parts& operands, Insn& insn) const {
    switch (field) {
      case Field::kAddr:
        insn.addr = number<std::uint16_t>(operands, "address");
        break;
      case Field::kCount:
        insn.count = insn.op == Op::kIfetch ? slice(operands.take())
                                            : number<std::uint16_t>(operands, "count");
        break;
      case Field::kStride:
        if (insn.op != Op::kRepeat || !operands.empty()) {
          insn.stride = number<std::int16_t>(operands, "stride");
        }
        break;
      case Field::kDistance:
        insn.distance = number<std::uint16_t>(operands, "distance");
        break;
      case Field::kHalf:
        if (!operands.empty()) {
          insn.half = static_cast<std::uint8_t>(parse_number(operands.take(), "half", 0, 1));
        }
        break;
      default:
        break;  // the immediate comes with its operand
    }
  }

  template <typename T>
  static T number(Parts& operands, std::string_view what) {
    return static_cast<T>(parse_number(operands.take(), what, std::numeric_limits<T>::min(),
                                       std::numeric_limits<T>::max()));
  }

  const ChipSpec& spec_;
  Geometry geometry_;
  const std::string& file_;
  std::map<std::string, int, std::less<>> queue_numbers_;
  Program program_;
  std::vector<InputError> errors_;
  int line_{0};
  int queue_{-1};
  bool skip_{false};
};

}  // namespace

Program assemble(const ChipSpec& spec, const std::string& file, std::string_view text) {
  return Assembler(spec, file).run(text);
}

Program read_assembly(const ChipSpec& spec, const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path)) {
    throw InputError(path, 0, "cannot be read");
  }
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return assemble(spec, path, text);
}

}  // namespace lpu::isa
