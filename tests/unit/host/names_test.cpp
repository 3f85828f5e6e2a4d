// SPDX-License-Identifier: MIT
// The encoders' parameters and statistics have torchvision's names, shapes and order: its files can be loaded.
#include <contrastive/backend/reference.hpp>
#include <contrastive/models/resnet.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/models/vgg.hpp>

#include "support/catch.hpp"
#include "support/golden.hpp"

namespace ct = contrastive;
using ct::large_images;

namespace {

using entries = std::vector<std::pair<std::string, std::vector<int>>>;

/// PyTorch's extents: (k, c, r, s) for filters, (k, c) for matrices, (c) for vectors.
template <class S>
std::vector<int> torch_shape(bool one_per_channel) {
  if (one_per_channel) return {S::channels};
  return {S::rows, S::channels, S::height, S::width};
}
template <class Net, class Set>
entries listed() {
  entries found;
  Set set;
  ct::visit<Net>(
      [&](const ct::path& name, auto& p) {
        found.emplace_back(name.text, torch_shape<ct::shape_of<decltype(p)>>(p.what != ct::role::weight));
      },
      ct::path{}, set);
  return found;
}
entries torchvision(const std::string& model, bool state) {
  entries expected;
  for (const auto& entry : golden_names(model)) {
    const bool classifier = entry.path.rfind("fc.", 0) == 0 || entry.path.rfind("classifier.", 0) == 0;
    const bool counter = entry.path.find("num_batches_tracked") != entry.path.npos;
    if (!classifier && !counter && entry.is_state() == state) expected.emplace_back(entry.path, entry.shape);
  }
  return expected;
}
template <class Net>
void has_names_of(const std::string& model) {
  using In = ct::image<64, 64, 3>;
  CHECK(listed<Net, ct::params_of<Net, ct::reference, In>>() == torchvision(model, false));
  CHECK(listed<Net, ct::state_of<Net, ct::reference, In>>() == torchvision(model, true));
}

}    // namespace

TEST_CASE("ResNets have torchvision's parameters: names, shapes, order") {
  has_names_of<ct::resnet18<large_images>>("resnet18");
  has_names_of<ct::resnet34<large_images>>("resnet34");
  has_names_of<ct::resnet50<large_images>>("resnet50");
}

TEST_CASE("VGG-16 has torchvision's parameters: names, shapes, order") {
  has_names_of<ct::vgg16<>>("vgg16");
  has_names_of<ct::vgg16_bn<>>("vgg16_bn");
}

TEST_CASE("the stem for small images changes one filter and no name") {
  using In = ct::image<32, 32, 3>;
  const auto small = listed<ct::resnet18<>, ct::params_of<ct::resnet18<>, ct::reference, In>>();
  auto large = torchvision("resnet18", false);
  CHECK(small[0] == entries::value_type{"conv1.weight", {64, 3, 3, 3}});
  large[0].second = {64, 3, 3, 3};
  CHECK(small == large);
}

TEST_CASE("unnamed layers are called by their number") {
  using net = ct::small_convnet<4>;
  const auto found = listed<net, ct::params_of<net, ct::reference, ct::image<28, 28, 1>>>();
  CHECK(found[0].first == "0.weight");
  CHECK(found[1].first == "1.weight");
  CHECK(found[2].first == "1.bias");
  CHECK(found.back().first == "16.bias");
}

TEST_CASE("a network's configuration reaches every layer of a type") {
  using net = ct::resnet50<>;
  ct::network_config<net> config;
  int changed = 0;
  config.all<ct::batch_norm>([&](auto& c) { c.momentum = 0.01, ++changed; });
  CHECK(changed == 53);
  CHECK(ct::part<1>(ct::part<0>(config)).momentum == 0.01);
}

TEST_CASE("layers without a name are called by their numbers, however many there are") {
  CHECK(std::string(ct::detail::digits<0>) == "0");
  CHECK(std::string(ct::detail::digits<9>) == "9");
  CHECK(std::string(ct::detail::digits<10>) == "10");
  CHECK(std::string(ct::detail::digits<99>) == "99");
  CHECK(std::string(ct::detail::digits<100>) == "100");
  CHECK(std::string(ct::detail::digits<987>) == "987");
}
