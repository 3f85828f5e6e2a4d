// SPDX-License-Identifier: MIT
#pragma once
// One run of the quick start: what was asked for, what there is time for, what was found so far.
#include "options.hpp"
#include "result.hpp"

#include <contrastive/contrastive.hpp>

#include <chrono>
#include <cmath>
#include <future>
#include <numeric>
#include <string_view>
#if defined(QUICKSTART_CPU)
#include <contrastive/cpu.hpp>
#elif defined(QUICKSTART_OPENCL)
#include <contrastive/opencl.hpp>
#elif defined(QUICKSTART_THRUST_CPP) || defined(QUICKSTART_THRUST_OMP)
#include <contrastive/thrust_host.hpp>
#endif

namespace quickstart {

namespace ct = contrastive;

#if defined(QUICKSTART_CPU)
using device = ct::cpu;
#elif defined(QUICKSTART_OPENCL)
using device = ct::opencl;
#elif defined(QUICKSTART_THRUST_CPP)
using device = ct::thrust_on<ct::cpp_system>;
#elif defined(QUICKSTART_THRUST_OMP)
using device = ct::thrust_on<ct::omp_system>;
#else
using device = ct::reference;
#endif

#ifdef QUICKSTART_CIFAR10
using data_set = ct::cifar10;
#else
using data_set = ct::fashion_mnist;
#endif
using sample = data_set::sample;

/// The images that are used: all of them on the cpu, elsewhere the first few.
struct images {
  const data_set& all;
  bool few = std::string_view(device::name) != "cpu";
  auto train() const { return ct::first(all.train(), few ? 2000 : all.train().size()); }
  auto test() const { return ct::first(all.test(), few ? 500 : all.test().size()); }
};

/// What there is time for.
struct plan {
  int simclr_epochs = 1, supervised_epochs = 1;
  bool scratch = true;    // trained from few labels with all steps, or left out
};

class stopwatch {
 public:
  explicit stopwatch(double before) : before_(before) {}
  double seconds() const { return before_ + std::chrono::duration<double>(clock::now() - start_).count(); }

 private:
  using clock = std::chrono::steady_clock;
  double before_;
  clock::time_point start_ = clock::now();
};

inline double mean_of(const std::vector<double>& v) {
  return std::accumulate(v.begin(), v.end(), 0.) / double(v.size());
}
/// Of a sample: divided by one less than its size.
inline double deviation_of(const std::vector<double>& v) {
  double squares = 0;
  for (const double x : v) squares += (x - mean_of(v)) * (x - mean_of(v));
  return v.size() > 1 ? std::sqrt(squares / double(v.size() - 1)) : 0;
}

struct session {
  const options& asked;
  device& on;
  images data;
  const stopwatch& watch;
  const ct::stop_on_interrupt& interrupt;
  result found{};
  plan todo{};
  double views_per_second = 1;

  bool stopped() const { return interrupt.on_step({}) == ct::control::stop; }
};

/// Begins f on another core, if the run may use one: what is measured and drawn of an encoder takes one core each.
auto beside(const session& s, auto f) {
  return std::async(s.asked.threads == 1 ? std::launch::deferred : std::launch::async, std::move(f));
}

/// Views per second of this machine, from some steps of SimCLR.
double measured_speed(const session& s);
/// Adds the row with its linear and nearest-neighbor accuracy at all, a tenth and a hundredth of the labels.
void add_row(row w, const ct::labeled_features& known, const ct::labeled_features& asked, session& s);

/// Each trains, and adds its rows and figures; false where a person has interrupted it.
bool run_simclr(session& s);
bool run_scratch(session& s);
bool run_sup_con(session& s);
bool run_cross_entropy(session& s);

}    // namespace quickstart
