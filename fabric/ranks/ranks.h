// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace lpu::fabric {

using Bytes = std::vector<std::uint8_t>;

/// The processes that share one run. All of them execute the same calls in the same order: whoever
/// calls `exchange` waits for the others to do so too.
class Ranks {
 public:
  Ranks(int rank, int size) : rank_(rank), size_(size) {}
  virtual ~Ranks() = default;
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int size() const { return size_; }
  /// The one that prints and writes files.
  [[nodiscard]] bool first() const { return rank_ == 0; }

  /// `out[r]` goes to rank r; returns what each rank sent to this one, by rank.
  [[nodiscard]] virtual std::vector<Bytes> exchange(std::vector<Bytes> out) = 0;
  /// Everyone's bytes, at everyone, by rank.
  [[nodiscard]] std::vector<Bytes> share(const Bytes& mine) {
    return exchange(std::vector<Bytes>(static_cast<std::size_t>(size_), mine));
  }

 private:
  int rank_;
  int size_;
};

/// A run in one process.
class OneRank : public Ranks {
 public:
  OneRank() : Ranks(0, 1) {}
  [[nodiscard]] std::vector<Bytes> exchange(std::vector<Bytes> out) override { return out; }
};

/// The ranks that mpirun has started, or OneRank without it. Once a process, before SystemC.
/// Throws std::runtime_error when mpirun started several and this build has no MPI.
[[nodiscard]] std::unique_ptr<Ranks> ranks_of_this_run();

/// Which rank has a chip. Nodes of eight chips stay together if each rank can have one, else every
/// chip is by itself. All ranks have as many of them as the others, or one less.
[[nodiscard]] int rank_of_chip(int chip, int chips, int ranks);

}  // namespace lpu::fabric
