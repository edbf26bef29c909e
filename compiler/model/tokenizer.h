// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace lpu::compiler {

/// A Hugging Face tokenizer.json of model type BPE: text is cut into characters, then the pair with
/// the lowest rank in `merges` is joined until none is left. Without merges one character is one
/// token. Added tokens are recognised before that.
///
/// Steps that would change the text on the way (normalizer, pre_tokenizer, post_processor, decoders
/// other than Fuse) are not modelled: a file that asks for one is an error, not another result.
class Tokenizer {
 public:
  [[nodiscard]] static Tokenizer read(const std::filesystem::path& file);
  [[nodiscard]] static Tokenizer parse(std::string_view text, const std::string& file);

  /// Throws isa::InputError naming the first character that is not in the vocabulary.
  [[nodiscard]] std::vector<int> encode(std::string_view text) const;
  /// Throws isa::InputError if an id is not in the vocabulary. Special tokens give no text.
  [[nodiscard]] std::string decode(std::span<const int> ids) const;
  [[nodiscard]] std::string decode(int id) const { return decode(std::span(&id, 1)); }

  /// One more than the highest id.
  [[nodiscard]] int vocab_size() const { return static_cast<int>(texts_.size()); }

 private:
  struct Added {
    std::string text;
    int id{0};
  };
  struct Merge {
    int rank{0};
    int result{0};
  };
  struct Text {
    std::string text;
    bool known{false};  // ids may have gaps
    bool special{false};
  };
  class Reader;

  void encode_plain(std::string_view text, std::vector<int>& ids) const;
  const Added* added_at(std::string_view text) const;

  std::string file_;
  std::unordered_map<std::string, int> ids_;
  std::map<std::pair<int, int>, Merge> merges_;
  std::vector<Added> added_;  // longest first
  std::vector<Text> texts_;   // by id
};

}  // namespace lpu::compiler
