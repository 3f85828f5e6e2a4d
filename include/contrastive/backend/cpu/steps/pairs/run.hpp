// SPDX-License-Identifier: MIT
#pragma once
// The two passes over all tiles of the similarity matrix: tiles stay in cache, and each serves both of its rows.
#include <contrastive/backend/cpu/kernels/isa.hpp>
#include <contrastive/backend/cpu/kernels/pairs/kernels.hpp>
#include <contrastive/backend/cpu/kernels/pairs/rounds.hpp>
#include <contrastive/backend/cpu/steps/pairs/terms.hpp>
#include <contrastive/core/place.hpp>

#include <limits>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// How n rows are cut: into blocks of some tiles, and those into tiles of `edge` rows.
struct pair_shape {
  static constexpr std::size_t kept_floats = std::size_t(10) << 20;    // tiles of the first pass that are kept: 40 MB

  int rows, depth, lanes;
  bool of_distance = false;
  int edge = rows <= 1024 ? 64 : pair_tile_work::edge;
  int tiles = (rows + edge - 1) / edge;
  int tiles_of_block = rows <= 4096 ? 1 : 8;
  int blocks = (tiles + tiles_of_block - 1) / tiles_of_block;
  int padded = (depth + lanes - 1) / lanes * lanes;

  constexpr int rows_of(int tile) const { return std::min(edge, rows - tile * edge); }
  static constexpr std::size_t tile_size() { return std::size_t(pair_tile_work::edge) * pair_tile_work::edge; }
  constexpr std::size_t all_tiles() const { return std::size_t(tiles) * std::size_t(tiles + 1) / 2; }
  constexpr bool keeps_tiles() const { return all_tiles() * tile_size() <= kept_floats; }
  constexpr std::size_t tile_number(int i, int j) const {    // i ≤ j
    return std::size_t(i) * std::size_t(2 * tiles - i + 1) / 2 + std::size_t(j - i);
  }
  constexpr bool is_whole() const { return padded == depth; }    // no row ends inside a vector
  constexpr std::size_t rows_size() const { return std::size_t(pair_tile_work::edge) * std::size_t(padded); }
};

/// One evaluation, whatever the loss is: products, tiles, tasks.
struct pair_run {
  workers& pool;
  const pair_kernels& kernels;
  const pair_passes& passes;
  pair_shape shape;
  const float* u;    // (n, d) unit rows
  float* du;         // (n, d), or null
  pair_columns columns;
  const void* anchor;
  int terms;
  double temperature;
  float bound, tie;
  std::int32_t* turns;
  float* workspace;

  // what a thread has: one tile, columns of a tile; where rows end inside a vector copies of two tiles' rows and of
  // their gradients; of distances the gradient of one tile's rows
  static std::size_t thread_size(const pair_shape& s, int terms) {
    return detail::round_up(s.rows_size() * std::size_t(s.of_distance  ? 1
                                                        : s.is_whole() ? 0
                                                                       : 4) +
                                s.tile_size() + std::size_t(pair_tile_work::local_size(terms)),
                            16);
  }
  static std::size_t packed_size(const pair_shape& s) { return std::size_t(s.tiles) * s.rows_size(); }
  // of the threads, then all rows packed, then all tiles where they are kept
  static std::size_t workspace_size(const pair_shape& s, int terms, int threads) {
    return 16 + std::size_t(threads) * thread_size(s, terms) + packed_size(s) +
           (s.keeps_tiles() ? s.all_tiles() * s.tile_size() : 0);
  }
  float* of_thread(int thread) const { return workspace + std::size_t(thread) * thread_size(shape, terms); }
  float* packed(int tile) const { return of_thread(pool.threads()) + std::size_t(tile) * shape.rows_size(); }
  float* tile(int i, int j, int thread) const {
    return shape.keeps_tiles() ? packed(shape.tiles) + shape.tile_number(i, j) * shape.tile_size() : of_thread(thread);
  }
  some_rows rows(int tile) const {
    return {u + std::ptrdiff_t(tile) * shape.edge * shape.depth, shape.depth, shape.rows_of(tile)};
  }
  pair_tile_work work(int i, int j, int thread) const {
    return {.s = tile(i, j, thread),
            .rows = shape.rows_of(i),
            .columns = shape.rows_of(j),
            .diagonal = i == j,
            .row = columns.from(std::ptrdiff_t(i) * shape.edge),
            .column = columns.from(std::ptrdiff_t(j) * shape.edge),
            .local = of_thread(thread) + shape.tile_size(),
            .anchor = anchor,
            .bound = bound,
            .tie = tie};
  }
  bool is_bounded() const { return bound < std::numeric_limits<float>::infinity(); }

  /// f(tile work, i, j, thread) for every tile on or above the diagonal, with its similarities.
  template <class F>
  void for_each_tile(bool first_pass, const F& f) const {
    const bool made = !first_pass && shape.keeps_tiles();
    const auto compare = shape.of_distance ? kernels.nearness : kernels.similarities;
    pair_rounds(shape.blocks, turns).run(pool, [&](int a, int b, int thread) {
      const int first = a * shape.tiles_of_block, second = b * shape.tiles_of_block;
      for (int j = second; j < std::min(second + shape.tiles_of_block, shape.tiles); ++j)
        for (int i = first; i < std::min(first + shape.tiles_of_block, shape.tiles) && i <= j; ++i) {
          const pair_tile_work t = work(i, j, thread);
          if (!made) compare(rows(i), packed(j), t.columns, shape.depth, float(1 / temperature), t.s);
          f(t, i, j, thread);
        }
    });
  }
  void collect() const {
    pool.run(shape.tiles, [&](int j) { kernels.pack(rows(j), shape.depth, packed(j)); });
    for_each_tile(true, [&](const pair_tile_work& t, int, int, int) { passes.collect(t, is_bounded()); });
  }
  void weigh() const {
    for_each_tile(false, [&](const pair_tile_work& t, int i, int j, int thread) {
      passes.weigh(t, is_bounded());
      if (!du) return;
      if (shape.of_distance) add_differences(t, i, j, thread);
      else if (shape.is_whole()) add_gradients(t, rows(i), rows(j), gradient(i), gradient(j));
      else add_gradients_of_copies(t, i, j, thread);
    });
  }
  float* gradient(int tile) const { return du + std::ptrdiff_t(tile) * shape.edge * shape.depth; }

  void add_gradients(const pair_tile_work& t, const some_rows& of_i, const some_rows& of_j, float* to_i,
                     float* to_j) const {
    constexpr int edge = pair_tile_work::edge;
    kernels.add_products(t.s, edge, 1, t.rows, of_j, shape.padded, to_i, of_i.stride);
    if (!t.diagonal) kernels.add_products(t.s, 1, edge, t.columns, of_i, shape.padded, to_j, of_j.stride);
  }
  void add_differences(const pair_tile_work& t, int i, int j, int thread) const {
    float* of_j = of_thread(thread) + shape.tile_size() + pair_tile_work::local_size(terms);    // as packed(j)
    std::fill_n(of_j, shape.rows_size(), 0.f);
    kernels.add_differences(t.s, rows(i), packed(j), t.columns, shape.depth, gradient(i), of_j);
    if (!t.diagonal) kernels.unpack(of_j, t.columns, shape.depth, gradient(j));
  }
  void add_gradients_of_copies(const pair_tile_work& t, int i, int j, int thread) const {
    float* copies = of_thread(thread) + shape.tile_size() + pair_tile_work::local_size(terms);
    const auto place = [&](int k) { return copies + std::size_t(k) * shape.rows_size(); };
    const some_rows of_i = copy(rows(i), place(0)), of_j = copy(rows(j), place(1));
    std::fill_n(place(2), 2 * shape.rows_size(), 0.f);
    add_gradients(t, of_i, of_j, place(2), place(3));
    add(place(2), t.rows, gradient(i));
    if (!t.diagonal) add(place(3), t.columns, gradient(j));
  }
  some_rows copy(const some_rows& from, float* to) const {
    for (int r = 0; r < from.count; ++r) {
      float* row = to + std::ptrdiff_t(r) * shape.padded;
      std::copy_n(from.data + r * from.stride, shape.depth, row);
      std::fill(row + shape.depth, row + shape.padded, 0.f);
    }
    return {to, shape.padded, from.count};
  }
  void add(const float* from, int count, float* to) const {
    for (int r = 0; r < count; ++r)
      for (int k = 0; k < shape.depth; ++k)
        to[std::ptrdiff_t(r) * shape.depth + k] += from[std::ptrdiff_t(r) * shape.padded + k];
  }
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu
