// SPDX-License-Identifier: MIT
#pragma once
// Laws of allocate, upload, download and copy.
#include <contrastive/testing/backend_laws/experiment.hpp>

namespace contrastive::testing::laws_of_backends {

/// 0, 1, … and again from 0: exact in every element type.
inline values counting(std::size_t count, int offset = 0) {
  values v(count);
  for (std::size_t i = 0; i < count; ++i) v[i] = double((i + std::size_t(offset)) % 200);
  return v;
}

template <class B>
law new_memory_is_zero(B& device) {
  using E = typename B::element;
  std::vector<E> host(1000, E(1));
  auto memory = device.allocate(host.size() * sizeof(E));
  device.download(host.data(), B::template address_as<E>(device.address_of(memory)), host.size());
  device.finish();
  return {
      "new memory is zero",
      double(std::count_if(host.begin(), host.end(), [](E x) { return !contrastive::detail::is_exactly(x, E(0)); })),
      0};
}

template <class E, class B>
law what_was_uploaded_is_downloaded(B& device, const std::string& element) {
  trial_of_law tried("what was uploaded is downloaded: " + element, 0);
  for (const std::size_t count : {1u, 7u, 64u, 1001u})
    tried.add(relative_distance(store<E>(device, counting(count)).read(device), counting(count)),
              std::to_string(count));
  return tried;
}

template <class E, class B>
law copy_moves_what_it_is_told(B& device, const std::string& element) {
  trial_of_law tried("copy moves as many elements as it is told: " + element, 0);
  for (const std::size_t count : {0u, 1u, 13u, 500u}) {
    auto from = store<E>(device, counting(600, 50)), to = store<E>(device, counting(600));
    device.copy(to.data + 40, from.data + 3, count);
    values expected = counting(600);
    for (std::size_t i = 0; i < count; ++i) expected[40 + i] = counting(600, 50)[3 + i];
    tried.add(relative_distance(to.read(device), expected), std::to_string(count));
  }
  return tried;
}

template <class B>
void memory_laws(laws& tried, B& device, const backend_law_options&) {
  using E = typename B::element;
  tried.push_back(new_memory_is_zero(device));
  tried.push_back(what_was_uploaded_is_downloaded<E>(device, "its own"));
  tried.push_back(what_was_uploaded_is_downloaded<std::int32_t>(device, "int32"));
  tried.push_back(what_was_uploaded_is_downloaded<std::uint8_t>(device, "uint8"));
  tried.push_back(copy_moves_what_it_is_told<E>(device, "its own"));
  tried.push_back(copy_moves_what_it_is_told<std::int32_t>(device, "int32"));
  tried.push_back(copy_moves_what_it_is_told<std::uint8_t>(device, "uint8"));
}

}    // namespace contrastive::testing::laws_of_backends
