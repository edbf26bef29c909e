// SPDX-License-Identifier: Apache-2.0
#include "fabric/ranks/ranks.h"

#include <chrono>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "fabric/topology/cable.h"

#ifdef LPU_WITH_MPI
#include <mpi.h>
#endif

namespace lpu::fabric {
namespace {

/// OpenMPI's mpirun and those that speak PMI say so; a process by itself never starts MPI.
bool started_by_mpirun() {
  return std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr || std::getenv("PMI_SIZE") != nullptr;
}

#ifdef LPU_WITH_MPI

std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// Where each part begins in one buffer of all.
std::vector<int> offsets_of(const std::vector<int>& sizes) {
  std::vector<int> offsets(sizes.size());
  std::exclusive_scan(sizes.begin(), sizes.end(), offsets.begin(), 0);
  return offsets;
}

int world_rank() {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

int world_size() {
  int size = 0;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}

/// Until MPI_Wait has nothing to wait for: it would poll, and keep a core from the rank that is
/// waited for if there are no more cores than ranks. So poll for as long as ranks of equal speed
/// need, and sleep between polls after that.
void wait_for(MPI_Request request) {
  constexpr int kPolls = 2000;
  constexpr std::chrono::microseconds kPause{20};
  int done = 0;
  for (int poll = 0; done == 0; ++poll) {
    MPI_Request_get_status(request, &done, MPI_STATUS_IGNORE);
    if (done == 0 && poll > kPolls) {
      std::this_thread::sleep_for(kPause);
    }
  }
}

class MpiRanks : public Ranks {
 public:
  MpiRanks() : Ranks(world_rank(), world_size()) {}
  ~MpiRanks() override { MPI_Finalize(); }

  std::vector<Bytes> exchange(std::vector<Bytes> out) override {
    std::vector<int> sent;
    Bytes all;
    sent.reserve(out.size());
    for (const Bytes& part : out) {
      sent.push_back(static_cast<int>(part.size()));
      all.insert(all.end(), part.begin(), part.end());
    }
    std::vector<int> received(index(size()));
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ialltoall(sent.data(), 1, MPI_INT, received.data(), 1, MPI_INT, MPI_COMM_WORLD, &request);
    wait_for(request);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    const std::vector<int> from = offsets_of(sent);
    const std::vector<int> to = offsets_of(received);
    Bytes arrived(index(to.back() + received.back()));
    MPI_Ialltoallv(all.data(), sent.data(), from.data(), MPI_BYTE, arrived.data(), received.data(),
                   to.data(), MPI_BYTE, MPI_COMM_WORLD, &request);
    wait_for(request);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    for (std::size_t r = 0; r < out.size(); ++r) {
      out[r].assign(arrived.begin() + to[r], arrived.begin() + to[r] + received[r]);
    }
    return out;
  }
};

std::unique_ptr<Ranks> mpi_ranks() {
  MPI_Init(nullptr, nullptr);
  return std::make_unique<MpiRanks>();
}

#else

std::unique_ptr<Ranks> mpi_ranks() {
  throw std::runtime_error("mpirun started this program, which was built without MPI");
}

#endif

}  // namespace

std::unique_ptr<Ranks> ranks_of_this_run() {
  if (started_by_mpirun()) {
    return mpi_ranks();
  }
  return std::make_unique<OneRank>();
}

int rank_of_chip(int chip, int chips, int ranks) {
  const int together = chips >= kNodeChips * ranks ? kNodeChips : 1;
  const int groups = (chips + together - 1) / together;
  const int group = chip / together;
  const int least = groups / ranks;
  const int larger = groups % ranks;  // so many ranks have a group more
  const int in_larger = larger * (least + 1);
  return group < in_larger ? group / (least + 1) : larger + (group - in_larger) / least;
}

}  // namespace lpu::fabric
