// SPDX-License-Identifier: MIT
#pragma once
// What a layer sees: images that excite units of a frozen encoder most (Erhan et al. 2009), by Adam on their slope.
#include <contrastive/augment/view_pass.hpp>
#include <contrastive/data/dataset_concepts.hpp>
#include <contrastive/excite/aims.hpp>
#include <contrastive/excite/easel.hpp>
#include <contrastive/optim/adam.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace contrastive {

/// How images are found. The defaults suit images of 28 to 64 pixels a side; lucid's, for 128, differ where it says so.
struct excite_settings {
  int steps = 256;
  // lucid: 0.05, no decay, 512 steps; what is once white all over has hardly a slope, and decay brings it back
  adam::config optimizer{.learning_rate = 0.1, .weight_decay = 0.02};
  looks look{};                     // where each step stands before the image
  double total_variation = 0.03;    // of neighbors, beside an excitation whose slope has a mean square of 1
  double noise = 1;                 // deviation of the numbers that images begin with (lucid: 0.01)
  int starts = 2;                   // the best image of so many begun from other noise (lucid: 1)
  int redirected_steps = 16;        // first steps in which a unit behind a relu that is silent is woken (lucid's)
  int images_at_once = 64;
  std::uint64_t seed = 1;
};

/// Images, one for each unit of an aim.
struct excited {
  matrix images;                     // (units, h·w·c) in [0, 1], before the views normalize them
  std::vector<double> activation;    // (units): what the image as it is makes of its unit
  matrix curve;                      // (units, steps): what each step's look made of it
};

namespace detail {

inline void validate(const excite_settings& s) {
  adam::validate(s.optimizer);
  validate(s.look);
  if (s.steps < 0 || s.redirected_steps < 0 || s.starts < 1 || s.starts > 4096 || s.images_at_once < 1)
    throw argument_error(
        "excite takes 0 steps or more, redirects in 0 or more, starts 1 to 4096 times and paints 1 "
        "image or more at once; found " +
        std::to_string(s.steps) + ", " + std::to_string(s.redirected_steps) + ", " + std::to_string(s.starts) +
        " and " + std::to_string(s.images_at_once));
  require_from_zero("excite", "total_variation", s.total_variation);
  require_from_zero("excite", "noise", s.noise);
}

/// What is drawn for the image of a unit, whatever images stand beside it.
inline random_stream stream_of(std::uint64_t seed, purpose what, int start, int step, std::uint32_t number) {
  return {
      seed,
      {.what = what, .place = 0xfffd, .epoch = std::uint32_t(step), .sample = number, .view = std::uint32_t(start)}};
}

/// Weights of units first … first + count − 1, (count, outputs).
template <class Out>
std::vector<double> weights_of(const Aim auto& aim, std::size_t first, std::size_t count) {
  std::vector<float> one(Out::size);
  std::vector<double> all;
  for (std::size_t u = first; u < first + count; ++u) {
    std::fill(one.begin(), one.end(), 0.f);
    aim.template weigh<Out>(u, std::span<float>(one));
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

/// The images of units first … first + count − 1.
template <class Easel, class In>
class painter {
 public:
  painter(Easel& easel, const Aim auto& aim, std::size_t first, std::size_t count, const excite_settings& s)
      : easel_(easel), settings_(s), weights_(weights_of<typename Easel::Out>(aim, first, count)) {
    for (std::size_t u = first; u < first + count; ++u) numbers_.push_back(aim.number(u));
  }

  /// All steps of one start: the easel holds the images and their activations, and each row of `curve` what its look
  /// at each step made.
  void paint(int start, matrix& curve) {
    easel_.lay_out(numbers_.size());
    easel_.begin(noise(start), weights_);
    for (int number = 0; number < settings_.steps; ++number) {
      step(start, number);
      const auto now = easel_.values();
      for (std::size_t u = 0; u < now.size(); ++u) curve(u, std::size_t(number)) = float(now[u]);
    }
    easel_.paint();
    easel_.look_straight();
  }

 private:
  void step(int start, int number) {
    easel_.paint();
    easel_.look(places(start, number));
    easel_.back_to_image(number < settings_.redirected_steps, reach_of(settings_.look));
    easel_.scale_slope();
    easel_.add_roughness(settings_.total_variation);
    easel_.back_to_numbers();
    easel_.template climb<adam>(settings_.optimizer, number);
  }
  std::vector<double> noise(int start) const {
    std::vector<double> all;
    for (const std::uint32_t n : numbers_) {
      random_stream random = stream_of(settings_.seed, purpose::noise, start, 0, n);
      for (std::size_t i = 0; i < In::size; ++i) all.push_back(settings_.noise * random.normal());
    }
    return all;
  }
  std::vector<double> places(int start, int step) const {
    std::vector<double> all;
    for (const std::uint32_t n : numbers_) {
      const auto one = draw_look(settings_.look, stream_of(settings_.seed, purpose::augment, start, step, n),
                                 In::height, In::width);
      all.insert(all.end(), one.begin(), one.end());
    }
    return all;
  }

  Easel& easel_;
  const excite_settings& settings_;
  std::vector<double> weights_;
  std::vector<std::uint32_t> numbers_;
};

template <int Depth, class Paint, class Device, class Sample, class Views, class Encoder, class Feature>
excited excite(const frozen<Device, Sample, Views, Encoder, Feature>& encoder, const Aim auto& aim,
               const excite_settings& s) {
  using In = typename Views::template output<Sample>;
  using easel_type = easel<Device, Encoder, In, Depth, Paint>;
  validate(s);
  const std::size_t units = aim.units(), most = std::min(units, std::size_t(s.images_at_once));
  excited found{matrix(units, In::size), std::vector<double>(units, -HUGE_VAL), matrix(units, std::size_t(s.steps))};
  if (units == 0) return found;
  easel_type easel(encoder.device(), most, encoder.slots(), scale_of_views<Views, In>(encoder.views()));
  matrix curve(most, std::size_t(s.steps));
  for (std::size_t first = 0; first < units; first += most) {
    const std::size_t count = std::min(most, units - first);
    painter<easel_type, In> images(easel, aim, first, count, s);
    for (int start = 0; start < s.starts; ++start) {
      images.paint(start, curve);
      const auto painted = easel.painted(), reached = easel.values();
      for (std::size_t u = 0; u < count; ++u)
        if (start == 0 || reached[u] > found.activation[first + u]) {
          found.activation[first + u] = reached[u];
          std::copy_n(painted.begin() + std::ptrdiff_t(u * In::size), In::size, found.images.row(first + u).begin());
          std::ranges::copy(curve.row(u), found.curve.row(first + u).begin());
        }
    }
  }
  return found;
}

}    // namespace detail

/// Images that excite the units of an aim behind the first Depth layers of a frozen encoder: gradient ascent on the
/// numbers that Paint makes images of, with running statistics, through a look that moves in each step.
///
/// The same seed gives the same image bit for bit, with any number of threads; what is drawn depends on seed, step and
/// the unit's number alone. The encoder does not change. Throws argument_error for settings out of range and for units
/// that the layer has not.
///
///     const auto encoder = model.freeze();
///     const ct::excited seen = ct::excite<12>(encoder, ct::aim::channels::first(8), {.steps = 256});
///     const auto pixels = ct::excite<12, ct::paint::pixel>(encoder, ct::aim::channels{{3}});
template <int Depth, class Paint = paint::fourier, class Device, SampleShape Sample, class Views, class Encoder,
          class Feature>
excited excite(const frozen<Device, Sample, Views, Encoder, Feature>& encoder, const Aim auto& aim,
               const excite_settings& settings = {}) {
  if constexpr (detail::can_excite<Encoder, Sample, Depth>())
    return detail::excite<Depth, Paint>(encoder, aim, settings);
  else return {};
}

/// The same for the first channels of the last maps that an encoder has: what its last convolutions look for.
template <class Paint = paint::fourier, class Device, SampleShape Sample, class Views, class Encoder, class Feature>
excited excite_last_maps(const frozen<Device, Sample, Views, Encoder, Feature>& encoder, int channels,
                         const excite_settings& settings = {}) {
  constexpr int depth = detail::depth_of_last_maps<Encoder, typename Views::template output<Sample>>();
  if constexpr (depth == 0) return detail::refuse<detail::encoder_has_maps<Encoder>>(), excited{};
  else return excite<depth, Paint>(encoder, aim::channels::first(channels), settings);
}

}    // namespace contrastive
