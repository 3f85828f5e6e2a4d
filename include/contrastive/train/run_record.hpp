// SPDX-License-Identifier: MIT
#pragma once
// All that has to be the same for a run to go on where another one stopped: its parts, as texts, and its numbers.
#include <contrastive/core/type_text.hpp>
#include <contrastive/data/fingerprint.hpp>
#include <contrastive/method/setup.hpp>
#include <contrastive/net/layer.hpp>
#include <contrastive/net/sequential.hpp>
#include <contrastive/train/run_settings.hpp>
#include <contrastive/train/settings_record.hpp>

namespace contrastive {

namespace detail {

/// A text for each layer, under its path: "layers.encoder.layer1.0.conv1" is "conv2d<64, 3, 1, 1, 0>".
template <class L>
void add_layers(settings_record& to, const path& where) {
  const auto add = [&](const std::string& text) {    // a layer without a name shares its path with what it stands in
    std::string& all = to.values[(path{"layers"} / where.text.c_str()).text];
    all += (all.empty() ? "" : " ") + text;
  };
  if constexpr (!Composite<L>) add(type_text<L>());
  else {
    if (!is_sequential<L>) add(std::string(bare_name<L>()));
    each_child<L>([&]<class Child>(auto, const char* name) { add_layers<Child>(to, where / name); });
  }
}
/// The device, and what else decides its bits: `facts(f)` of a device calls f(name, value).
template <class Device>
void add_device(settings_record& to, const Device& device) {
  to.add("device", std::string(Device::name));
  if constexpr (requires { device.facts([](const char*, const auto&) {}); })
    device.facts([&](const char* name, const auto& value) { to.add(std::string("device.") + name, value); });
}

}    // namespace detail

/// The record of a run of a pipeline with the types S on this data.
template <class S, class Schedule, Dataset Data>
detail::settings_record run_record(const typename S::device& device, const typename S::settings& c,
                                   const fit_options<Schedule>& o, const Data& data) {
  detail::settings_record all;
  const auto add_part = [&]<class Part>(std::type_identity<Part>, const char* name, const auto& numbers) {
    all.add(name, detail::type_text<Part>());
    all.add(name, numbers);
  };
  all.add("samples", detail::type_text<typename S::sample>() + ", " + fingerprint(data, S::needs_labels));
  add_part(std::type_identity<typename S::views>{}, "views", c.views);
  if constexpr (requires { c.loss; }) add_part(std::type_identity<typename S::method::loss_type>{}, "loss", c.loss);
  else add_part(std::type_identity<typename S::method>{}, "method", c.method);
  add_part(std::type_identity<typename S::optimizer>{}, "optimizer", c.optimizer);
  for (const auto& [part, own] : c.optimizer_of) all.add("optimizer_of." + part, own);
  add_part(std::type_identity<Schedule>{}, "schedule", o.schedule);
  detail::add_layers<typename S::network>(all, {});
  all.add("network", c.network);
  detail::add_device(all, device);
  all.add("seed", c.seed);
  all.add("view_passes", c.view_passes);
  all.add("epochs", o.epochs);
  all.add("batch", o.batch);
  all.add("scaling", o.scaling);
  return all;
}

}    // namespace contrastive
