// SPDX-License-Identifier: MIT
#pragma once
// A data set as a short text, by which a resumed run knows whether it is the same one.
#include <contrastive/data/dataset_concepts.hpp>
#include <contrastive/io/byte_sum.hpp>

#include <string>
#include <vector>

namespace contrastive {

/// "60000 samples, of some of which the sum is 89abcdef": of 64 at most, spread over the set, and with `labels` of
/// their labels. Another set of the same size has the same text only where these samples are the same, or by bad luck.
template <Dataset D>
std::string fingerprint(const D& data, bool labels) {
  using stored = detail::stored_of<typename D::sample>;
  const auto count = std::size_t(data.size()), some = std::min<std::size_t>(count, 64);
  std::vector<stored> sample(D::sample::size);
  std::uint32_t sum = 0;
  for (std::size_t k = 0; k < some; ++k) {
    const std::size_t i = count / some * k;
    read_sample(data, i, std::span(sample));
    sum = detail::add_to_sum(sum, std::as_bytes(std::span(sample)));
    if constexpr (detail::HasLabels<D>)
      if (labels) {    // one that nobody needs may be costly, or none
        const auto label = std::int64_t(data.label_at(i));
        sum = detail::add_to_sum(sum, std::as_bytes(std::span(&label, 1)));
      }
  }
  return std::to_string(count) + " samples, of some of which the sum is " + detail::text_of_sum(sum);
}

}    // namespace contrastive
