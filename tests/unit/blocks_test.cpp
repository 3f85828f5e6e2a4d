// SPDX-License-Identifier: MIT
// Residual blocks equal torchvision's, obey the laws of layers, and keep the names of their parameters.
#include <contrastive/models/resnet.hpp>
#include <contrastive/testing/layer_laws.hpp>

#include "support/layer_golden.hpp"

namespace ct = contrastive;
using ct::identity, ct::image, ct::projection;

namespace {

constexpr bounds block{tolerance::block_float, tolerance::block_float};

template <class Block, class In>
void equals_block(const std::string& name) {
  const golden g = golden{"residual"}.of(name);
  const auto t = golden_trial<Block, In>(g);
  check_pass(*t, g, block);
  for (const auto& [path, values] : t->statistics()) check_close(path, values, g[path], tolerance::running_statistics);
}

}    // namespace

TEST_CASE("basic blocks equal torchvision's") {
  equals_block<ct::basic_block<3, 1, identity>, image<5, 3, 3>>("basic");
  equals_block<ct::basic_block<4, 2, projection<4, 2>>, image<5, 6, 2>>("basic_projected");
}

TEST_CASE("bottlenecks equal torchvision's") {
  equals_block<ct::bottleneck<2, 1, identity>, image<3, 3, 8>>("bottleneck");
  equals_block<ct::bottleneck<2, 2, projection<8, 2>>, image<5, 5, 3>>("bottleneck_projected");
}

TEST_CASE("blocks obey the laws of layers") {
  const ct::testing::layer_law_options o{.values = tolerance::block_float,
                                         .gradients = tolerance::block_float,
                                         .differences = tolerance::finite_differences_of_net};
  const auto obeys = [](const ct::testing::laws& tried) {
    for (const auto& law : tried) {
      INFO(ct::testing::text_of(law));
      CHECK(law.holds());
    }
  };
  obeys(ct::testing::layer_laws<ct::basic_block<3, 1, identity>, image<5, 3, 3>>(shared_device(), o));
  obeys(ct::testing::layer_laws<ct::bottleneck<2, 2, projection<8, 2>>, image<5, 5, 3>>(shared_device(), o));
}
