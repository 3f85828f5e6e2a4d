// SPDX-License-Identifier: MIT
// Laws of methods of several parts, on every backend: MoCo (twin, queue), SimSiam (predictor), a VAE (decoder, noise).
#include <contrastive/train/callbacks/checkpoints.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/methods.hpp"
#include "support/temporary_folder.hpp"
#include "support/tolerance.hpp"

#include <algorithm>
#include <cmath>

using namespace methods_test;

namespace {

template <class Pipeline>
void has_the_losses_of_the_reference(const char* name) {
  const auto found = few_losses<Pipeline>();
  const auto expected = golden("methods")[name].values;    // of the reference, which is held to them as well
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO(name << ", step " << i << ": " << found[i] << ", the reference " << expected[i]);
    CHECK(std::abs(found[i] - expected[i]) < tolerance::few_steps * std::max(1., std::abs(expected[i])));
  }
}

/// Everything that a step leaves to the next, of every part.
template <class Pipeline>
std::map<std::string, std::vector<double>> state_of(Pipeline& model) {
  using element = typename Pipeline::types::element;
  std::map<std::string, std::vector<double>> all;
  auto& device = model.device();
  model.parts().each_part([&](auto& part) {
    part.each_array([&](const std::string& name, const auto& column) {
      std::vector<element> host(column.size());
      device.download(host.data(), column.data, host.size());
      all[name] = {host.begin(), host.end()};
    });
  });
  return all;
}

template <class Pipeline>
void resumes_to_the_same_bits() {
  const auto data = ct::unlabeled(ct::first(images(), 48));
  const ct::fit_options options{.epochs = 2, .batch = 16};
  const temporary_folder folder;
  std::vector<double> straight, pieces;
  Pipeline one{{.seed = 5}};
  (void)one.fit(data, options, recorder{straight});
  for (const int stop : {1, 2, -1}) {    // inside an epoch, at its end, never
    Pipeline other{{.seed = 5}};
    (void)other.fit(data, options, recorder{pieces, stop}, ct::checkpoints{folder.path()});
    if (stop < 0) CHECK(state_of(other) == state_of(one));
  }
  CHECK(pieces == straight);
  auto copy = one.clone();
  CHECK(state_of(copy) == state_of(one));
}

}    // namespace

TEST_CASE("the losses of 8 steps of a method are those of the reference") {
  has_the_losses_of_the_reference<moco<device>>("moco");
  has_the_losses_of_the_reference<simsiam<device>>("simsiam");
  has_the_losses_of_the_reference<vae<device>>("vae");
}

TEST_CASE("a method that is stopped and resumed equals one that never stopped, and its clone, bit for bit") {
  resumes_to_the_same_bits<moco<device>>();
  resumes_to_the_same_bits<simsiam<device>>();
  resumes_to_the_same_bits<vae<device>>();
}
