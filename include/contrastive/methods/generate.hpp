// SPDX-License-Identifier: MIT
#pragma once
// Images out of a trained decoder: of drawn codes, of codes of yours, and of the codes of images.
#include <contrastive/methods/decoder_fits.hpp>
#include <contrastive/model/outputs.hpp>

namespace contrastive {

namespace detail {
/// A model whose method says which of its parts makes images of codes.
template <class Model>
concept HasDecoder = requires(const Model& m) { m.parts().images_of_codes().net(); };

/// The first of encoder and head's outputs are a code that its decoder reads.
template <class Model>
concept HasCodes = HasDecoder<Model> && Model::parts_type::encodes;

template <class Model>
using decoder_of = std::remove_cvref_t<decltype(std::declval<const Model&>().parts().images_of_codes())>;
template <class Model>
inline constexpr std::size_t code_size_of = shape_of<typename decoder_of<Model>::input>::size;
}    // namespace detail

/// What the model's decoder makes of codes in inference: (rows, code) to (rows, h·w·c), in the views' units: in [0, 1]
/// unless they normalize. Throws argument_error where the codes have another length.
template <detail::HasDecoder Model>
matrix decode(const Model& model, const matrix& codes, int rows_at_once = 256) {
  using decoder = detail::decoder_of<Model>;
  using Device = typename decoder::device_type;
  using element = typename Device::element;
  using pass_type = inference_pass<Device, typename decoder::net_type, shape_of<typename decoder::input>>;
  constexpr std::size_t size = detail::code_size_of<Model>, pixels = shape_of<typename pass_type::output>::size;
  if (codes.columns() != size || rows_at_once < 1)
    throw argument_error("this decoder takes codes of " + std::to_string(size) + " numbers, some rows at once; found " +
                         std::to_string(codes.columns()) + " numbers, " + std::to_string(rows_at_once) +
                         " rows at once");
  auto& device = model.device();
  const auto& net = model.parts().images_of_codes().net();
  const std::size_t most = std::min(std::size_t(rows_at_once), std::max<std::size_t>(codes.rows(), 1));
  pass_type pass(device, most);
  memory<Device, pack<typename decoder::input>> input(device, most);
  std::vector<element> from(most * size), to(most * pixels);
  matrix images(codes.rows(), pixels);
  for (std::size_t first = 0; first < codes.rows(); first += most) {
    const std::size_t count = std::min(most, codes.rows() - first);
    input.lay_out(device, count);
    std::copy_n(codes.data() + first * size, count * size, from.begin());
    device.upload(part<0>(input.value).data, from.data(), count * size);
    pass(device, part<0>(input.value), net.parameters.value, net.statistics.value, net.config);
    device.download(to.data(), pass.y().data, count * pixels);
    std::copy_n(to.begin(), count * pixels, images.data() + first * pixels);
  }
  return images;
}

/// Images of `count` codes of standard normal numbers: (count, h·w·c), as decode(). The same seed gives the same codes,
/// and the first of many are those of few.
template <detail::HasDecoder Model>
matrix generate(const Model& model, int count, std::uint64_t seed = 1) {
  if (count < 0) throw argument_error("generate makes 0 images or more; asked for " + std::to_string(count));
  matrix codes(std::size_t(count), detail::code_size_of<Model>);
  for (std::size_t r = 0; r < codes.rows(); ++r) {
    random_stream random{seed, {.what = purpose::noise, .place = 0xfffe, .sample = std::uint32_t(r)}};
    for (float& x : codes.row(r)) x = float(random.normal());
  }
  return decode(model, codes);
}

/// What the model makes of images without chance: each to its code (of a distribution the mean) and back, (n, h·w·c),
/// as decode().
template <detail::HasCodes Model, Dataset Data>
matrix reconstruct(const Model& model, const Data& data, int rows_at_once = 256) {
  const matrix all = outputs(model, data, rows_at_once);
  matrix codes(all.rows(), detail::code_size_of<Model>);
  for (std::size_t r = 0; r < codes.rows(); ++r) std::copy_n(all.row(r).begin(), codes.columns(), codes.row(r).begin());
  return decode(model, codes, rows_at_once);
}

}    // namespace contrastive
