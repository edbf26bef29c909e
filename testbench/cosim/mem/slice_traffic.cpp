// SPDX-License-Identifier: Apache-2.0
#include "testbench/cosim/mem/slice_traffic.h"

#include <algorithm>
#include <cstring>

#include "tlm/mem/secded.h"

namespace lpu::rtl {
namespace {

constexpr int kBankRows = 4096;

isa::Stream stream(int number) {
  return {static_cast<isa::Direction>(number / 32), static_cast<std::uint8_t>(number % 32)};
}

std::size_t word_of(int superlane) { return static_cast<std::size_t>(superlane) * 16; }

bool writes(const Cycle& cycle) {
  return cycle.insn && (cycle.insn->op == isa::Op::kWrite || cycle.insn->op == isa::Op::kScatter);
}

}  // namespace

void Vector::fill(std::mt19937_64& random) {
  for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(random() >> 13);
  encode();
}

void Vector::encode() {
  for (int r = 0; r < superlanes(); ++r) {
    checks[static_cast<std::size_t>(r)] = tlm::secded_encode(&data[word_of(r)]);
  }
}

void Vector::flip(int superlane, int bit) {
  if (bit < 128) {
    std::uint8_t& byte = data[word_of(superlane) + static_cast<std::size_t>(bit / 8)];
    byte = static_cast<std::uint8_t>(byte ^ (1U << (bit % 8)));
  } else {
    std::uint16_t& check = checks[static_cast<std::size_t>(superlane)];
    check = static_cast<std::uint16_t>(check ^ (1U << (bit - 128)));
  }
}

void Vector::name_row(int superlane, int row) {
  data[word_of(superlane)] = static_cast<std::uint8_t>(row);
  data[word_of(superlane) + 1] = static_cast<std::uint8_t>(row >> 8);
}

void Vector::take(int superlane, const Vector& from) {
  std::memcpy(&data[word_of(superlane)], &from.data[word_of(superlane)], 16);
  checks[static_cast<std::size_t>(superlane)] = from.checks[static_cast<std::size_t>(superlane)];
}

isa::Insn read_insn(int row, int out) {
  return {.op = isa::Op::kRead, .out = stream(out), .addr = static_cast<std::uint16_t>(row)};
}
isa::Insn write_insn(int row, int in) {
  return {.op = isa::Op::kWrite, .in = stream(in), .addr = static_cast<std::uint16_t>(row)};
}
isa::Insn gather_insn(int map, int out) {
  return {.op = isa::Op::kGather, .out = stream(out), .map = stream(map)};
}
isa::Insn scatter_insn(int map, int in) {
  return {.op = isa::Op::kScatter, .in = stream(in), .map = stream(map)};
}
int stream_number(const isa::Stream& stream) {
  return 32 * static_cast<int>(stream.dir) + stream.index;
}

Vector& SliceReference::row(int row) { return rows_.try_emplace(row, superlanes_).first->second; }

Outcome SliceReference::step(const Cycle& cycle) {
  Outcome outcome;
  if (cycle.text) outcome.text = row(*cycle.text);
  if (!cycle.insn) return outcome;
  const isa::Insn& insn = *cycle.insn;
  if (insn.out) outcome.stream = stream_number(*insn.out);
  Vector gathered(superlanes_);
  for (int r = 0; r < superlanes_; ++r) {
    const int at = insn.map ? cycle.map_rows[static_cast<std::size_t>(r)] : insn.addr;
    if (insn.in) {
      row(at).take(r, cycle.streams.at(stream_number(*insn.in)));
    } else {
      gathered.take(r, row(at));
    }
  }
  if (insn.out) outcome.driven = gathered;
  return outcome;
}

std::vector<int> SliceTraffic::all_rows() {
  std::vector<int> rows{0, 1, 2, 77, 1023, 4095, 4096, 4097, 5000, 8190, 8191};
  for (int i = 0; i < 20; ++i) rows.push_back(200 + 397 * i);
  return rows;
}

int SliceTraffic::some_row() { return rows_[random_() % rows_.size()]; }

int SliceTraffic::free_stream(Cycle& cycle) {
  for (;;) {
    const int number = static_cast<int>(random_() % 64);
    if (!cycle.streams.contains(number)) return number;
  }
}

// A read may name any row but the one written in the cycle before.
void SliceTraffic::add_map(Cycle& cycle, int stream) {
  const bool gathers = cycle.insn->op == isa::Op::kGather;
  Vector map(superlanes_);
  map.fill(random_);
  for (int r = 0; r < superlanes_; ++r) {
    int row = some_row();
    while (gathers && !last_written_.empty() && row == last_written_[static_cast<std::size_t>(r)]) {
      row = some_row();
    }
    map.name_row(r, row);
    cycle.map_rows.push_back(row);
  }
  map.encode();
  for (int r = 0; r < superlanes_; ++r) {
    if (chance(20)) {
      map.flip(r, static_cast<int>(random_() % 137));
      ++cycle.corrected;
    } else if (chance(2)) {
      map.flip(r, 16 + static_cast<int>(random_() % 60));
      map.flip(r, 76 + static_cast<int>(random_() % 61));
      cycle.uncorrectable = true;
    }
  }
  cycle.streams.insert_or_assign(stream, map);
}

Cycle SliceTraffic::next() {
  Cycle cycle;
  // Some streams that nobody asked for.
  while (chance(60)) {
    Vector other(superlanes_);
    other.fill(random_);
    cycle.streams.insert_or_assign(free_stream(cycle), other);
  }
  const auto was_written = [&](int row) {
    return std::find(last_written_.begin(), last_written_.end(), row) != last_written_.end();
  };
  int row = some_row();
  while (was_written(row)) row = some_row();
  if (chance(85)) {
    const int first = free_stream(cycle);
    const int second = (first + 1 + static_cast<int>(random_() % 63)) % 64;
    switch (random_() % 4) {
      case 0:
        cycle.insn = read_insn(row, first);
        break;
      case 1:
        cycle.insn = write_insn(row, first);
        break;
      case 2:
        cycle.insn = gather_insn(first, second);
        break;
      default:
        cycle.insn = scatter_insn(first, second);
        break;
    }
  }
  std::vector<int> written;
  if (cycle.insn && cycle.insn->in) {
    Vector operand(superlanes_);
    operand.fill(random_);
    while (chance(30)) {
      operand.flip(static_cast<int>(random_() % static_cast<unsigned>(superlanes_)),
                   static_cast<int>(random_() % 137));
    }
    cycle.streams.insert_or_assign(stream_number(*cycle.insn->in), operand);
  }
  if (cycle.insn && cycle.insn->map) add_map(cycle, stream_number(*cycle.insn->map));
  if (writes(cycle)) {
    written = cycle.insn->map ? cycle.map_rows
                              : std::vector<int>(static_cast<std::size_t>(superlanes_), row);
  }
  // Text goes beside a write into the other bank, or beside nothing.
  const int text = some_row();
  const bool collides = std::any_of(written.begin(), written.end(), [&](int other) {
    return other / kBankRows == text / kBankRows;
  });
  const bool reads = cycle.insn && written.empty();
  if (chance(30) && !reads && !collides && !was_written(text)) cycle.text = text;
  last_written_ = written;
  return cycle;
}

}  // namespace lpu::rtl
