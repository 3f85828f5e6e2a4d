// SPDX-License-Identifier: MIT
#pragma once
// Laws of reduce: every set of axes, long ranges, and that it is the adjoint of broadcasting.
#include <contrastive/testing/backend_laws/experiment.hpp>

namespace contrastive::testing::laws_of_backends {

/// The axes of `extents` outside `kept` are folded.
inline index4 folded(index4 extents, unsigned kept) { return only(extents, all_axes & ~kept); }

/// The fold of x · b over all axes but those in `kept`, where b is one number for each channel.
template <fold F, class B>
values fold_of(B& device, index4 extents, unsigned kept, std::uint64_t seed) {
  const index4 result = only(extents, kept), channels = only(extents, 8);
  auto x = store(device, normal_numbers(extents.size(), seed)),
       b = store(device, normal_numbers(channels.size(), seed, 1));
  auto out = store(device, values(result.size()));
  device.template reduce<F>(result, folded(extents, kept), laid_out(out.data, result),
                            (term(x, extents) * term(b, channels)).tree);
  return out.read(device);
}

template <fold F, class B>
void laws_of_axes(laws& tried, B& device, const std::string& name, double bound, const backend_law_options& o) {
  trial_of_law few(name + " over every set of axes", bound), many(name + " over long ranges", bound);
  const auto try_one = [&](trial_of_law& tries, index4 extents, unsigned kept) {
    tries.add(distance(device, [&](auto& d) { return fold_of<F>(d, extents, kept, o.seed); }),
              text_of(extents) + " to " + text_of(only(extents, kept)));
  };
  random_stream random{o.seed, {.what = purpose::test, .place = 4}};
  for (int shape = 0; shape < o.shapes; ++shape) {
    const index4 extents = random_extents(random, 7);
    for (unsigned kept = 0; kept < 16; ++kept) try_one(few, extents, kept);
  }
  constexpr unsigned n = 1, h = 2, w = 4, c = 8;
  try_one(many, {30011, 1, 1, 3}, c);           // rows
  try_one(many, {1, 1, 1, 70001}, 0);           // a line
  try_one(many, {3, 1, 1, 20011}, n);           // long rows
  try_one(many, {8, 28, 28, 5}, c);             // a batch-norm's statistics
  try_one(many, {8, 28, 28, 5}, 0);             // everything
  try_one(many, {2, 97, 89, 3}, n | c);         // global average pooling
  try_one(many, {1200, 3, 2, 5}, h | w | c);    // the batch
  try_one(many, {5, 600, 2, 7}, w);             // axes that do not lie together
  tried.push_back(few);
  tried.push_back(many);
}

/// ⟨reduce(x), y⟩ = ⟨x, broadcast(y)⟩
template <class B>
law reduce_is_the_adjoint_of_broadcast(B& device, const backend_law_options& o) {
  trial_of_law tried("reduce is the adjoint of broadcast", o.sums);
  random_stream random{o.seed, {.what = purpose::test, .place = 5}};
  const auto inner = [](const values& a, const values& b) {
    double sum = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) sum += a[i] * b[i];
    return sum;
  };
  for (unsigned kept = 0; kept < 16; ++kept) {
    const index4 extents = random_extents(random, 8), result = only(extents, kept);
    const values x = normal_numbers(extents.size(), o.seed, kept),
                 y = normal_numbers(result.size(), o.seed, 100 + kept);
    auto on_x = store(device, x), on_y = store(device, y), sums = store(device, values(result.size())),
         spread = store(device, values(extents.size()));
    device.template reduce<fold::sum>(result, folded(extents, kept), laid_out(sums.data, result),
                                      term(on_x, extents).tree);
    device.map(extents, laid_out(spread.data, extents), term(on_y, result).tree);
    const double left = inner(sums.read(device), y), right = inner(x, spread.read(device));
    const auto folds = extents.size() / result.size();
    tried.add(std::abs(left - right) / std::sqrt(inner(x, x) * inner(y, y) * double(folds)),
              text_of(extents) + " to " + text_of(result));
  }
  return tried;
}

template <class B>
law the_same_sum_has_the_same_bits(B& device, const backend_law_options& o) {
  trial_of_law tried("the same fold has the same bits", 0);
  for (unsigned kept : {0u, 8u}) {
    const auto first = fold_of<fold::sum>(device, {8, 28, 28, 5}, kept, o.seed),
               second = fold_of<fold::sum>(device, {8, 28, 28, 5}, kept, o.seed);
    tried.add(first == second ? 0 : HUGE_VAL, text_of(only({8, 28, 28, 5}, kept)));
  }
  return tried;
}

template <class B>
void reduce_laws(laws& tried, B& device, const backend_law_options& o) {
  laws_of_axes<fold::sum>(tried, device, "reduce adds", o.sums, o);
  laws_of_axes<fold::max>(tried, device, "reduce finds the maximum", o.map, o);
  tried.push_back(reduce_is_the_adjoint_of_broadcast(device, o));
  tried.push_back(the_same_sum_has_the_same_bits(device, o));
}

}    // namespace contrastive::testing::laws_of_backends
