// SPDX-License-Identifier: MIT
// Large things on the cpu: more than 2³¹ numbers in verbs and layers, 200,000 rows of a loss, images of 4096 × 4096. Each is
// compared with plain sums in double, on samples or in whole. Takes up to 14 GB of memory and some minutes.
#include <contrastive/augment/color_jitter.hpp>
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/random_resized_crop.hpp>
#include <contrastive/augment/view_pixels.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/cpu.hpp>
#include <contrastive/data/memory.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/testing/loss_laws.hpp>
#include <contrastive/train/pipeline.hpp>

#include <cmath>

#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;

namespace {

constexpr std::size_t two_to_31 = std::size_t(1) << 31;

/// -2 … 2: sums of some million of them are exact in float.
float whole_number(std::size_t i, std::size_t k) { return float((i * 7 + k * 3 + i / 11) % 5) - 2; }

std::vector<std::size_t> some_of(std::size_t count) {
  auto places = ct::testing::some_places(60, count, 1);
  places.insert(places.end(), {0, count - 1});
  return places;
}

}    // namespace

TEST_CASE("verbs on a matrix of more than 2³¹ numbers are exact wherever they are looked at") {
  constexpr int n = 46400, depth = 8;
  using square_rows = ct::tensor<ct::cpu, ct::features<n>>;
  using thin_rows = ct::tensor<ct::cpu, ct::features<depth>>;
  static_assert(std::size_t(n) * n > two_to_31);
  ct::cpu device{{.threads = 2}};
  ct::context<ct::cpu, ct::training> ctx{device};
  ct::memory<ct::cpu, ct::pack<thin_rows, thin_rows, thin_rows, ct::tensor<ct::cpu, ct::features<1>>>> thin(device, n);
  ct::memory<ct::cpu, ct::pack<square_rows>> square(device, n);
  ct::memory<ct::cpu, ct::pack<ct::tensor<ct::cpu, ct::features<n>>>> column_sums(device, 1);
  auto &a = ct::part<0>(thin.value), &b = ct::part<1>(thin.value), &d = ct::part<2>(thin.value);
  auto& row_sums = ct::part<3>(thin.value);
  auto& c = ct::part<0>(square.value);
  auto& by_column = ct::part<0>(column_sums.value);
  for (std::size_t i = 0; i < n * depth; ++i)
    a.data[i] = whole_number(i / depth, i % depth), b.data[i] = whole_number(i % depth, i / depth);

  ct::gemm(ctx, ct::by_row(c), ct::by_row(a), ct::transpose(ct::by_row(b)));    // (n, n)
  ct::map(ctx, c, 2 * c + 1);
  ct::reduce<ct::fold::sum>(ctx, row_sums, c);                                  // (n, 1)
  ct::gemm(ctx, ct::by_row(d), ct::transpose(ct::by_row(c)), ct::by_row(a));    // (n, depth), through every row of c
  const ct::operand<float*, false, 1, 1, n> columns{by_column.data};
  ct::reduce<ct::fold::sum>(ctx, columns, c);    // (1, n)

  const auto expected = [&](std::size_t i, std::size_t j) {
    double sum = 0;
    for (std::size_t k = 0; k < depth; ++k) sum += double(a.data[i * depth + k]) * double(b.data[j * depth + k]);
    return 2 * sum + 1;
  };
  int different = 0;
  for (const std::size_t i : some_of(n)) {
    double row = 0, column = 0, through[depth]{};
    for (std::size_t j = 0; j < n; ++j) {
      different += double(c.data[i * n + j]) != expected(i, j);
      row += expected(i, j), column += expected(j, i);
      for (std::size_t k = 0; k < depth; ++k) through[k] += expected(j, i) * double(a.data[j * depth + k]);
    }
    different += double(row_sums.data[i]) != row;
    different += double(by_column.data[i]) != column;
    for (std::size_t k = 0; k < depth; ++k) different += double(d.data[i * depth + k]) != through[k];
  }
  CHECK(different == 0);
}

TEST_CASE("a convolution and a pool whose maps have more than 2³¹ numbers are right in the last image too") {
  constexpr int side = 32, filters = 32;    // a whole block of channels
  constexpr std::size_t rows = 66000;
  static_assert(rows * side * side * filters > two_to_31);
  using In = ct::image<side, side, 1>;
  using net = ct::sequential<ct::conv2d<filters, 3, 1, 1>, ct::relu, ct::max_pool<2>>;
  ct::cpu device{{.threads = 2}};
  ct::weights<ct::cpu, net, In> w(device);
  w.each_parameter([](const auto&, const auto& p, const auto&) {
    for (std::size_t i = 0; i < ct::operand_of(p).size(); ++i) p.data[i] = whole_number(i, 1);
  });
  const float* filter = ct::whole(device, w.parameters).data;    // (filters, 3, 3)
  ct::memory<ct::cpu, ct::pack<ct::tensor<ct::cpu, In>>> images(device, rows);
  auto& x = ct::part<0>(images.value);
  for (std::size_t i = 0; i < rows * In::size; ++i) x.data[i] = whole_number(i, i >> 10);
  ct::inference_pass<ct::cpu, net, In> pass(device, rows);
  pass(device, x, w.parameters.value, w.statistics.value, w.config);

  const auto convolved = [&](std::size_t image, int i, int j, int f) {
    double sum = 0;
    for (int r = 0; r < 3; ++r)
      for (int s = 0; s < 3; ++s)
        if (const int y = i + r - 1, z = j + s - 1; y >= 0 && y < side && z >= 0 && z < side)
          sum += double(filter[(f * 3 + r) * 3 + s]) * double(x.data[image * In::size + std::size_t(y * side + z)]);
    return std::max(sum, 0.);
  };
  double worst = 0;
  for (const std::size_t image : some_of(rows))
    for (int i = 0; i < side / 2; ++i)
      for (int j = 0; j < side / 2; ++j)
        for (int f = 0; f < filters; ++f) {
          const double expected = std::max({convolved(image, 2 * i, 2 * j, f), convolved(image, 2 * i, 2 * j + 1, f),
                                            convolved(image, 2 * i + 1, 2 * j, f),
                                            convolved(image, 2 * i + 1, 2 * j + 1, f)});
          const std::size_t at = ((image * (side / 2) + std::size_t(i)) * (side / 2) + std::size_t(j)) * filters +
                                 std::size_t(f);
          worst = std::max(worst, std::abs(double(pass.y().data[at]) - expected));
        }
  CHECK(worst <= tolerance::winograd_float * 10);    // of values of some ten
}

TEST_CASE("NT-Xent of 200,000 rows has the value and the gradient of sums over its thousand different rows") {
  constexpr int rows = 200000, different = 1000, width = 16;
  constexpr double temperature = 0.2;
  auto kinds = ct::testing::normal_numbers(different * width, 1);    // (different, width)
  ct::testing::detail::normalize_rows(kinds, width);
  // the two views of a sample are seldom of one kind
  const auto kind_of = [](int i) { return std::size_t(i < rows / 2 ? i : i * 7 + i / 1000) % different; };
  std::vector<double> z(std::size_t(rows) * width);
  std::vector<double> count(different);
  for (int i = 0; i < rows; ++i) {
    ++count[kind_of(i)];
    std::copy_n(kinds.begin() + std::ptrdiff_t(kind_of(i) * width), width, z.begin() + std::ptrdiff_t(i) * width);
  }
  ct::cpu device{{.threads = 2}};
  const auto found = ct::testing::loss_trial<ct::cpu, ct::nt_xent, width>(device, rows)(z, {}, 2,
                                                                                        {.temperature = temperature});

  std::vector<double> s(std::size_t(different) * different),
      log_sum(different);    // u·v / τ; of an anchor of each kind
  for (std::size_t g = 0; g < different; ++g) {
    double sum = 0;
    for (std::size_t h = 0; h < different; ++h) {
      double& similarity = s[g * different + h];
      for (std::size_t k = 0; k < width; ++k) similarity += kinds[g * width + k] * kinds[h * width + k] / temperature;
      sum += (count[h] - double(g == h)) * std::exp(similarity);
    }
    log_sum[g] = std::log(sum);
  }
  const auto twin_of = [&](int i) { return kind_of((i + rows / 2) % rows); };
  double value = 0;
  for (int i = 0; i < rows; ++i) value += (log_sum[kind_of(i)] - s[kind_of(i) * different + twin_of(i)]) / rows;
  CHECK(std::abs(found.report.value - value) <= tolerance::loss * value);

  double error = 0, size = 0;
  const auto sample = some_of(rows);
  for (const std::size_t i : sample) {
    const std::size_t g = kind_of(int(i));
    double du[width]{};    // ∂/∂u_i
    for (std::size_t k = 0; k < width; ++k) {
      for (std::size_t h = 0; h < different; ++h) {
        const double both = std::exp(s[g * different + h] - log_sum[g]) + std::exp(s[g * different + h] - log_sum[h]);
        du[k] += (count[h] - double(g == h)) * both * kinds[h * width + k] / temperature / rows;
      }
      du[k] -= 2 * kinds[twin_of(int(i)) * width + k] / temperature / rows;
    }
    for (std::size_t k = 0; k < width; ++k)
      error += std::pow(found.gradient[i * width + k] - du[k], 2), size += du[k] * du[k];
  }
  // where attraction and repulsion cancel, errors are relative to one of them; a row's gradient is a long sum, too
  const double pull = std::sqrt(double(sample.size())) / temperature / rows;
  CHECK(std::sqrt(error) <= (tolerance::gradient(temperature) + tolerance::sums) * std::max(std::sqrt(size), pull));
}

namespace {

constexpr int side = 4096;
using large_image = ct::image<side, side, 3>;
using views = ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::color_jitter>;
template <class Device>
using tiny =
    ct::pipeline<Device, large_image, views, ct::sequential<ct::conv2d<4, 3, 2, 1>, ct::relu, ct::global_average_pool>,
                 ct::mlp<4, 4>, ct::nt_xent>;

std::vector<std::uint8_t> two_images() {
  std::vector<std::uint8_t> pixels(2 * large_image::size);
  for (std::size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = std::uint8_t(i / 3 % side / 16 + i / large_image::size * 90 + i % 3 * 40);
  return pixels;
}

}    // namespace

TEST_CASE("views of 4096 × 4096 pixels are the reference's") {
  const auto pixels = two_images();
  const ct::memory_images<large_image> data{pixels};
  ct::cpu device{{.threads = 2}};
  ct::reference oracle;
  const auto found = ct::view_pixels<views>(device, data), expected = ct::view_pixels<views>(oracle, data);
  int worst = 0;
  for (std::size_t v = 0; v < 2; ++v)
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t p = 0; p < large_image::size; ++p)
        worst = std::max(worst, std::abs(int(found[v][i][p]) - int(expected[v][i][p])));
  CHECK(worst <= 1);    // a rounding to bytes
}

TEST_CASE("a step on images of 4096 × 4096 pixels has the reference's loss and weights") {
  const auto pixels = two_images();
  const ct::memory_images<large_image> data{pixels};
  const auto trained = [&]<class Device>(Device& device) {
    tiny<Device> model({.seed = 1}, device);
    const double loss = model.fit(data, {.epochs = 1, .batch = 2}).loss;
    std::vector<double> all{loss};
    model.each_parameter(
        [&](const std::string&, ct::role, const auto& values) { all.insert(all.end(), values.begin(), values.end()); });
    return all;
  };
  ct::cpu device{{.threads = 2}};
  ct::reference oracle;
  const auto found = trained(device), expected = trained(oracle);
  REQUIRE(found.size() == expected.size());
  double error = 0, size = 0;
  for (std::size_t i = 1; i < found.size(); ++i)
    error += std::pow(found[i] - expected[i], 2), size += expected[i] * expected[i];
  CHECK(std::abs(found[0] - expected[0]) <= tolerance::loss_of_rounded(0.5) + tolerance::loss * expected[0]);
  CHECK(std::sqrt(error / size) <= tolerance::small_network_gradient_float);
}
