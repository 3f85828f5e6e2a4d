// SPDX-License-Identifier: MIT
#pragma once
// The weights of a network as a safetensors file that PyTorch reads, and back.
#include <contrastive/io/safetensors_reader.hpp>
#include <contrastive/io/safetensors_writer.hpp>
#include <contrastive/net/stored_network.hpp>

#include <functional>

namespace contrastive {

/// Which part of a model a file of weights holds, and how strictly.
struct weights_file_options {
  bool head = false;             // of a pipeline: the projection head too; names then begin with "encoder." and "head."
  std::string part{};            // of a method: the network of the part of this name ("key", "decoder"), all of it
  bool ignore_others = false;    // load: tensors that this network does not have ("fc.weight") are no error
  std::int64_t batches = 0;      // save: num_batches_tracked, which PyTorch asks for and uses only without a momentum
};

namespace detail {

/// The whole network, or a pipeline's encoder alone.
template <class B, class Net, class In>
stored_network<B> stored(const weights<B, Net, In>& w, bool encoder_alone) {
  using network = typename weights<B, Net, In>::network;
  stored_network<B> all;
  if constexpr (requires { typename network::template layer<0>; }) {
    if (encoder_alone)
      all.template add<typename network::template layer<0>>(part<0>(w.parameters.value), part<0>(w.statistics.value));
  }
  if (!encoder_alone) all.template add<network>(w.parameters.value, w.statistics.value);
  return all;
}

/// "a, b, c, d and 8 others"
inline std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t most = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) text += (i > 0 ? ", " : "") + names[i];
  return names.size() > most ? text + " and " + std::to_string(names.size() - most) + " others" : text;
}

/// Throws file_error with the names and shapes that differ.
template <class B>
void require_same_network(const safetensors_reader& file, const stored_network<B>& net, bool ignore_others) {
  std::vector<std::string> lacking, others, shapes;
  std::vector<std::string> known = net.counters;
  for (const auto& w : net.weights) {
    known.push_back(w.name);
    if (!file.has(w.name)) lacking.push_back(w.name);
    else if (file.shape(w.name) != w.shape)
      shapes.push_back(w.name + " is " + text_of(file.shape(w.name)) + " and not " + text_of(w.shape));
  }
  std::sort(known.begin(), known.end());
  for (const auto& name : file.names())
    if (!ignore_others && !std::binary_search(known.begin(), known.end(), name)) others.push_back(name);
  std::string text;
  const auto say = [&](const char* what, const std::vector<std::string>& names) {
    if (!names.empty()) text += (text.empty() ? ": " : "; ") + std::string(what) + some_of(names);
  };
  say("the file lacks ", lacking);
  say("this network has no ", others);
  say("", shapes);
  if (!text.empty()) file.fail("these are weights of another network" + text);
}

template <class Model>
concept HoldsNetwork = requires(Model& m) {
  m.device();
  m.net().parameters;
};

/// The network of a part, or the pipeline's own.
template <class Model>
auto stored_part(const Model& model, const weights_file_options& o) {
  if constexpr (requires { model.parts(); }) {
    if (!o.part.empty()) {
      const auto all = model.parts().named(o.part).stored();
      if (all.weights.empty()) throw argument_error("the part '" + o.part + "' holds no network: it has no weights");
      return all;
    }
  }
  return stored(model.net(), !o.head);
}

template <class B>
void save(B& device, const stored_network<B>& net, const std::filesystem::path& file, const weights_file_options& o) {
  safetensors_writer all;
  for (const auto& w : net.weights) all.add(w.name, std::span<const typename B::element>(w.download(device)), w.shape);
  for (const auto& name : net.counters) all.add(name, std::span(&o.batches, 1), {});
  all.write(file);
}
template <class B>
void load(B& device, const stored_network<B>& net, const std::filesystem::path& file, const weights_file_options& o) {
  const safetensors_reader all(file);
  require_same_network(all, net, o.ignore_others);
  for (const auto& w : net.weights)
    if (all.element(w.name) == "I64") all.fail("'" + w.name + "' holds I64, expected F32 or F64");
  std::vector<std::vector<typename B::element>> values;    // all of them, before the first weight changes
  values.reserve(net.weights.size());
  for (const auto& w : net.weights) values.push_back(all.values<typename B::element>(w.name));
  for (std::size_t i = 0; i < values.size(); ++i) net.weights[i].upload(device, values[i]);
}

}    // namespace detail

/// Writes a pipeline's encoder (or all of it) as safetensors: names and layouts of torchvision's models, whole or not
/// at all.
///
/// Convolutions are (out, in, height, width) and linear layers (out, in) as PyTorch has them, running statistics
/// included; the numbers are the device's. A linear layer after `flatten` of maps with several channels keeps its
/// columns in this library's order (height, width, channels). Throws file_error, and then the old file is as it was.
///
///     ct::save_weights(model, "encoder.safetensors");
///     # Python: resnet18().load_state_dict(safetensors.torch.load_file("encoder.safetensors"), strict=False)
template <detail::HoldsNetwork Model>
void save_weights(const Model& model, const std::filesystem::path& file, const weights_file_options& options = {}) {
  detail::save(model.device(), detail::stored_part(model, options), file, options);
}
/// The same of a network without a pipeline.
template <class B, class Net, class In>
void save_weights(B& device, const weights<B, Net, In>& net, const std::filesystem::path& file,
                  const weights_file_options& options = {}) {
  detail::save(device, detail::stored(net, false), file, options);
}

/// Reads what save_weights or PyTorch has written (F32 or F64). Throws file_error for a damaged file, or with the names
/// and shapes that differ where the weights are another network's; then no weight has changed.
template <detail::HoldsNetwork Model>
void load_weights(Model& model, const std::filesystem::path& file, const weights_file_options& options = {}) {
  detail::load(model.device(), detail::stored_part(model, options), file, options);
}
template <class B, class Net, class In>
void load_weights(B& device, weights<B, Net, In>& net, const std::filesystem::path& file,
                  const weights_file_options& options = {}) {
  detail::load(device, detail::stored(net, false), file, options);
}

}    // namespace contrastive
