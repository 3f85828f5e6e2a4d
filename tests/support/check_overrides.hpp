// SPDX-License-Identifier: MIT
#pragma once
// Walks a device's list of overrides, phase by phase: each is chosen for its example, and does what the generic body does.
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/testing/augmentation_laws.hpp>
#include <contrastive/testing/backend_laws/gemm.hpp>
#include <contrastive/testing/loss_laws.hpp>

#include "support/augmentation.hpp"
#include "support/check_network.hpp"
#include "support/two_sets.hpp"

namespace overrides_support {

namespace ct = contrastive;

/// An override's example; one that serves several devices has `template <class Device> using example`.
template <class Override, class Device>
struct example_of {
  using type = typename Override::example;
};
template <class Override, class Device>
  requires requires { typename Override::template example<Device>; }
struct example_of<Override, Device> {
  using type = typename Override::template example<Device>;
};

// ---- chosen: by the list, and by the room that asks ----------------------------------------------------------------------

template <class Device, class Phase, class Answer>
struct asking {
  template <class... L>
  using net = ct::sequential<L...>;
  template <class V, class... L>
  using first_link = typename ct::program_of<net<L...>, V, Phase, ct::ending::open>::template link<0>;

  template <class V, class... L>
  static constexpr bool finds(ct::asked::layers<V, L...>) {
    using first = first_link<V, L...>;
    return std::is_same_v<typename first::step, Answer> && first::count == sizeof...(L);
  }
  template <class V>
  static constexpr bool finds(ct::asked::packing<V>) {    // before a layer that reads the device's own form
    return std::is_same_v<typename first_link<V, ct::conv2d<32, 3>>::step, Answer>;
  }
  template <class V>
  static constexpr bool finds(ct::asked::unpacking<V>) {    // before a layer of which the device knows nothing
    return std::is_same_v<typename first_link<V, ct::swish>::step, Answer>;
  }
  template <class L>
  static constexpr bool finds(ct::asked::pair_loss<L>) {
    return std::is_same_v<typename ct::detail::pairwise<L>::template engine<Device>, Answer>;
  }
  template <class L>
  static constexpr bool finds(ct::asked::strip_loss<L>) {
    return std::is_same_v<ct::detail::strip_judge<ct::context<Device, Phase>, L, void>, Answer>;
  }
  template <class E>
  static constexpr bool finds(ct::asked::product<E>) {    // the verb asks it for each call: a check counts them
    return std::is_same_v<typename Device::element, E>;
  }
  template <class In, class... A>
  static constexpr bool finds(ct::asked::augmentations<In, A...>) {
    return ct::view_pass<Device, In, ct::views<A...>>::generic_augmentations == 0;
  }
};
template <class Device, class Phase, class Override>
constexpr bool is_chosen() {
  using example = typename example_of<Override, Device>::type;
  using answer = ct::answer<Override, example>;
  return std::is_same_v<ct::detail::answer_of<Device, Phase, example>, answer> &&
         asking<Device, Phase, answer>::finds(example{});
}
template <class Device, class Phase, class... Override>
constexpr bool all_chosen(ct::type_list<Override...>) {
  return (is_chosen<Device, Phase, Override>() && ...);
}
/// Every override that the device offers in a phase is chosen for its example.
template <class Device, class Phase>
constexpr bool each_is_chosen = all_chosen<Device, Phase>(typename Device::template overrides<Phase>{});

// ---- and equal: in training, in phase fixed and in inference, to the reference's generic bodies in double ------------------------------------

template <class Net, class In>
void check_all_phases(auto& device, double share) {
  check_network_on<Net, In>(device, 5, share);
  check_fixed_on<Net, In>(device, 5, share);
}
template <class V, class... L>
void check_example(auto& device, double share, ct::asked::layers<V, L...>) {
  check_all_phases<ct::sequential<L...>, typename V::shape>(device, share);
}
template <class V>
void check_example(auto& device, double share, ct::asked::packing<V>) {
  using layers = ct::sequential<ct::conv2d<32, 3>, ct::swish>;    // packed, and unpacked behind the convolution
  check_all_phases<layers, typename V::shape>(device, share);
}
template <class V>
void check_example(auto& device, double share, ct::asked::unpacking<V>) {
  using layers = ct::sequential<ct::conv2d<V::shape::channels, 3>, ct::batch_norm, ct::relu>;
  check_all_phases<layers, typename V::shape>(device, share);
}
template <class L>
void check_example(auto& device, double, ct::asked::pair_loss<L>) {
  for (const auto& law : ct::testing::loss_laws<L, 16>(device)) {
    INFO(law.name << ": " << law.found << ", allowed " << law.bound);
    CHECK(law.holds());
  }
}
template <class L>
void check_example(auto& device, double, ct::asked::strip_loss<L>) {    // one example speaks for both losses
  namespace of = two_sets_support;
  const auto q = of::unit_rows(130, 1), k = of::unit_rows(151, 2);
  ct::reference oracle;
  const auto equal = [](const of::found& here, const of::found& there, double of_gradient) {
    CHECK(relative_difference(here.value, there.value) <= tolerance::loss);
    CHECK(relative_rms(here.dq, there.dq) <= of_gradient);
    CHECK(relative_rms(here.dk, there.dk) <= of_gradient);
    CHECK(relative_difference(here.dt, there.dt) <= tolerance::sums);
    CHECK(max_abs_difference(here.figure, there.figure) <= tolerance::measures);
  };
  equal(of::info_nce_on(device, q, k, 0.2), of::info_nce_on(oracle, q, k, 0.2), tolerance::gradient(0.2));
  equal(of::sigmoid_on(device, q, k, 10, -10), of::sigmoid_on(oracle, q, k, 10, -10), tolerance::gradient(0.1));
}
template <class E>
void check_example(auto& device, double, ct::asked::product<E>) {
  namespace of = ct::testing::laws_of_backends;
  const ct::testing::backend_law_options o;
  for (const auto& law : {of::gemm_in_four_transpositions(device, o), of::gemm_adds_up_long_depths(device, o)}) {
    INFO(law.name << ": " << law.found << ", allowed " << law.bound);
    CHECK(law.holds());
  }
}
template <class In, class... A>
void check_example(auto& device, double, ct::asked::augmentations<In, A...>) {
  using views = ct::views<A...>;
  ct::reference oracle;
  const auto samples = augmentation_support::numbered(70, 9);
  const auto x = augmentation_support::random_pixels(samples.size() * In::size);
  const ct::random_key key{.seed = 5, .epoch = 2};
  const auto views_on = [&](auto& on) { return ct::testing::views_of<views, In>(on, {}, key, samples, x); };
  CHECK(max_abs_difference(views_on(device), views_on(oracle)) < tolerance::augmentation);
  const auto plain_on = [&](auto& on) { return ct::testing::evaluated<views, In>(on, {}, x); };
  CHECK(max_abs_difference(plain_on(device), plain_on(oracle)) < tolerance::augmentation);
}

template <class Device, class... Override>
void check_examples(Device& device, double share, ct::type_list<Override...>) {
  (check_example(device, share, typename example_of<Override, Device>::type{}), ...);
}

/// Every second override of a list, from the first or from the second on: a unit for each compiles in half the time.
template <std::size_t From, class Device, class... Override>
void check_half_of_examples(Device& device, double share, ct::type_list<Override...>) {
  const auto look = [&]<class O, std::size_t I>() {
    if constexpr (I % 2 == From) check_example(device, share, typename example_of<O, Device>::type{});
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (look.template operator()<Override, I>(), ...);
  }(std::index_sequence_for<Override...>{});
}

}    // namespace overrides_support
