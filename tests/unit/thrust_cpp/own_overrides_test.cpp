// SPDX-License-Identifier: MIT
// Overrides of a Thrust system of one's own: a layer and a product, offered without touching the library.
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/thrust_host.hpp>

#include "support/check_overrides.hpp"

namespace ct = contrastive;

namespace {

int linear_steps = 0, products = 0;

/// linear and relu in one step: bias and relu ride in one pass over the product.
template <class X, int K>
struct linear_relu_step {
  using result = ct::tensor<typename X::backend, ct::features<K>>;
  using tape = ct::nothing;
  using scratch = ct::nothing;

  static void forward(auto& ctx, X& x, result& y, tape&, scratch&, const auto& linear, const auto& /*relu*/) {
    ++linear_steps;
    gemm(ctx, by_row(y), by_row(x), transpose(by_row(linear.params.weight)));    // (n, k)
    map(ctx, y, maximum(y + linear.params.bias, 0));                             // (n, k)
  }
  static void backward(auto& ctx, X& x, result& y, tape&, scratch&, auto& dy, auto& dx, const auto& linear,
                       const auto& /*relu*/) {
    map(ctx, dy, where_greater(y, 0, dy));                                       // (n, k)
    gemm(ctx, by_row(linear.grads.weight), transpose(by_row(dy)), by_row(x));    // (k, c)
    ct::reduce<ct::fold::sum>(ctx, linear.grads.bias, dy);                       // (k)
    gemm(ctx, by_row(dx), by_row(dy), by_row(linear.params.weight));             // (n, c)
  }
};

struct linear_relu {
  static constexpr int covers = 2;
  template <class Device>
  using example = ct::asked::layers<ct::tensor<Device, ct::features<12>>, ct::linear<7>, ct::relu>;
  template <class Device, int C, int K>
  static linear_relu_step<ct::tensor<Device, ct::features<C>>, K> match(
      ct::asked::layers<ct::tensor<Device, ct::features<C>>, ct::linear<K>, ct::relu>);
};

/// A product as a library would make it, here by plain loops.
struct plain_product {
  static void run(auto&, auto c, auto a, auto b, double alpha, double beta) {
    ++products;
    const int depth = a.transposed ? a.rows : a.columns;
    const auto at = [](const auto& m, int i, int j) {
      return double(m.data[m.transposed ? j * m.columns + i : i * m.columns + j]);
    };
    for (int i = 0; i < c.rows; ++i)
      for (int j = 0; j < c.columns; ++j) {
        double sum = 0;
        for (int l = 0; l < depth; ++l) sum += at(a, i, l) * at(b, l, j);
        float& to = c.data[i * c.columns + j];
        to = float(alpha * sum + (beta == 0 ? 0 : beta * double(to)));
      }
  }
};
struct own_product {
  using example = ct::asked::product<float>;
  static plain_product match(ct::asked::product<float>);
};

struct my_system : ct::cpp_system {
  using cpp_system::cpp_system;
  template <class Phase>
  using overrides = ct::type_list<linear_relu, own_product>;
};

using my_device = ct::thrust_on<my_system>;
static_assert(ct::Backend<my_device>);
static_assert(overrides_support::each_is_chosen<my_device, ct::training> &&
              overrides_support::each_is_chosen<my_device, ct::inference>);
static_assert(std::is_same_v<ct::thrust_on<ct::cpp_system>::overrides<ct::training>, ct::type_list<>>);
using net = ct::sequential<ct::linear<12>, ct::relu, ct::linear<9>>;
template <class Device>
constexpr std::size_t generic = ct::program_of<net, ct::tensor<Device, ct::features<8>>>::generic_steps;
static_assert(generic<my_device> == 1 && generic<ct::thrust_on<ct::cpp_system>> == 3);

}    // namespace

TEST_CASE("a Thrust system's own overrides are chosen and equal the generic bodies") {
  my_device mine;
  overrides_support::check_examples(mine, 1, my_device::overrides<ct::training>{});
  CHECK(linear_steps > 0);
  CHECK(products > 0);
}
