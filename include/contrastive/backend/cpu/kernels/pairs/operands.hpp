// SPDX-License-Identifier: MIT
#pragma once
// What the kernels of pair losses are called with: rows, one tile of their similarities, columns of statistics.
#include <contrastive/backend/cpu/kernels/isa.hpp>

#include <algorithm>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// Rows first … first + count − 1 of a matrix.
struct some_rows {
  const float* data;        // (count, depth)
  std::ptrdiff_t stride;    // from row to row
  int count;
};

/// Numbers of every row, each in a column of its own; those of a loss's terms lie `stride` apart.
struct pair_columns {
  std::int32_t* id;                            // sample or class
  float *positives, *nearest, *ties, *hits;    // how many positives; largest s; all rows and positives with it
  double *alike, *unlike;                      // Σ s over the positives and over the negatives in later tiles
  float *at, *scale;                           // of a term: what its exponents are relative to; its slope's factor
  double* total;                               // of a term: Σ e, or Σ exp(e − at)
  std::ptrdiff_t stride;

  constexpr pair_columns from(std::ptrdiff_t row) const {
    return {id + row,     positives + row, nearest + row, ties + row,  hits + row, alike + row,
            unlike + row, at + row,        scale + row,   total + row, stride};
  }
};

/// The similarities of some rows with some others, or (on the diagonal) with themselves.
struct pair_tile_work {
  static constexpr int edge = 96;    // at most so many rows and columns; a row's numbers lie so far from the next row's

  float* s;    // (rows, edge): similarities, then the pairs' weights
  int rows, columns;
  bool diagonal;
  pair_columns row, column;    // from the first row, from the first column
  float* local;                // local_size(terms) floats of the thread
  const void* anchor;          // the loss of one anchor
  float bound;                 // no similarity is above it, or infinite
  float tie;                   // similarities closer than this are tied, or than a share of long rows'

  static constexpr int local_size(int terms) { return edge * (4 + 4 * terms); }
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu
