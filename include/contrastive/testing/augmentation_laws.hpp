// SPDX-License-Identifier: MIT
#pragma once
// The laws that every augmentation obeys, tried on an augmentation of yours: on a device, and against the reference.
#include <contrastive/augment/view_pass.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/testing/law.hpp>

namespace contrastive::testing {

namespace detail {

template <class B, class A, class In, class E>
struct application {
  tensor<B, In, E> x;
  tensor<B, typename A::template output<In>> y;
  drawn_numbers<B, contrastive::detail::numbers_drawn<A>()> drawn;
  contrastive::detail::constants_of<A, B, In> constants;
  scratch_of<A, B, In> scratch;
  static constexpr void members(auto&& f, auto&... m) {
    f("x", m.x...);
    f("y", m.y...);
    f("drawn", m.drawn...);
    f("constants", m.constants...);
    f("scratch", m.scratch...);
  }
};

template <class B, class T>
std::vector<double> downloaded(B& device, const T& t) {
  std::vector<typename T::element> host(operand_of(t).size());
  device.finish();
  device.download(host.data(), t.data, host.size());
  device.finish();
  return {host.begin(), host.end()};
}

/// Largest |a − b|; infinite for other sizes and for NaN.
inline double largest_distance(const std::vector<double>& a, const std::vector<double>& b) {
  double worst = a.size() == b.size() ? 0 : HUGE_VAL;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const double distance = std::abs(a[i] - b[i]);
    worst = std::isnan(distance) ? HUGE_VAL : std::max(worst, distance);
  }
  return worst;
}

}    // namespace detail

/// The numbers of one view, as `A::draw` returns them.
template <class A>
using numbers_of = std::array<float, std::size_t(contrastive::detail::numbers_drawn<A>())>;

/// What augmentation A makes of images with given numbers instead of drawn ones: for comparing it with another library.
///
/// pixels: (n, h, w, c) of shape In, values in [0, 1], or bytes where A reads them. given: the numbers of each image.
template <class A, class In, class B, class E>
std::vector<double> augmented(B& device, const config_of<A>& config, const std::vector<E>& pixels,
                              const std::vector<numbers_of<A>>& given) {
  memory<B, detail::application<B, A, In, E>> all(device, pixels.size() / In::size);
  auto& [x, y, drawn, constants, scratch] = all.value;
  device.upload(x.data, pixels.data(), pixels.size());
  if constexpr (contrastive::detail::numbers_drawn<A>() > 0) {
    std::vector<float> by_number;
    for (std::size_t k = 0; k < given.at(0).size(); ++k)
      for (const auto& of_image : given) by_number.push_back(of_image[k]);
    device.upload(drawn.data, by_number.data(), by_number.size());
  }
  if constexpr (requires { A::prepare(device, config, constants); }) A::prepare(device, config, constants);
  context<B, training> ctx{device};
  A::apply(ctx, contrastive::detail::augmentation_slot{config, drawn, constants, scratch}, x, y);
  return detail::downloaded(device, y);
}

/// The views of stored images: row v·n + i is view v of samples[i]. pixels: (n, h, w, c), bytes or values in [0, 1].
template <class Views, class In, class B, class E>
std::vector<double> views_of(B& device, const typename Views::config& config, random_key key,
                             const std::vector<int>& samples, const std::vector<E>& pixels) {
  using pass = view_pass<B, In, Views>;
  pass make(device, samples.size(), config);
  memory<B, tensor<B, In, E>> stored(device, samples.size());
  memory<B, typename pass::images> out(device, samples.size() * std::size_t(pass::count));
  device.upload(stored.value.data, pixels.data(), pixels.size());
  make.make(device, key, samples, stored.value, out.value);
  return detail::downloaded(device, out.value);
}

/// The same images without chance, as evaluation sees them.
template <class Views, class In, class B, class E>
std::vector<double> evaluated(B& device, const typename Views::config& config, const std::vector<E>& pixels) {
  using pass = view_pass<B, In, Views>;
  const std::size_t n = pixels.size() / In::size;
  pass make(device, n, config);
  memory<B, tensor<B, In, E>> stored(device, n);
  memory<B, typename pass::images> out(device, n);
  device.upload(stored.value.data, pixels.data(), pixels.size());
  make.evaluate(device, stored.value, out.value);
  return detail::downloaded(device, out.value);
}

struct augmentation_law_options {
  int images = 24, draws = 10000;
  random_key key{.seed = 1, .epoch = 7};
  double pixels = 0.01 / 255;    // allowed between the device and the reference: a hundredth of a gray level
};

namespace detail {

template <class A, class In, class Device>
struct augmentation_trial {
  using set = n_views<2, A>;
  using stored = std::vector<contrastive::detail::stored_of<In>>;
  static constexpr std::size_t one = A::template output<seen_as<In>>::size;    // values of a view
  Device& device;
  const config_of<A>& config;
  augmentation_law_options o;
  typename set::config configs{};
  stored pixels{};
  std::vector<int> samples{};
  std::vector<double> both{};
  laws tried{};

  void begin() {
    configs.template of<A>() = config;
    random_stream random = o.key.stream(purpose::test, 0);
    for (int i = 0; i < o.images; ++i) samples.push_back(1000 + 3 * i);
    for (std::size_t i = 0; i < samples.size() * In::size; ++i) pixels.push_back(one_of(random));
    both = made(device, o.key, samples, pixels);
  }
  static contrastive::detail::stored_of<In> one_of(random_stream& random) {
    if constexpr (Image<In>) return contrastive::detail::stored_of<In>(random.below(256));
    else if constexpr (requires { In::words; })
      return contrastive::detail::stored_of<In>(random.below(std::uint32_t(In::words)));
    else return contrastive::detail::stored_of<In>(random.normal());
  }
  std::vector<double> made(auto& on, random_key key, const auto& numbered, const auto& of) const {
    return views_of<set, In>(on, configs, key, numbered, of);
  }
  std::size_t half() const { return both.size() / 2; }
  std::vector<double> part(std::size_t from, std::size_t count) const {
    return {both.begin() + std::ptrdiff_t(from), both.begin() + std::ptrdiff_t(from + count)};
  }

  void shape_and_values() {
    const auto finite = std::count_if(both.begin(), both.end(), [](double v) { return std::isfinite(v); });
    tried.push_back({"its output has the shape that its rule says",
                     std::abs(double(both.size()) - double(2 * samples.size() * one)), 0});
    tried.push_back({"its pixels are finite", double(both.size()) - double(finite), 0});
  }
  void addresses() {
    tried.push_back(
        {"the same address makes the same pixels", largest_distance(made(device, o.key, samples, pixels), both), 0});
    const stored last(pixels.end() - std::ptrdiff_t(In::size), pixels.end());
    auto alone = made(device, o.key, std::vector{samples.back()}, last);
    alone.resize(one);
    tried.push_back({"an image's pixels do not depend on the others of its batch",
                     largest_distance(alone, part(half() - one, one)), 0});
    if constexpr (contrastive::detail::Draws<A>) {
      const random_key later{.seed = o.key.seed, .epoch = o.key.epoch + 1};
      tried.push_back({"another view makes other pixels", part(0, half()) == part(half(), half()) ? 1. : 0., 0});
      tried.push_back({"another epoch makes other pixels", made(device, later, samples, pixels) == both ? 1. : 0., 0});
    }
  }
  void bounds() {
    if constexpr (requires(numbers_of<A> drawn) { A::within(config, image_size{}, drawn); }) {
      law outside{"its numbers are within their bounds", 0, 0};
      for (std::uint32_t i = 0; i < std::uint32_t(o.draws); ++i) {
        random_stream random = o.key.stream(purpose::augment, 0, i);
        const numbers_of<A> drawn = A::draw(config, random, contrastive::detail::image_size_of<In>);
        if (!A::within(config, contrastive::detail::image_size_of<In>, drawn))
          ++outside.found, outside.where = "sample " + std::to_string(i);
      }
      tried.push_back(outside);
    }
  }
  void against_reference() {
    reference oracle;
    tried.push_back({"the device's pixels are the reference's",
                     largest_distance(both, made(oracle, o.key, samples, pixels)), o.pixels});
  }
};

}    // namespace detail

/// Tries every law on augmentation A for samples In, images or others: nothing is thrown for a law that is broken.
///
///     for (const auto& law : ct::testing::augmentation_laws<my_augmentation, ct::image<9, 7, 3>>(device))
///       CHECK(law.holds());
///
/// Bounds are tried where A says them:
/// `static bool within(const config&, image_size, const std::array<float, N>& numbers)`.
template <class A, SampleShape In, class Device>
laws augmentation_laws(Device& device, const config_of<A>& config = {}, const augmentation_law_options& options = {}) {
  detail::augmentation_trial<A, In, Device> trial{device, config, options};
  trial.begin();
  trial.shape_and_values();
  trial.addresses();
  trial.bounds();
  trial.against_reference();
  return trial.tried;
}

}    // namespace contrastive::testing
