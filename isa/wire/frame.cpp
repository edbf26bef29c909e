// SPDX-License-Identifier: Apache-2.0
#include "isa/wire/frame.h"

namespace lpu::isa {
namespace {

constexpr std::size_t kCodeChecks = kCheckBytes / 2;
using Remainder = std::array<std::uint8_t, kCodeChecks>;  // highest power first

/// Logarithms of the field of 0x11d: the powers of 2 are everything but 0.
struct Field {
  std::array<std::uint8_t, 510> power{};  // twice over, for sums of two logarithms
  std::array<int, 256> log{};
};
constexpr Field make_field() {
  Field field;
  unsigned x = 1;
  for (std::size_t i = 0; i < 255; ++i) {
    field.power[i] = field.power[i + 255] = static_cast<std::uint8_t>(x);
    field.log[x] = static_cast<int>(i);
    x = (x << 1) ^ (x >= 128 ? 0x11dU : 0);
  }
  return field;
}
constexpr Field kField = make_field();

constexpr std::uint8_t times(std::uint8_t a, std::uint8_t b) {
  const auto sum = static_cast<std::size_t>(kField.log[a] + kField.log[b]);
  return a == 0 || b == 0 ? std::uint8_t{0} : kField.power[sum];
}
/// b is not 0.
constexpr std::uint8_t over(std::uint8_t a, std::uint8_t b) {
  const auto difference = static_cast<std::size_t>(kField.log[a] + 255 - kField.log[b]);
  return a == 0 ? std::uint8_t{0} : kField.power[difference];
}

/// (x + 1)(x + 2)(x + 4)(x + 8), highest power first.
constexpr std::array<std::uint8_t, kCodeChecks + 1> make_generator() {
  std::array<std::uint8_t, kCodeChecks + 1> g{1};
  std::uint8_t root = 1;
  for (std::size_t degree = 0; degree < kCodeChecks; ++degree) {
    for (std::size_t i = degree + 1; i > 0; --i) {
      g[i] = static_cast<std::uint8_t>(g[i] ^ times(g[i - 1], root));
    }
    root = times(root, 2);
  }
  return g;
}
constexpr auto kGenerator = make_generator();

/// Long division; the word is symbols, highest power first.
Remainder remainder_of(std::vector<std::uint8_t> word) {
  const std::size_t quotient = word.size() - kCodeChecks;
  for (std::size_t i = 0; i < quotient; ++i) {
    const std::uint8_t factor = word[i];
    for (std::size_t j = 0; j <= kCodeChecks; ++j) {
      word[i + j] = static_cast<std::uint8_t>(word[i + j] ^ times(factor, kGenerator[j]));
    }
  }
  Remainder remainder{};
  for (std::size_t j = 0; j < kCodeChecks; ++j) remainder[j] = word[quotient + j];
  return remainder;
}

/// The symbols of code 0 or 1 in a frame.
std::vector<std::uint8_t> code_of(std::span<const std::uint8_t> frame, std::size_t code) {
  std::vector<std::uint8_t> word;
  for (std::size_t i = code; i < frame.size(); i += 2) word.push_back(frame[i]);
  return word;
}

/// Puts at most one symbol right. The number of symbols, or -1 if more are wrong.
int correct(std::vector<std::uint8_t>& word) {
  const Remainder wrong = remainder_of(word);
  if (wrong == Remainder{}) return 0;
  // What an error of 1 at each place leaves, from the last symbol on: times x, and reduced.
  Remainder one{0, 0, 0, 1};
  for (std::size_t place = word.size(); place-- > 0;) {
    // The error that leaves the first symbol as it is; the others say whether it is that one.
    std::size_t first = 0;
    while (one[first] == 0) ++first;
    const std::uint8_t error = over(wrong[first], one[first]);
    bool same = error != 0;
    for (std::size_t j = 0; j < kCodeChecks; ++j) same = same && times(one[j], error) == wrong[j];
    if (same) {
      word[place] = static_cast<std::uint8_t>(word[place] ^ error);
      return 1;
    }
    const std::uint8_t top = one[0];
    one = {one[1], one[2], one[3], 0};
    for (std::size_t j = 0; j < kCodeChecks; ++j) {
      one[j] = static_cast<std::uint8_t>(one[j] ^ times(top, kGenerator[j + 1]));
    }
  }
  return -1;
}

}  // namespace

std::vector<Phit> encode_frame(std::span<const std::uint8_t> vector) {
  std::vector<std::uint8_t> frame(vector.begin(), vector.end());
  frame.resize(vector.size() + kCheckBytes);
  for (std::size_t code = 0; code < 2; ++code) {
    const Remainder check = remainder_of(code_of(frame, code));
    for (std::size_t j = 0; j < kCodeChecks; ++j) frame[vector.size() + 2 * j + code] = check[j];
  }
  std::vector<Phit> phits(static_cast<std::size_t>(phits_of(vector.size())));
  for (std::size_t i = 0; i < frame.size(); ++i) phits[i / kPhitBytes][i % kPhitBytes] = frame[i];
  return phits;
}

Frame decode_frame(std::span<const Phit> phits, std::size_t vector_bytes) {
  std::vector<std::uint8_t> frame;
  for (std::size_t i = 0; i < vector_bytes + kCheckBytes; ++i) {
    frame.push_back(phits[i / kPhitBytes][i % kPhitBytes]);
  }
  std::array<std::vector<std::uint8_t>, 2> words{code_of(frame, 0), code_of(frame, 1)};
  Frame result;
  for (auto& word : words) {
    const int corrected = correct(word);
    result.flagged = result.flagged || corrected < 0;
    result.corrected += corrected;
  }
  if (result.flagged) {
    result.corrected = 0;
  } else {
    for (std::size_t i = 0; i < frame.size(); ++i) frame[i] = words[i % 2][i / 2];
  }
  frame.resize(vector_bytes);
  result.vector = std::move(frame);
  return result;
}

}  // namespace lpu::isa
