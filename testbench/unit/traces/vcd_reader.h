// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace lpu::traces {

/// A VCD file by signal: when it took which value. Bits without leading zeros; a value that is
/// written again is no change.
class VcdReader {
 public:
  using Changes = std::vector<std::pair<std::uint64_t, std::string>>;

  explicit VcdReader(const std::string& path) {
    std::ifstream in(path);
    if (!in) throw std::runtime_error("no file " + path);
    std::string word;
    while (in >> word && word != "$enddefinitions") declaration(word, in);
    while (in >> word) value(word, in);
  }

  [[nodiscard]] const std::map<std::string, Changes>& signals() const { return signals_; }
  [[nodiscard]] const Changes& changes(const std::string& name) const { return signals_.at(name); }
  /// Every name as GTKWave calls it: with its range, `[0]` where that is one bit.
  [[nodiscard]] const std::set<std::string>& names_with_range() const { return with_range_; }
  [[nodiscard]] const std::string& timescale() const { return timescale_; }

  /// The bits of an ASCII vector as text.
  static std::string text(const std::string& bits) {
    std::string out;
    const std::string padded = std::string((8 - bits.size() % 8) % 8, '0') + bits;
    for (std::size_t i = 0; i < padded.size(); i += 8) {
      const auto c = static_cast<char>(std::stoi(padded.substr(i, 8), nullptr, 2));
      if (c != 0) out += c;
    }
    return out;
  }

 private:
  void declaration(const std::string& word, std::istream& in) {
    std::string part;
    if (word == "$scope") {
      in >> part >> part;
      scope_.push_back(part);
    } else if (word == "$upscope") {
      scope_.pop_back();
    } else if (word == "$timescale") {
      while (in >> part && part != "$end") timescale_ += part;
    } else if (word == "$var") {
      std::string code;
      in >> part >> part >> code >> part;
      std::string name;
      for (const std::string& s : scope_) name += s + ".";
      std::string range;
      if (in >> range && range == "$end") range.clear();
      if (range == "[0:0]") range = "[0]";
      with_range_.insert(name + part + range);
      // `op [79:0]` and `op[79:0]` are the same name.
      name += part.substr(0, part.find('['));
      names_[code].push_back(name);
      signals_[name];
    }
  }

  void value(const std::string& word, std::istream& in) {
    if (word[0] == '#') {
      time_ = std::stoull(word.substr(1));
    } else if (word[0] == 'b') {
      std::string code;
      in >> code;
      put(code, word.substr(1));
    } else if (word[0] == '0' || word[0] == '1') {
      put(word.substr(1), word.substr(0, 1));
    }
  }

  void put(const std::string& code, std::string bits) {
    const std::size_t one = bits.find('1');
    bits = one == std::string::npos ? "0" : bits.substr(one);
    for (const std::string& name : names_.at(code)) {
      Changes& changes = signals_.at(name);
      if (changes.empty() || changes.back().second != bits) changes.emplace_back(time_, bits);
    }
  }

  std::map<std::string, Changes> signals_;
  std::set<std::string> with_range_;
  std::map<std::string, std::vector<std::string>> names_;
  std::vector<std::string> scope_;
  std::string timescale_;
  std::uint64_t time_{0};
};

}  // namespace lpu::traces
