// SPDX-License-Identifier: MIT
#pragma once
// Watches the steps of a network's program: what each has to do, and the seconds that it takes.
#include <contrastive/core/type_text.hpp>
#include <contrastive/net/network.hpp>

#include <array>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace contrastive {

/// One direction of a step.
struct step_cost {
  double seconds = 0;       // without the programs inside the step
  double operations = 0;    // multiplications and additions of convolutions and linear layers
  double bytes = 0;         // of values and weights, each read or written once
};

namespace detail {
/// A step of a program: the layers that it covers, its output's shape, what it costs.
struct watched_step {
  std::string part;                   // of the method, whose network this is a step of
  std::vector<std::string> layers;    // composite ones are not here: their own programs are watched
  std::string output;
  std::array<step_cost, 2> cost{};    // by direction
  const step_cost& forward() const { return cost[0]; }
  const step_cost& backward() const { return cost[1]; }
};

template <class S>
std::string shape_text() {
  std::string text = std::to_string(S::channels);
  if (S::pixels > 1) text = std::to_string(S::height) + "x" + std::to_string(S::width) + "x" + text;
  return text;
}

/// The work of some layers in a row on one sample of shape In, and their names.
template <class Backend>
struct layer_work {
  std::vector<std::string> names;
  double operations = 0, weight_bytes = 0;

  template <class In, class L>
  void add() {
    if constexpr (!Composite<L>) {
      std::string name(bare_name<L>());
      params_of<L, Backend, In> params{};
      params.members([&](const char*, const auto& p) { add_weights<typename L::template output<In>>(p, name); },
                     params);
      names.push_back(name);
    }
  }
  template <class In>
  void add_all(type_list<>) {}
  template <class In, class L, class... Rest>
  void add_all(type_list<L, Rest...>) {
    add<In, L>();
    add_all<typename L::template output<In>>(type_list<Rest...>{});
  }

 private:
  template <class Out, class P>
  void add_weights(const P& p, std::string& name) {
    using filter = typename P::shape;
    weight_bytes += sizeof(typename Backend::element) * double(filter::size);
    if (p.what != role::weight) return;
    operations += 2. * double(filter::size) * Out::pixels;
    if (filter::height > 1) name += " " + std::to_string(filter::height) + "x" + std::to_string(filter::width);
  }
};

template <class Seq, class Link, class J = std::make_index_sequence<Link::count>>
struct layers_of;
template <class Seq, class Link, std::size_t... J>
struct layers_of<Seq, Link, std::index_sequence<J...>> {
  using type = type_list<typename flattened<Seq>::template layer<Link::first + J>...>;
};

/// Records the steps of a program and the sections of a trainer, in the order in which they end.
class step_recorder {
 public:
  using clock = std::chrono::steady_clock;

  std::vector<watched_step> steps;
  std::vector<std::pair<std::string, double>> sections;     // seconds
  std::map<std::string, std::vector<std::string>> paths;    // of each part's layers, in the order of its network

  /// Seconds begin at 0 again; what was seen stays known.
  void clear_seconds() {
    for (auto& s : steps)
      for (auto& c : s.cost) c.seconds = 0;
    for (auto& s : sections) s.second = 0;
  }

  /// Lives as long as a step: reads the clock when the device has finished what came before, and what the step asked
  /// for.
  template <class Device, class End>
  class timing {
   public:
    timing(step_recorder& to, Device& device, End end) : to_(to), device_(device), end_(end) {
      device_.finish();
      to_.inside_.push_back(0);
      start_ = clock::now();
    }
    timing(const timing&) = delete;
    timing& operator=(const timing&) = delete;
    ~timing() {
      device_.finish();
      const double all = std::chrono::duration<double>(clock::now() - start_).count(), own = all - to_.inside_.back();
      to_.inside_.pop_back();
      if (!to_.inside_.empty()) to_.inside_.back() += all;
      end_(own);
    }

   private:
    step_recorder& to_;
    Device& device_;
    End end_;
    clock::time_point start_;
  };

  template <class Seq, class Link>
  auto step(const std::string* part, auto& ctx, direction way, const void* output, bool input_wanted) {
    const double rows = double(ctx.workspace.rows);
    return timing(*this, ctx.device, [=, this](double seconds) {
      watched_step& s = step_at<Seq, Link>(part, output, rows);
      step_cost& c = s.cost[way == direction::backward];
      c.seconds += seconds;
      if (way == direction::backward) {    // one product for the weights, one for the input
        c.operations = (input_wanted ? 2 : 1) * s.cost[0].operations;
        c.bytes = 2 * s.cost[0].bytes;
      }
    });
  }
  auto section(auto& device, const char* name) {
    return timing(*this, device, [=, this](double seconds) { seconds_of(name) += seconds; });
  }

 private:
  // a step is known by its output's address; a program inside it may end in the same value
  using identity_of = std::pair<const void*, std::string_view>;

  template <class Seq, class Link>
  watched_step& step_at(const std::string* part, const void* output, double rows) {
    const auto [found, is_new] = index_.try_emplace(identity_of(output, __PRETTY_FUNCTION__), steps.size());
    if (is_new) steps.push_back(described<Seq, Link>(part ? *part : "", rows));
    return steps[found->second];
  }
  template <class Seq, class Link>
  static watched_step described(const std::string& part, double rows) {
    using In = shape_of<typename Link::in>;
    using Out = shape_of<typename Link::out>;
    using backend = typename Link::in::backend;
    detail::layer_work<backend> work;
    work.template add_all<In>(typename detail::layers_of<Seq, Link>::type{});
    watched_step s{.part = part, .layers = work.names, .output = detail::shape_text<Out>()};
    s.cost[0].operations = rows * work.operations;
    s.cost[0].bytes = rows * double(sizeof(typename backend::element)) * double(In::size + Out::size) +
                      work.weight_bytes;
    return s;
  }
  double& seconds_of(const char* name) {
    for (auto& s : sections)
      if (s.first == name) return s.second;
    return sections.emplace_back(name, 0).second;
  }

  std::map<identity_of, std::size_t> index_;
  std::vector<double> inside_;    // seconds of what has ended inside each that is open
};

/// What a context carries: the recorder that its steps are told to.
struct step_watch {
  step_recorder* to;
  const std::string* part = nullptr;    // whose network is at work
  template <class Seq, class Link>
  auto step(auto& ctx, direction way, const void* output, bool input_wanted) {
    return to->template step<Seq, Link>(part, ctx, way, output, input_wanted);
  }
  template <class Net>
  step_watch of(const std::string& name) const {
    if (!to->paths.contains(name)) to->paths[name] = detail::leaf_paths<Net>();
    return {to, &name};
  }
  auto section(auto& device, const char* name) { return to->section(device, name); }
};
}    // namespace detail

}    // namespace contrastive
