// SPDX-License-Identifier: MIT
#pragma once
// What the survey's generative methods share: views that a decoder can make, and pictures of what it makes.
#include "learn.hpp"

namespace survey {

template <class X, class Head, class Encoder = encoder>
using plain_model = ct::pipeline<device, sample, ct::n_views<1>, Encoder, Head, X, ct::adam>;
using decoder = ct::small_decoder<sample>;

inline void add_pictures(session& s, const std::string& title, const ct::matrix& images) {
  gallery_row row{title};
  for (std::size_t i = 0; i < images.rows(); ++i) row.pictures.push_back(pixels_of(images.row(i)));
  s.found.gallery.push_back(std::move(row));
}
constexpr std::size_t pictures = 16;
inline void add_test_images(session& s) {
  gallery_row row{"Test images"};
  for (std::size_t i = 0; i < pictures; ++i) ct::read_sample(s.data.test(), i, row.pictures.emplace_back(sample::size));
  s.found.gallery.push_back(std::move(row));
}
inline void add_samples(session& s, const std::string& title, const auto& model) {
  add_pictures(s, title + ": of random codes", ct::generate(model, int(pictures), s.asked.seed));
}
inline void add_rebuilt(session& s, const std::string& title, const auto& model) {
  add_pictures(s, title + ": rebuilt", ct::reconstruct(model, ct::first(s.data.test(), pictures)));
}

}    // namespace survey
