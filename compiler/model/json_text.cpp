// SPDX-License-Identifier: Apache-2.0
#include "compiler/model/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <set>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxPrintable = 80;

int line_at(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, std::min(byte, text.size()));
  return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

/// "[json.exception.parse_error.101] parse error at line 1, column 2: reason" -> "reason".
std::string reason_of(const json::exception& error) {
  const std::string what = error.what();
  const auto at = what.find("] ");
  std::string reason = at == std::string::npos ? what : what.substr(at + 2);
  const auto colon = reason.find(": ");
  if (reason.starts_with("parse error") && colon != std::string::npos) {
    reason = reason.substr(colon + 2);
  }
  return printable(reason);
}

/// Hears what the parser reads and refuses what it would silently accept.
class StrictKeys {
 public:
  explicit StrictKeys(const std::string& file) : file_(file) {}

  void on_event(int depth, json::parse_event_t event, const json& value) {
    if (depth > kMaxDepth) {
      throw isa::InputError(file_, 0, fmt::format("nesting is deeper than {}", kMaxDepth));
    }
    // The keys of an object are reported one level below its start.
    const auto level = static_cast<std::size_t>(depth);
    if (event == json::parse_event_t::object_start) keys_[level + 1].clear();
    if (event == json::parse_event_t::key) {
      const auto& key = value.get_ref<const std::string&>();
      if (!keys_[level].insert(key).second) {
        throw isa::InputError(file_, 0, fmt::format("key '{}' occurs twice", printable(key)));
      }
    }
  }

 private:
  const std::string& file_;
  std::array<std::set<std::string>, kMaxDepth + 2> keys_;
};

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kMaxPrintable)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return text.size() > kMaxPrintable ? out + "..." : out;
}

std::string read_text(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) throw isa::InputError(file.string(), 0, "no such file");
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in) throw isa::InputError(file.string(), 0, "cannot be read");
  return text;
}

json parse_json_object(std::string_view text, const std::string& file) {
  StrictKeys strict(file);
  json root;
  try {
    root = json::parse(text, [&](int depth, json::parse_event_t event, json& value) {
      strict.on_event(depth, event, value);
      return true;
    });
  } catch (const json::parse_error& error) {
    throw isa::InputError(file, line_at(text, error.byte), "not JSON: " + reason_of(error));
  } catch (const json::exception& error) {
    throw isa::InputError(file, 0, "not JSON: " + reason_of(error));
  }
  if (!root.is_object()) throw isa::InputError(file, 0, "the root is not an object");
  return root;
}

}  // namespace lpu::compiler
