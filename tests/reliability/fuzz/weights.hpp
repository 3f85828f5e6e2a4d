// SPDX-License-Identifier: MIT
#pragma once
// A network that reads weights, as a target of a fuzzer: a file that is refused has changed nothing.
#include <contrastive/backend/reference.hpp>
#include <contrastive/model/weights_file.hpp>
#include <contrastive/net/sequential.hpp>
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/linear.hpp>

#include <string>

#include "input.hpp"

namespace fuzz {

namespace ct = contrastive;

using net = ct::sequential<ct::named<"fc", ct::linear<2>>, ct::named<"bn", ct::batch_norm>>;
using net_weights = ct::weights<ct::reference, net, ct::features<3>>;

/// All numbers of a network as bytes: not a number equals itself.
inline std::string bytes_of(ct::reference& device, const net_weights& w) {
  std::string all;
  for (const auto& one : ct::detail::stored(w, false).weights) {
    const auto values = one.download(device);
    all.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof values[0]);
  }
  return all;
}
inline void weights(bytes input) {
  static ct::reference device;
  static net_weights w(device);
  const bool others = choice(input) % 2 == 1;
  const std::string before = bytes_of(device, w);
  try {
    ct::load_weights(device, w, file_of(input), {.ignore_others = others});
  } catch (const ct::error&) {
    require(bytes_of(device, w) == before, "weights that are refused change nothing");
    throw;
  }
}

}    // namespace fuzz
