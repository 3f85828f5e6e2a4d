// SPDX-License-Identifier: MIT
#pragma once
// What a person sets on a pipeline: numbers by name with defaults.
#include <contrastive/net/initialize.hpp>
#include <contrastive/optim/arguments.hpp>

#include <cmath>
#include <map>
#include <string>
#include <type_traits>

namespace contrastive {

namespace detail {
template <class L>
struct in_a_row {    // one layer is a sequence of one, and adds nothing to the paths of its weights
  using type = sequential<named<"", L>>;
};
template <class... L>
struct in_a_row<sequential<L...>> {
  using type = sequential<L...>;
};
}    // namespace detail

/// The numbers of the layers of a part's network, for a method's configuration (method/learner.hpp).
///
///     ct::part_config<Decoder> decoder{};
///     …
///     settings.method.decoder.all<ct::leaky_relu>([](auto& c) { c.slope = 0.2; });
template <class Net>
using part_config = network_config<typename detail::in_a_row<Net>::type>;

/// How the views of a batch go through a network.
enum class passes {
  together,     // all views in one batch: one set of batch-norm statistics (SimCLR, SupContrast)
  each_view,    // one pass for each view: statistics per view
};

/// The settings of a pipeline that learns by a loss alone.
template <class Views, class Net, class Loss, class Optimizer>
struct pipeline_settings {
  std::uint64_t seed = 1;
  typename Views::config views{};
  typename Loss::config loss{};
  typename Optimizer::config optimizer{};
  std::map<std::string, typename Optimizer::config> optimizer_of{};    // of parts, by name, that have their own
  initialize_options initialize{};
  passes view_passes = passes::together;
  network_config<Net> network{};
};

/// The settings of a pipeline that learns by a method of several parts.
template <class Views, class Net, class Method, class Optimizer>
struct method_settings {
  std::uint64_t seed = 1;
  typename Views::config views{};
  typename Method::config method{};
  typename Optimizer::config optimizer{};
  std::map<std::string, typename Optimizer::config> optimizer_of{};    // of parts, by name, that have their own
  initialize_options initialize{};
  passes view_passes = passes::together;
  network_config<Net> network{};
};

namespace detail {
/// The numbers of the loss or of the method, whichever the settings have.
template <class Settings>
constexpr const auto& rule_of(const Settings& s) {
  if constexpr (requires { s.loss; }) return s.loss;
  else return s.method;
}
/// An optimizer's numbers for the part of this name ("": the network with the encoder).
template <class Settings>
const auto& optimizer_for(const Settings& s, const std::string& part) {
  const auto own = s.optimizer_of.find(part);
  return own == s.optimizer_of.end() ? s.optimizer : own->second;
}

/// Where a number stands in the settings: "optimizer", "learning_rate". The text is only made for an error.
struct setting_name {
  const setting_name* of;
  const char* name;
  std::string text() const { return of ? of->text() + "." + name : name; }
};
/// Throws argument_error for a number of these settings that is none.
template <class T>
void require_numbers(const setting_name& where, const T& value) {
  if constexpr (std::is_floating_point_v<T>) {
    if (!std::isfinite(value))
      throw argument_error("the setting " + where.text() + " is " + std::to_string(value) +
                           "; it must be a finite number");
  } else if constexpr (NamesMembers<T>)
    T::members([&](const char* member, const auto& v) { require_numbers(setting_name{&where, member}, v); }, value);
}
/// What a run asks of its settings before anything begins.
template <class S>
void require_settings(const typename S::settings& s) {
  require_numbers({nullptr, "views"}, s.views);
  if constexpr (requires { s.loss; }) require_numbers({nullptr, "loss"}, s.loss);
  else require_numbers({nullptr, "method"}, s.method);
  require_numbers({nullptr, "optimizer"}, s.optimizer);
  validate_optimizer<typename S::optimizer>(s.optimizer);
  for (const auto& [part, own] : s.optimizer_of) {
    const setting_name list{nullptr, "optimizer_of"};
    require_numbers(setting_name{&list, part.c_str()}, own);
    validate_optimizer<typename S::optimizer>(own);
  }
}
}    // namespace detail

}    // namespace contrastive
