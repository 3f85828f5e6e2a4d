// SPDX-License-Identifier: MIT
#pragma once
// A small decoder for small images: small_convnet the other way round.
#include <contrastive/net/sequential.hpp>
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/nn/unflatten.hpp>
#include <contrastive/nn/upsample.hpp>

namespace contrastive {

namespace detail {
template <class Image, int Width>
struct small_decoder_of {
  static_assert(Image::height % 4 == 0 && Image::width % 4 == 0,
                "a small_decoder doubles an image twice: height and width of the image are multiples of four");
  using type = sequential<linear<(Image::height / 4) * (Image::width / 4) * 4 * Width>, relu,
                          unflatten<Image::height / 4, Image::width / 4, 4 * Width>,    // (n, h/4, w/4, 4 · Width)
                          upsample<2>, conv2d<2 * Width, 3>, batch_norm, relu,          // (n, h/2, w/2, 2 · Width)
                          upsample<2>, conv2d<Width, 3>, batch_norm, relu,              // (n, h, w, Width)
                          conv2d<Image::channels, 3, 1, 1, bias::yes>>;                 // (n, h, w, c)
};
}    // namespace detail

/// Vectors to images of that shape, of any value: a linear layer, then two times nearest enlargement and a 3×3
/// convolution. Height and width are multiples of four.
///
///     using vae = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, ct::n_views<1>, ct::small_convnet<>, ct::linear<2 * 32>,
///                              ct::vae<ct::small_decoder<ct::image<28, 28, 1>>>, ct::adam>;
template <class Image, int Width = 32>
using small_decoder = typename detail::small_decoder_of<Image, Width>::type;

}    // namespace contrastive
