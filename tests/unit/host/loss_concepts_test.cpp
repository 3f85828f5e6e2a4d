// SPDX-License-Identifier: MIT
// The concepts of losses, both ways: for each requirement a type that lacks only that one is refused.
#include <contrastive/loss/cross_entropy.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/loss/sup_con.hpp>
#include <contrastive/train/pipeline.hpp>

#include "support/catch.hpp"

namespace ct = contrastive;

namespace {

// ---- pair losses: a complete one, and its parts for the incomplete ones ------------------------------------------------------

struct tuned {
  double temperature = 0.5;
  static constexpr void members(auto&& f, auto&... c) { f("temperature", c.temperature...); }
};
struct of_views {
  static constexpr bool needs_labels = false;
};
struct decoupled {
  static constexpr auto anchor(const auto& pairs) { return log_sum_exp(pairs.negatives) - mean(pairs.positives); }
};

struct complete : of_views, decoupled {
  using config = tuned;
};
static_assert(ct::PairLoss<complete> && ct::Loss<complete> && !ct::OwnLoss<complete>);

struct with_numbers : of_views {    // anchor takes the config too
  using config = tuned;
  static constexpr auto anchor(const auto& pairs, const tuned& c) {
    return c.temperature * mean(pairs.all(square(pairs.s)));
  }
};
static_assert(ct::PairLoss<with_numbers>);

struct without_config : of_views, decoupled {};
static_assert(!ct::detail::ConfiguredLoss<without_config> && ct::detail::SaysItsLabels<without_config>);
static_assert(!ct::PairLoss<without_config> && !ct::Loss<without_config>);

struct without_default : of_views, decoupled {
  struct config {
    double temperature;
    explicit config(double t) : temperature(t) {}
    static constexpr void members(auto&& f, auto&... c) { f("temperature", c.temperature...); }
  };
};
static_assert(!ct::detail::ConfiguredLoss<without_default> && !ct::PairLoss<without_default>);

struct without_names : of_views, decoupled {
  struct config {
    double temperature = 0.5;
  };
};
static_assert(!ct::detail::ConfiguredLoss<without_names> && !ct::PairLoss<without_names>);

struct without_temperature : of_views, decoupled {
  struct config {
    double margin = 0.5;
    static constexpr void members(auto&& f, auto&... c) { f("margin", c.margin...); }
  };
};
static_assert(ct::detail::ConfiguredLoss<without_temperature> && !ct::detail::HasTemperature<without_temperature>);
static_assert(ct::detail::HasAnchor<without_temperature> && !ct::PairLoss<without_temperature>);

struct silent_about_labels : decoupled {
  using config = tuned;
};
static_assert(ct::detail::HasAnchor<silent_about_labels> && ct::detail::HasTemperature<silent_about_labels>);
static_assert(!ct::detail::SaysItsLabels<silent_about_labels> && !ct::PairLoss<silent_about_labels>);

struct without_anchor : of_views {
  using config = tuned;
};
static_assert(ct::detail::HasTemperature<without_anchor> && !ct::detail::HasAnchor<without_anchor> &&
              !ct::PairLoss<without_anchor>);

struct with_plain_expression : of_views {    // an expression of s, but no term over pairs
  using config = tuned;
  static constexpr auto anchor(const auto& pairs) { return exp(pairs.s); }
};
static_assert(!ct::detail::HasAnchor<with_plain_expression> && !ct::PairLoss<with_plain_expression>);

// ---- losses with bodies of their own -----------------------------------------------------------------------------------------

struct plain_config {
  static constexpr void members(auto&&, auto&...) {}
};
struct no_layers {
  using prepare = ct::sequential<>;
};
struct one_column {
  template <class B, int D>
  using memory = ct::tensor<B, ct::features<1>>;
  static constexpr int capacity(int rows) { return rows; }
};
struct zero {
  static void evaluate(auto&, const plain_config&, auto&, const auto&, const auto&, int, auto&) {}
};
struct says_zero {
  static ct::loss_report read(auto&, const plain_config&, auto&, int) { return {}; }
};

struct own : of_views, no_layers, one_column, zero, says_zero {
  using config = plain_config;
};
static_assert(ct::OwnLoss<own> && ct::Loss<own> && !ct::PairLoss<own>);

struct own_without_config : of_views, no_layers, one_column, zero, says_zero {};
static_assert(!ct::detail::ConfiguredLoss<own_without_config> && !ct::OwnLoss<own_without_config>);

struct own_silent_about_labels : no_layers, one_column, zero, says_zero {
  using config = plain_config;
};
static_assert(ct::detail::EvaluatesLoss<own_silent_about_labels> && !ct::OwnLoss<own_silent_about_labels>);

struct own_without_layers : of_views, one_column, zero, says_zero {
  using config = plain_config;
};
static_assert(!ct::detail::SaysItsLayers<own_without_layers> && !ct::OwnLoss<own_without_layers>);

struct own_with_one_layer : of_views, one_column, zero, says_zero {
  using config = plain_config;
  using prepare = ct::l2_normalize;    // must be a sequential
};
static_assert(!ct::detail::SaysItsLayers<own_with_one_layer> && !ct::OwnLoss<own_with_one_layer>);

struct own_without_memory : of_views, no_layers, zero, says_zero {
  using config = plain_config;
  static constexpr int capacity(int rows) { return rows; }
};
static_assert(!ct::detail::PlansLossMemory<own_without_memory> && !ct::OwnLoss<own_without_memory>);

struct own_without_capacity : of_views, no_layers, zero, says_zero {
  using config = plain_config;
  template <class B, int D>
  using memory = ct::tensor<B, ct::features<1>>;
};
static_assert(!ct::detail::PlansLossMemory<own_without_capacity> && !ct::OwnLoss<own_without_capacity>);

struct own_without_evaluate : of_views, no_layers, one_column, says_zero {
  using config = plain_config;
};
static_assert(ct::detail::PlansLossMemory<own_without_evaluate> && !ct::detail::EvaluatesLoss<own_without_evaluate>);
static_assert(!ct::OwnLoss<own_without_evaluate>);

struct own_without_report : of_views, no_layers, one_column, zero {
  using config = plain_config;
};
static_assert(ct::detail::EvaluatesLoss<own_without_report> && !ct::detail::ReportsLoss<own_without_report>);
static_assert(!ct::OwnLoss<own_without_report>);

// ---- the library's ------------------------------------------------------------------------------------------------------------

static_assert(ct::PairLoss<ct::nt_xent> && ct::PairLoss<ct::sup_con> && ct::PairLoss<ct::sup_con_in>);
static_assert(ct::OwnLoss<ct::cross_entropy> && !ct::PairLoss<ct::cross_entropy>);
static_assert(!ct::Loss<ct::l2_normalize> && !ct::Loss<int>);

static_assert(std::is_same_v<ct::detail::prepare_of<ct::nt_xent>, ct::sequential<ct::l2_normalize>>);
static_assert(std::is_same_v<ct::detail::prepare_of<complete>, ct::sequential<ct::l2_normalize>>);
static_assert(std::is_same_v<ct::detail::prepare_of<ct::cross_entropy>, ct::sequential<>>);

// ---- which data a loss can learn from -----------------------------------------------------------------------------------------

struct pictures {};
struct labeled_pictures {
  int label_at(std::size_t) const { return 0; }
  int classes() const { return 1; }
};
static_assert(ct::detail::loss_has_its_labels<ct::nt_xent, pictures>::value);
static_assert(ct::detail::loss_has_its_labels<ct::sup_con, labeled_pictures>::value);
static_assert(ct::detail::loss_has_its_labels<ct::cross_entropy, labeled_pictures>::value);

}    // namespace

TEST_CASE("the losses' settings have the defaults of their papers, and names for all of them") {
  CHECK(ct::nt_xent::config{}.temperature == 0.5);
  CHECK(ct::sup_con::config{}.temperature == 0.1);
  CHECK(ct::sup_con::config{}.average_over == ct::anchors::with_positives);
  CHECK(ct::detail::loss_factor(ct::sup_con::config{}) == 1);
  int names = 0;
  const ct::sup_con_config c;
  ct::sup_con_config::members([&](const char*, const auto&) { ++names; }, c);
  CHECK(names == 4);
}
