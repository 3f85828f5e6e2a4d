// SPDX-License-Identifier: MIT
#pragma once
// Where an address is a pointer, a backend writes each(n, functor) and inherits map, reduce, launch and gemm.
#include <contrastive/core/exactly.hpp>
#include <contrastive/expr/verbs.hpp>

#include <cmath>

namespace contrastive::on_pointers {

template <class E, class Tree>
struct map_body {
  index4 grid;
  strided<E*> out;
  Tree tree;
  CONTRASTIVE_FN void operator()(std::size_t i) const {
    const index4 p = grid.at(i);
    out(p.n, p.h, p.w, p.c) = tree.template value<E>(p);
  }
};

template <fold F, class E, class Tree>
struct reduce_body {
  index4 kept, folded;
  strided<E*> out;
  Tree tree;
  CONTRASTIVE_FN void operator()(std::size_t i) const {
    const index4 p = kept.at(i);
    double total = F == fold::sum ? 0. : -HUGE_VAL;
    for (int n = 0; n < folded.n; ++n)
      for (int h = 0; h < folded.h; ++h)
        for (int w = 0; w < folded.w; ++w)
          for (int c = 0; c < folded.c; ++c) {
            const double v = double(tree.template value<E>({p.n + n, p.h + h, p.w + w, p.c + c}));
            if constexpr (F == fold::sum) total += v;
            else total = total < v ? v : total;
          }
    out(p.n, p.h, p.w, p.c) = E(total);
  }
};

template <class Kernel, std::size_t N, class Out, class... In>
struct kernel_body {
  index4 grid;
  pack<Out, In...> views;
  std::array<int, N> numbers;
  CONTRASTIVE_FN void operator()(std::size_t i) const {
    run(grid.at(i), std::make_index_sequence<N>{}, std::make_index_sequence<1 + sizeof...(In)>{});
  }
  template <std::size_t... I, std::size_t... V>
  CONTRASTIVE_FN void run(index4 p, std::index_sequence<I...>, std::index_sequence<V...>) const {
    using real = std::conditional_t<std::is_same_v<detail::element_of<decltype(Out::data)>, double>, double, float>;
    Kernel::template run<real>(p.n, p.h, p.w, p.c, numbers[I]..., part<V>(views)...);
  }
};

template <class E>
struct gemm_body {
  matrix_operand<E*> c, a, b;
  double alpha, beta;
  CONTRASTIVE_FN void operator()(std::size_t i) const {
    const std::size_t columns = std::size_t(c.columns), row = i / columns, column = i % columns;
    const int depth = a.transposed ? a.rows : a.columns;
    E sum = 0;
    for (int l = 0; l < depth; ++l) sum += at(a, row, std::size_t(l)) * at(b, std::size_t(l), column);
    c.data[i] = E(alpha) * sum + (detail::is_exactly(beta, 0.) ? E(0) : E(beta) * c.data[i]);
  }

 private:
  CONTRASTIVE_FN static E at(const matrix_operand<E*>& m, std::size_t row, std::size_t column) {
    return m.transposed ? m.data[column * std::size_t(m.columns) + row] : m.data[row * std::size_t(m.columns) + column];
  }
};

/// The compute verbs, from `each(count, functor)` of the backend that inherits them.
template <class Self>
struct verbs {
  template <class E, class Tree>
  void map(index4 grid, strided<E*> out, const Tree& tree) {
    self().each(grid.size(), map_body<E, Tree>{grid, out, tree});
  }
  template <fold F, class E, class Tree>
  void reduce(index4 kept, index4 folded, strided<E*> out, const Tree& tree) {
    self().each(kept.size(), reduce_body<F, E, Tree>{kept, folded, out, tree});
  }
  template <class Kernel, std::size_t N, class Out, class... In>
  void launch(index4 grid, const std::array<int, N>& numbers, Out out, In... in) {
    self().each(grid.size(), kernel_body<Kernel, N, Out, In...>{grid, {{out}, {in}...}, numbers});
  }
  template <class E>
  void gemm(matrix_operand<E*> c, matrix_operand<E*> a, matrix_operand<E*> b, double alpha, double beta) {
    self().each(std::size_t(c.rows) * std::size_t(c.columns), gemm_body<E>{c, a, b, alpha, beta});
  }

 private:
  Self& self() { return static_cast<Self&>(*this); }
};

}    // namespace contrastive::on_pointers
