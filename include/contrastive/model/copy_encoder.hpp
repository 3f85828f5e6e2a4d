// SPDX-License-Identifier: MIT
#pragma once
// An encoder's weights from one pipeline to another, without a file: what transfer begins with.
#include <contrastive/model/weights_file.hpp>

namespace contrastive {

namespace detail {
/// Throws argument_error with the first weight of which two networks differ.
template <class From, class To>
void require_equal_networks(const stored_network<From>& from, const stored_network<To>& to) {
  const auto refuse = [](const std::string& what) {
    throw argument_error("copy_encoder: the encoders differ: " + what);
  };
  if (from.weights.size() != to.weights.size())
    refuse("one has " + std::to_string(from.weights.size()) + " weights and statistics, the other " +
           std::to_string(to.weights.size()));
  for (std::size_t i = 0; i < from.weights.size(); ++i) {
    const auto& a = from.weights[i];
    const auto& b = to.weights[i];
    if (a.name != b.name) refuse("one has " + a.name + " where the other has " + b.name);
    if (a.shape != b.shape || a.size() != b.size())
      refuse(a.name + " is " + text_of(a.shape) + " in one and " + text_of(b.shape) + " in the other");
  }
}
}    // namespace detail

/// Gives `to` the encoder of `from`, its running statistics included; heads stay as they are. The pipelines may differ
/// in device, samples, views, head, method and optimizer. Throws argument_error where the encoders' weights differ in
/// name or shape, and then nothing has changed.
///
///     simclr pretrained;    tuned model;
///     ct::copy_encoder(pretrained, model);
template <detail::HoldsNetwork From, detail::HoldsNetwork To>
void copy_encoder(const From& from, To& to) {
  using element = typename std::remove_cvref_t<decltype(to.device())>::element;
  const auto source = detail::stored(from.net(), true);
  const auto target = detail::stored(to.net(), true);
  detail::require_equal_networks(source, target);
  for (std::size_t i = 0; i < source.weights.size(); ++i) {
    const auto values = source.weights[i].download(from.device());
    target.weights[i].upload(to.device(), std::vector<element>(values.begin(), values.end()));
  }
}

}    // namespace contrastive
