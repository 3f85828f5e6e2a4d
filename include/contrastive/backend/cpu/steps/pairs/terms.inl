// SPDX-License-Identifier: MIT
// The terms of a pair loss over a tile. No #pragma once: read once for each instruction set.
//
// A tile off the diagonal serves its rows and its columns: for both it makes sums of its own, from zero, which are
// added to the rows' columns in double. Products of numbers that both passes need are rounded before they are used
// (`settled`), so that both passes see the same bits.

template <class Anchor, class Similarity>
struct pair_terms {
  using V = floats<native_lanes>;
  using I = integers<native_lanes>;
  static constexpr int edge = pair_tile_work::edge, count = int(Anchor::count);
  static constexpr float very_far = 1e30f;

  // ---- expressions of s ---------------------------------------------------------------------------------------------

  [[gnu::always_inline]] static V settled(V v) {
#if defined(__x86_64__)
    asm("" : "+x"(v));    // no product moves from here into a fused multiply-add
#endif
    return v;
  }
  template <class Tree>
  [[gnu::always_inline]] static V value(const Tree& tree, const V& s) {
    if constexpr (requires { typename Tree::is_leaf; }) return s;
    else if constexpr (requires { typename Tree::operation; }) return settled(applied(tree, s));
    else return splat<V>(tree.template value<float>({}));
  }
  template <class Op, class... Parts>
  [[gnu::always_inline]] static V applied(const detail::apply<Op, Parts...>& tree, const V& s) {
    const V a = value(part<0>(tree.parts), s);
    if constexpr (std::is_same_v<Op, function::exp>) return exp(a);
    if constexpr (std::is_same_v<Op, function::log>) return log(a);
    if constexpr (std::is_same_v<Op, function::sqrt>) return sqrt(a);
    if constexpr (std::is_same_v<Op, function::erf>) return erf(a);
    if constexpr (sizeof...(Parts) > 1) {
      const V b = value(part<1>(tree.parts), s);
      if constexpr (std::is_same_v<Op, function::add>) return a + b;
      if constexpr (std::is_same_v<Op, function::subtract>) return a - b;
      if constexpr (std::is_same_v<Op, function::multiply>) return a * b;
      if constexpr (std::is_same_v<Op, function::divide>) return a / b;
      if constexpr (std::is_same_v<Op, function::maximum>) return a < b ? b : a;
      if constexpr (std::is_same_v<Op, function::minimum>) return a > b ? b : a;
      if constexpr (std::is_same_v<Op, function::equal>) return a == b ? V{} + 1.f : V{};
      if constexpr (sizeof...(Parts) > 2) return a > b ? value(part<2>(tree.parts), s) : V{};
    }
  }

  // ---- which lanes are pairs of a set -------------------------------------------------------------------------------

  struct lane_masks {
    I live, same;
  };
  template <class Term>
  [[gnu::always_inline]] static I members(const lane_masks& m) {
    using set = typename Term::set;
    if constexpr (std::is_same_v<set, pair_set::all>) return m.live;
    else if constexpr (std::is_same_v<set, pair_set::positives>) return m.live & m.same;
    else return m.live & ~m.same;
  }
  [[gnu::always_inline]] static V where(const I& mask, const V& v) { return mask ? v : V{}; }
  [[gnu::always_inline]] static I integers_at(const float* p) { return __builtin_bit_cast(I, load<V>(p)); }

  [[gnu::always_inline]] static I lane_numbers() {
    return []<int... L>(std::integer_sequence<int, L...>) {
      return I{L...};
    }(std::make_integer_sequence<int, native_lanes>{});
  }

  /// Columns of the tile in the thread's memory, filled to whole vectors.
  struct columns {
    float* base;
    [[gnu::always_inline]] float* operator[](int i) const { return base + i * edge; }
    float* of_term(int first, int k) const { return base + (first + k) * edge; }
  };
  enum local { ids, nearest, ties, hits, shared };    // then 4 · terms
  static constexpr int at = shared, scale = shared + count, row_at = shared + 2 * count, total = shared + 3 * count;

  [[gnu::always_inline]] static int whole(int n) { return (n + native_lanes - 1) / native_lanes * native_lanes; }
  static void fill(float* to, const void* from, int n) {
    std::memcpy(to, from, std::size_t(n) * sizeof(float));
    std::fill(to + n, to + whole(n), 0.f);
  }

  template <bool Masked>
  struct row_of_tile {
    const pair_tile_work& t;
    const columns c;
    int r;
    I id = I{} + t.row.id[r];
    const float* s = t.s + r * edge;

    [[gnu::always_inline]] lane_masks masks(int j) const {
      lane_masks m{I{} == 0, integers_at(c[ids] + j) == id};
      if constexpr (Masked) {
        const I lane = lane_numbers() + j;
        m.live = (lane < t.columns) & (lane != (t.diagonal ? r : -1));
      }
      return m;
    }
  };

  // ---- first pass ---------------------------------------------------------------------------------------------------

  // the largest e of each row and column of the tile, for the term k
  template <int K, bool Masked>
  static void find_largest(const pair_tile_work& t, const columns& c) {
    const auto& term = part<K>(static_cast<const Anchor*>(t.anchor)->terms);
    using Term = std::remove_cvref_t<decltype(term)>;
    float *of_row = c[row_at + K], *of_column = c[at + K];
    std::fill(of_column, of_column + whole(t.columns), -very_far);
    for (int r = 0; r < t.rows; ++r) {
      const row_of_tile<Masked> row{t, c, r};
      V largest = splat<V>(-very_far);
      for (int j = 0; j < t.columns; j += native_lanes) {
        const V e = members<Term>(row.masks(j)) ? value(term.of.value.tree, load<V>(row.s + j)) : splat<V>(-very_far);
        largest = max(largest, e);
        store(of_column + j, max(load<V>(of_column + j), e));
      }
      of_row[r] = max(largest);
    }
  }

  template <bool Masked, bool Bounded>
  static void collect_tile(const pair_tile_work& t) {
    const auto& anchor = *static_cast<const Anchor*>(t.anchor);
    const columns c{t.local};
    const int end = whole(t.columns);
    fill(c[ids], t.column.id, t.columns);
    std::fill(c[nearest], c[nearest] + end, -very_far);
    detail::for_each_index<std::size_t(count)>([&](auto k) {
      using Term = std::remove_cvref_t<decltype(part<k>(anchor.terms))>;
      std::fill(c[total + k], c[total + k] + end, 0.f);
      if constexpr (kind_of_term<Term>::exponential && !is_bounded<Term, Bounded>) find_largest<k, Masked>(t, c);
      if constexpr (kind_of_term<Term>::weighted) std::fill(c[at + k], c[at + k] + end, 0.f);
    });
    for (int r = 0; r < t.rows; ++r)
      collect_row<Masked, Bounded>(anchor, t, c, r, std::make_index_sequence<std::size_t(count)>{});
    if (!t.diagonal) merge_columns<Bounded>(anchor, t, c, std::make_index_sequence<std::size_t(count)>{});
  }
  template <class Term, bool Bounded>
  static constexpr bool is_bounded = Bounded && kind_of_term<Term>::exponential &&
                                     is_similarity<std::remove_cvref_t<decltype(Term::of.value.tree)>>;

  template <bool Masked, bool Bounded, std::size_t... K>
  [[gnu::always_inline]] static void collect_row(const Anchor& anchor, const pair_tile_work& t, const columns& c, int r,
                                                 std::index_sequence<K...>) {
    const row_of_tile<Masked> row{t, c, r};
    V largest = splat<V>(-very_far), alike{}, all{}, sum[count] = {}, weights[count] = {};
    for (int j = 0; j < t.columns; j += native_lanes) {
      const lane_masks m = row.masks(j);
      const V s = load<V>(row.s + j);
      const V with_far = m.live ? s : splat<V>(-very_far);
      largest = max(largest, with_far);
      store(c[nearest] + j, max(load<V>(c[nearest] + j), with_far));
      alike += where(m.live & m.same, s);
      all += where(m.live, s);
      (collect_term<K, Bounded>(part<K>(anchor.terms), t, c, r, j, m, s, sum[K], weights[K]), ...);
    }
    const pair_columns to = t.row.from(r);
    *to.nearest = std::max(*to.nearest, max(largest));
    const auto of_alike = double(sum_of(alike)), of_all = double(sum_of(all));
    *to.alike += t.diagonal ? of_alike : 2 * of_alike;    // of both rows of a pair
    *to.unlike += t.diagonal ? of_all : 2 * of_all;       // with the positives
    (keep_weights<K>(part<K>(anchor.terms), c, r, weights[K]), ...);
    (merge<K, Bounded>(part<K>(anchor.terms), to, c[row_at + int(K)][r], sum_of(sum[K])), ...);
  }
  [[gnu::always_inline]] static float sum_of(const V& v) { return sum(v); }
  template <std::size_t K, class Term>
  [[gnu::always_inline]] static void keep_weights(const Term&, const columns& c, int r, const V& weights) {
    if constexpr (kind_of_term<Term>::weighted) c[row_at + int(K)][r] = sum_of(weights);
  }

  template <std::size_t K, bool Bounded, class Term>
  [[gnu::always_inline]] static void collect_term(const Term& term, const pair_tile_work& t, const columns& c, int r,
                                                  int j, const lane_masks& m, const V& s, V& of_row,
                                                  [[maybe_unused]] V& weights) {
    const I mask = members<Term>(m);
    const V e = value(term.of.value.tree, s);
    V for_row = e, for_column = e;
    if constexpr (is_bounded<Term, Bounded>) for_row = for_column = exp_of_moderate(e - splat<V>(t.bound));
    else if constexpr (kind_of_term<Term>::exponential) {
      for_row = exp(e - splat<V>(c[row_at + int(K)][r]));
      for_column = exp(e - load<V>(c[at + int(K)] + j));
    } else if constexpr (kind_of_term<Term>::weighted) {
      const V w = where(mask, value(term.weight.tree, s));
      weights += w;
      store(c[at + int(K)] + j, load<V>(c[at + int(K)] + j) + w);
      for_row = for_column = e * w;
    }
    of_row += where(mask, for_row);
    float* to = c[total + int(K)] + j;
    store(to, load<V>(to) + where(mask, for_column));
  }

  // Σ exp(e − at) of a tile joins that of others, for the larger at
  template <std::size_t K, bool Bounded, class Term>
  [[gnu::always_inline]] static void merge(const Term&, const pair_columns& to, float new_at, float new_total) {
    double& so_far = to.total[std::ptrdiff_t(K) * to.stride];
    if constexpr (kind_of_term<Term>::weighted) to.at[std::ptrdiff_t(K) * to.stride] += new_at;
    if constexpr (!kind_of_term<Term>::exponential || is_bounded<Term, Bounded>) so_far += double(new_total);
    else {
      float& old_at = to.at[std::ptrdiff_t(K) * to.stride];
      if (!(new_at > -very_far)) so_far += double(new_total);    // no pairs: 0; or NaN
      else if (new_at <= old_at) so_far += double(new_total) * double(exp(new_at - old_at));
      else {
        so_far = so_far * double(exp(old_at - new_at)) + double(new_total);
        old_at = new_at;
      }
    }
  }
  template <bool Bounded, std::size_t... K>
  static void merge_columns(const Anchor& anchor, const pair_tile_work& t, const columns& c,
                            std::index_sequence<K...>) {
    for (int j = 0; j < t.columns; ++j) {
      const pair_columns to = t.column.from(j);
      *to.nearest = std::max(*to.nearest, c[nearest][j]);
      (merge<K, Bounded>(part<K>(anchor.terms), to, c[at + int(K)][j], c[total + int(K)][j]), ...);
    }
  }

  // ---- second pass --------------------------------------------------------------------------------------------------

  /// What is above it is tied with the nearest.
  [[gnu::always_inline]] static float tied_from(float nearest, float tie) {
    return nearest - std::max(tie, float(detail::tied_share) * std::abs(nearest));
  }
  template <bool Masked, bool Bounded>
  static void weigh_tile(const pair_tile_work& t) {
    const auto& anchor = *static_cast<const Anchor*>(t.anchor);
    const columns c{t.local};
    const int end = whole(t.columns);
    fill(c[ids], t.column.id, t.columns);
    fill(c[nearest], t.column.nearest, t.columns);
    for (int j = 0; j < end; ++j) c[nearest][j] = tied_from(c[nearest][j], t.tie);
    std::fill(c[ties], c[ties] + end, 0.f);
    std::fill(c[hits], c[hits] + end, 0.f);
    for (int k = 0; k < count; ++k) {
      fill(c[at + k], t.column.at + k * t.column.stride, t.columns);
      fill(c[scale + k], t.column.scale + k * t.column.stride, t.columns);
    }
    for (int r = 0; r < t.rows; ++r)
      weigh_row<Masked, Bounded>(anchor, t, c, r, std::make_index_sequence<std::size_t(count)>{});
    if (t.diagonal) return;
    for (int j = 0; j < t.columns; ++j) {
      t.column.ties[j] += c[ties][j];
      t.column.hits[j] += c[hits][j];
    }
  }
  template <bool Masked, bool Bounded, std::size_t... K>
  [[gnu::always_inline]] static void weigh_row(const Anchor& anchor, const pair_tile_work& t, const columns& c, int r,
                                               std::index_sequence<K...>) {
    const row_of_tile<Masked> row{t, c, r};
    const V one = V{} + 1.f, from = splat<V>(tied_from(t.row.nearest[r], t.tie));
    const V at_of_row[] = {splat<V>(t.row.at[std::ptrdiff_t(K) * t.row.stride + r])...};
    const V scale_of_row[] = {splat<V>(t.row.scale[std::ptrdiff_t(K) * t.row.stride + r])...};
    V tied{}, hit{};
    for (int j = 0; j < t.columns; j += native_lanes) {
      const lane_masks m = row.masks(j);
      const V s = load<V>(row.s + j);
      const I near_row = m.live & (s > from), near_column = m.live & (s > load<V>(c[nearest] + j));
      if (any(near_row | near_column)) {    // few are
        tied += where(near_row, one);
        hit += where(near_row & m.same, one);
        store(c[ties] + j, load<V>(c[ties] + j) + where(near_column, one));
        store(c[hits] + j, load<V>(c[hits] + j) + where(near_column & m.same, one));
      }
      V weight = (weight_of<K, Bounded>(part<K>(anchor.terms), t, c, j, m, s, at_of_row[K], scale_of_row[K]) + ...);
      if constexpr (Similarity::of_distance) weight *= 2.f * s * s;    // ∂s/∂z_i = 2 s² (z_j − z_i)
      store(t.s + r * edge + j, weight);
    }
    t.row.ties[r] += sum_of(tied);
    t.row.hits[r] += sum_of(hit);
  }
  // ∂ℓ_i/∂s_ij + ∂ℓ_j/∂s_ij
  template <std::size_t K, bool Bounded, class Term>
  [[gnu::always_inline]] static V weight_of(const Term& term, const pair_tile_work& t, const columns& c, int j,
                                            const lane_masks& m, const V& s, const V& at_of_row,
                                            const V& scale_of_row) {
    const auto& tree = term.of.value.tree;
    const V other = load<V>(c[scale + int(K)] + j);
    V slope = scale_of_row + other;
    if constexpr (is_bounded<Term, Bounded>) slope *= exp_of_moderate(s - splat<V>(t.bound));
    else if constexpr (kind_of_term<Term>::exponential) {
      const V e = value(tree, s);
      slope = exp(e - at_of_row) * scale_of_row + exp(e - load<V>(c[at + int(K)] + j)) * other;
    }
    if constexpr (kind_of_term<Term>::weighted) slope *= value(term.weight.tree, s);
    if constexpr (!is_similarity<std::remove_cvref_t<decltype(tree)>>) slope *= value(slope::of(tree), s);
    return where(members<Term>(m), slope);
  }

  // ---- the four of each ---------------------------------------------------------------------------------------------

  static bool is_masked(const pair_tile_work& t) { return t.diagonal || t.columns % native_lanes != 0; }
  static void collect(const pair_tile_work& t, bool bounded) {
    if (bounded) is_masked(t) ? collect_tile<true, true>(t) : collect_tile<false, true>(t);
    else is_masked(t) ? collect_tile<true, false>(t) : collect_tile<false, false>(t);
  }
  static void weigh(const pair_tile_work& t, bool bounded) {
    if (bounded) is_masked(t) ? weigh_tile<true, true>(t) : weigh_tile<false, true>(t);
    else is_masked(t) ? weigh_tile<true, false>(t) : weigh_tile<false, false>(t);
  }
};

template <class Anchor, class Similarity>
pair_passes pair_passes_of(here) {
  using terms = pair_terms<Anchor, Similarity>;
  return {terms::collect, terms::weigh};
}
