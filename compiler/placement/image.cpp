// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/image.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <span>

#include "isa/number/half.h"

namespace lpu::compiler {
namespace {

/// A weight matrix with the scale of each row for storage as int8.
struct Matrix {
  std::int64_t cols{0};
  std::vector<float> values;
  std::vector<float> scales;

  [[nodiscard]] float at(int row, int col) const {
    return values[static_cast<std::size_t>(row * cols + col)];
  }
};

constexpr float kInt8Max = 127.0F;

/// Of experts all in one, one below the other or side by side.
Matrix read_matrix(const ModelSource& model, const LinearPlan& plan) {
  const TensorShape& shape = model.shape(plan.weights.front());
  const auto experts = std::ssize(plan.weights);
  const std::int64_t across = plan.experts_add_up ? experts : 1;
  const std::int64_t rows = shape.rows * experts / across;
  Matrix m{shape.cols * across, {}, {}};
  m.values.resize(static_cast<std::size_t>(rows * m.cols));
  for (std::int64_t e = 0; e < experts; ++e) {
    for (std::int64_t r = 0; r < shape.rows; ++r) {
      const std::int64_t at =
          plan.experts_add_up ? r * m.cols + e * shape.cols : (e * shape.rows + r) * m.cols;
      model.read_row(plan.weights[static_cast<std::size_t>(e)], r,
                     std::span(m.values).subspan(static_cast<std::size_t>(at),
                                                 static_cast<std::size_t>(shape.cols)));
    }
  }
  for (std::int64_t r = 0; r < rows; ++r) {
    float largest = 0;
    for (std::int64_t c = 0; c < m.cols; ++c) {
      largest = std::max(largest, std::fabs(m.at(static_cast<int>(r), static_cast<int>(c))));
    }
    m.scales.push_back(largest > 0 ? largest / kInt8Max : 1.0F);
  }
  return m;
}

class Image {
 public:
  Image(const isa::ChipSpec& spec, const Placement& p, const ModelSource& model, int chip)
      : spec_(spec), p_(p), model_(model), chip_(chip) {}

  std::vector<isa::DataRow> build() {
    for (const auto& [name, plan] : p_.linears) {
      linear(plan);
    }
    for (const auto& [name, places] : p_.gains) {
      gain(name, places);
    }
    if (p_.embedding) {
      embedding(*p_.embedding);
    }
    vocabulary();
    for (const Constant& c : p_.constants) {
      for (int row = 0; row < c.place.rows; ++row) {
        put(c.place, row, [&](int lane) { return c.value(row, lane); });
      }
    }
    return std::move(rows_);
  }

 private:
  using Lane = std::function<std::uint32_t(int lane)>;

  void put(const Place& place, int row, const Lane& value) {
    const int lanes = static_cast<int>(spec_.lanes());
    const int width = isa::bytes_of(place.type);
    const auto first = rows_.size();
    for (int byte = 0; byte < width; ++byte) {
      rows_.push_back({static_cast<std::uint16_t>(static_cast<int>(place.hemisphere) *
                                                      static_cast<int>(spec_.mem_slices) +
                                                  place.slice + byte),
                       static_cast<std::uint16_t>(place.row + row),
                       std::vector<std::uint8_t>(static_cast<std::size_t>(lanes))});
    }
    for (int lane = 0; lane < lanes; ++lane) {
      const std::uint32_t word = value(lane);
      for (int byte = 0; byte < width; ++byte) {
        rows_[first + static_cast<std::size_t>(byte)].bytes[static_cast<std::size_t>(lane)] =
            static_cast<std::uint8_t>(word >> (8 * byte));
      }
    }
  }

  void linear(const LinearPlan& plan) {
    const Matrix weights = read_matrix(model_, plan);
    const Layout out = plan.out(chip_);
    for (std::size_t chunk = 0; chunk < plan.scale.size(); ++chunk) {
      put(plan.scale[chunk], 0, [&](int lane) {
        const int e = out.element[chunk][static_cast<std::size_t>(lane)];
        return std::bit_cast<std::uint32_t>(
            e == Layout::kPadding ? 0.0F : weights.scales[static_cast<std::size_t>(e)]);
      });
    }
    for (const ChainPlan& chain : plan.chains) {
      const Layout in = plan.in(chip_, chain.shard);
      const auto& out_lanes = out.element[static_cast<std::size_t>(chain.out_chunk)];
      for (const TilePlan& tile : chain.tiles) {
        put_tile(tile, weights, in, out_lanes);
      }
    }
  }

  void put_tile(const TilePlan& tile, const Matrix& weights, const Layout& in,
                const std::vector<int>& out_lanes) {
    const int width = static_cast<int>(tile.column.size());
    const bool fp16 = p_.options.matmul == Matmul::kF16;
    const int rows_per_group = fp16 ? width / 2 : width;
    for (int group = 0; group < tile.groups; ++group) {
      for (int i = 0; i < width; ++i) {
        const int k = (tile.group + group) * rows_per_group + (fp16 ? i / 2 : i);
        const int lane_in = tile.half * in.lanes / 2 + k;
        const int from =
            in.element[static_cast<std::size_t>(tile.in_chunk)][static_cast<std::size_t>(lane_in)];
        put(tile.column[static_cast<std::size_t>(i)], group, [&](int lane) -> std::uint32_t {
          const int to = out_lanes[static_cast<std::size_t>(lane)];
          if (from == Layout::kPadding || to == Layout::kPadding) {
            return 0;
          }
          const float w = weights.at(to, from);
          if (fp16) {
            return static_cast<std::uint32_t>(isa::f32_to_f16(w)) >> (8 * (i % 2)) & 0xff;
          }
          const float scaled = w / weights.scales[static_cast<std::size_t>(to)];
          return static_cast<std::uint32_t>(static_cast<int>(std::nearbyint(scaled))) & 0xff;
        });
      }
    }
  }

  void gain(const std::string& op, const std::vector<Place>& places) {
    const std::vector<float> gains = model_.read(norm_weight(op));
    const Layout hidden = p_.sharding.hidden();
    for (std::size_t chunk = 0; chunk < places.size(); ++chunk) {
      put(places[chunk], 0, [&](int lane) {
        const int e = hidden.element[chunk][static_cast<std::size_t>(lane)];
        return std::bit_cast<std::uint32_t>(
            e == Layout::kPadding ? 0.0F : gains[static_cast<std::size_t>(e)]);
      });
    }
  }

  [[nodiscard]] const std::string& norm_weight(const std::string& op) const {
    return p_.gain_weights.at(op);
  }

  void vocabulary() {
    constexpr std::uint32_t kMinusInfinity = 0xff800000;
    const Layout tokens = p_.sharding.vocabulary(chip_);
    for (std::size_t chunk = 0; chunk < p_.vocabulary_index.size(); ++chunk) {
      const auto table = [&](const Place& place, std::uint32_t none, bool ids) {
        put(place, 0, [&](int lane) {
          const int id = tokens.element[chunk][static_cast<std::size_t>(lane)];
          return id == Layout::kPadding ? none : ids ? static_cast<std::uint32_t>(id) : 0U;
        });
      };
      table(p_.vocabulary_pad[chunk], kMinusInfinity, false);
      table(p_.vocabulary_index[chunk], kNoToken, true);
    }
  }

  void embedding(const EmbeddingPlan& plan) {
    const Layout hidden = p_.sharding.hidden();
    const int first = plan.first + (plan.divided ? chip_ * plan.each : 0);
    if (plan.divided) {
      put(plan.chip_first, 0, [&](int) { return static_cast<std::uint32_t>(first); });
    }
    std::vector<float> row(static_cast<std::size_t>(p_.config.hidden_size));
    for (int i = 0; i < plan.each && first + i < plan.first + plan.count; ++i) {
      model_.read_row("model.embed_tokens.weight", first + i, row);
      for (const EmbeddingBlock& block : plan.blocks) {
        if (i < block.first || i >= block.first + block.count) {
          continue;
        }
        put(block.table, i - block.first, [&](int lane) -> std::uint32_t {
          const int e =
              hidden.element[static_cast<std::size_t>(block.chunk)][static_cast<std::size_t>(lane)];
          return e == Layout::kPadding ? 0U : isa::f32_to_f16(row[static_cast<std::size_t>(e)]);
        });
      }
    }
  }

  const isa::ChipSpec& spec_;
  const Placement& p_;
  const ModelSource& model_;
  int chip_;
  std::vector<isa::DataRow> rows_;
};

}  // namespace

std::vector<isa::DataRow> memory_image(const isa::ChipSpec& spec, const Placement& placement,
                                       const ModelSource& model, int chip) {
  return Image(spec, placement, model, chip).build();
}

std::vector<isa::DataRow> token_image(const isa::ChipSpec& spec, const Placement& placement,
                                      const std::vector<int>& tokens) {
  std::vector<isa::DataRow> rows;
  const Place& place = placement.tokens.value();
  for (int user = 0; user < placement.options.users; ++user) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const int row = place.row + placement.token_row(user, static_cast<int>(i));
      for (int byte = 0; byte < isa::bytes_of(place.type); ++byte) {
        const auto value = static_cast<std::uint8_t>(tokens[i] >> (8 * byte));
        rows.push_back({static_cast<std::uint16_t>(static_cast<int>(place.hemisphere) *
                                                       static_cast<int>(spec.mem_slices) +
                                                   place.slice + byte),
                        static_cast<std::uint16_t>(row),
                        std::vector<std::uint8_t>(static_cast<std::size_t>(spec.lanes()), value)});
      }
    }
  }
  return rows;
}

}  // namespace lpu::compiler
