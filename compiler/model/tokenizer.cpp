// SPDX-License-Identifier: Apache-2.0
#include "compiler/model/tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/model/json_text.h"
#include "compiler/model/utf8.h"
#include "isa/error/input_error.h"

namespace lpu::compiler {

using nlohmann::json;

/// Fills a tokenizer from a file and refuses what `encode` would not honour.
class Tokenizer::Reader {
 public:
  Reader(const json& root, const std::string& file) : root_(root) { result_.file_ = file; }

  Tokenizer read() {
    refuse_steps();
    read_vocab();
    read_added();
    read_merges();
    return std::move(result_);
  }

 private:
  static constexpr int kMaxId = 10'000'000;

  template <typename... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) const {
    throw isa::InputError(result_.file_, 0, fmt::format(format, std::forward<Args>(args)...));
  }

  static bool is_set(const json& object, const char* key) {
    return object.contains(key) && !object[key].is_null();
  }

  static bool is_empty_text(const json& node) {
    return node.is_string() && node.get_ref<const std::string&>().empty();
  }

  const json& model() const {
    if (!root_.contains("model") || !root_["model"].is_object()) fail("model: is missing");
    return root_["model"];
  }

  void refuse_steps() const {
    for (const char* key : {"normalizer", "pre_tokenizer", "post_processor"}) {
      if (is_set(root_, key)) fail("{}: is not modelled", key);
    }
    const bool fuse = is_set(root_, "decoder") && root_["decoder"].is_object() &&
                      root_["decoder"].value("type", json()) == "Fuse";
    if (is_set(root_, "decoder") && !fuse) fail("decoder: only 'Fuse' is modelled");
    if (model().value("type", json("BPE")) != "BPE") fail("model.type: only 'BPE' is modelled");
    for (const char* key : {"dropout", "continuing_subword_prefix", "end_of_word_suffix"}) {
      if (is_set(model(), key) && !is_empty_text(model()[key]))
        fail("model.{}: is not modelled", key);
    }
    for (const char* key : {"byte_fallback", "ignore_merges"}) {
      if (model().value(key, json(false)) != false) fail("model.{}: is not modelled", key);
    }
  }

  int read_id(const json& node, const std::string& text) const {
    if (!node.is_number_unsigned() || node.get<std::uint64_t>() > kMaxId) {
      fail("token '{}': its id is not a count up to {}", printable(text), kMaxId);
    }
    return node.get<int>();
  }

  void add_text(int id, const std::string& text, bool special) {
    const auto index = static_cast<std::size_t>(id);
    if (index >= result_.texts_.size()) result_.texts_.resize(index + 1);
    Text& entry = result_.texts_[index];
    if (entry.known && entry.text != text) {
      fail("id {}: belongs to '{}' and '{}'", id, printable(entry.text), printable(text));
    }
    entry = {text, true, special};
  }

  void read_vocab() {
    if (!model().contains("vocab") || !model()["vocab"].is_object()) {
      fail("model.vocab: is missing");
    }
    for (const auto& [text, node] : model()["vocab"].items()) {
      if (text.empty()) fail("model.vocab: a token has no text");
      const int id = read_id(node, text);
      result_.ids_.emplace(text, id);
      add_text(id, text, false);
    }
    if (result_.ids_.empty()) fail("model.vocab: is empty");
  }

  void read_added() {
    if (!is_set(root_, "added_tokens")) return;
    if (!root_["added_tokens"].is_array()) fail("added_tokens: is not a list");
    for (const json& node : root_["added_tokens"]) {
      if (!node.is_object() || !node.contains("id") || !node.contains("content") ||
          !node["content"].is_string() || is_empty_text(node["content"])) {
        fail("added_tokens: an entry has no id or no content");
      }
      const auto text = node["content"].get<std::string>();
      for (const char* key : {"single_word", "lstrip", "rstrip"}) {
        if (node.value(key, json(false)) != false) {
          fail("added token '{}': {} is not modelled", printable(text), key);
        }
      }
      const int id = read_id(node["id"], text);
      add_text(id, text, node.value("special", json(false)) == true);
      result_.added_.push_back({text, id});
    }
    std::ranges::stable_sort(result_.added_, std::greater{},
                             [](const Added& added) { return added.text.size(); });
  }

  /// A merge is "left right" in older files, ["left", "right"] in newer ones.
  std::pair<std::string, std::string> read_pair(const json& node, int rank) const {
    if (node.is_array() && node.size() == 2 && node[0].is_string() && node[1].is_string()) {
      return {node[0].get<std::string>(), node[1].get<std::string>()};
    }
    const auto text = node.is_string() ? node.get<std::string>() : std::string{};
    const auto space = text.find(' ');
    if (space == std::string::npos) fail("merge {}: is not a pair of tokens", rank);
    return {text.substr(0, space), text.substr(space + 1)};
  }

  int id_of(const std::string& text, int rank) const {
    const auto at = result_.ids_.find(text);
    if (at == result_.ids_.end()) {
      fail("merge {}: '{}' is not in the vocabulary", rank, printable(text));
    }
    return at->second;
  }

  void read_merges() {
    if (!is_set(model(), "merges")) return;
    if (!model()["merges"].is_array()) fail("model.merges: is not a list");
    int rank = 0;
    for (const json& node : model()["merges"]) {
      const auto [left, right] = read_pair(node, rank);
      const std::pair key{id_of(left, rank), id_of(right, rank)};
      const Merge merge{rank, id_of(left + right, rank)};
      if (!result_.merges_.emplace(key, merge).second) fail("merge {}: occurs twice", rank);
      ++rank;
    }
  }

  const json& root_;
  Tokenizer result_;
};

Tokenizer Tokenizer::parse(std::string_view text, const std::string& file) {
  const json root = parse_json_object(text, file);
  return Reader(root, file).read();
}

Tokenizer Tokenizer::read(const std::filesystem::path& file) {
  return parse(read_text(file), file.string());
}

const Tokenizer::Added* Tokenizer::added_at(std::string_view text) const {
  const auto at = std::ranges::find_if(
      added_, [text](const Added& added) { return text.starts_with(added.text); });
  return at == added_.end() ? nullptr : &*at;
}

std::vector<int> Tokenizer::encode(std::string_view text) const {
  std::vector<int> ids;
  std::size_t plain = 0;  // text before it is encoded
  std::size_t at = 0;
  while (at < text.size()) {
    const Added* added = added_at(text.substr(at));
    if (added == nullptr) {
      at += utf8_length(text.substr(at));
      continue;
    }
    encode_plain(text.substr(plain, at - plain), ids);
    ids.push_back(added->id);
    at += added->text.size();
    plain = at;
  }
  encode_plain(text.substr(plain), ids);
  return ids;
}

void Tokenizer::encode_plain(std::string_view text, std::vector<int>& ids) const {
  std::vector<int> symbols;
  while (!text.empty()) {
    const std::string character(text.substr(0, utf8_length(text)));
    const auto at = ids_.find(character);
    if (at == ids_.end()) {
      throw isa::InputError(
          file_, 0, fmt::format("character '{}' is not in the vocabulary", printable(character)));
    }
    symbols.push_back(at->second);
    text.remove_prefix(character.size());
  }
  while (!merges_.empty()) {
    const Merge* best = nullptr;
    std::size_t where = 0;
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
      const auto at = merges_.find({symbols[i], symbols[i + 1]});
      if (at == merges_.end() || (best != nullptr && at->second.rank >= best->rank)) continue;
      best = &at->second;
      where = i;
    }
    if (best == nullptr) break;
    symbols[where] = best->result;
    symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(where) + 1);
  }
  ids.insert(ids.end(), symbols.begin(), symbols.end());
}

std::string Tokenizer::decode(std::span<const int> ids) const {
  std::string text;
  for (const int id : ids) {
    const auto index = static_cast<std::size_t>(id);
    if (id < 0 || index >= texts_.size() || !texts_[index].known) {
      throw isa::InputError(file_, 0, fmt::format("token {} is not in the vocabulary", id));
    }
    if (!texts_[index].special) text += texts_[index].text;
  }
  return text;
}

}  // namespace lpu::compiler
