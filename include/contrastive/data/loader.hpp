// SPDX-License-Identifier: MIT
#pragma once
// The loader: batches of a data set, shuffled by key and read ahead of time by threads of its own.
#include <contrastive/core/error.hpp>
#include <contrastive/data/labels.hpp>
#include <contrastive/data/readers.hpp>
#include <contrastive/data/shuffle.hpp>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <limits>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace contrastive {

/// How a loader makes batches.
struct loader_options {
  int batch = 256;    // samples
  std::uint64_t seed = 0;
  bool shuffle = true;        // anew in every epoch; otherwise in the order of the data set
  bool drop_last = true;      // leaves out a last batch that is smaller; false for evaluation
  int epoch = 0, step = 0;    // where to begin: a resumed run goes on as if it had never stopped
  int prefetch = 2;           // batches made ahead
  int threads = 0;            // that read; 0: one for a data set in memory, for others four or as many as there are
  bool labels = true;         // are read, where the data set has some; false where nobody needs them
};

namespace detail {
/// A batch as it is stored: valid until the next call of next().
template <class Stored>
struct loaded_batch {
  std::span<const int> indices;      // (n) the samples' numbers in the data set
  std::span<const Stored> stored;    // (n, height, width, channels)
  std::span<const int> labels;       // (n), or none where the data set has none or nobody reads them
  int epoch = 0, step = 0;           // step within its epoch, from 0
  int size() const { return int(indices.size()); }
};
}    // namespace detail

/// Hands out batch after batch, epoch after epoch, without end. After its construction it allocates nothing.
///
///     loader batches{data, {.batch = 256, .seed = 1}};
///     for (int step = 0; step < batches.steps_per_epoch(); ++step) use(batches.next());
///
/// The batches are the same whatever the number of threads. A data set that says `reads_one_at_a_time` is read by one.
///
/// Throws argument_error for options that the data set cannot fill. What goes wrong in its threads is thrown by the
/// next() whose batch it concerns: data_error where a label is not in 0 … classes() − 1 or a token is no word, or what
/// the data set throws; of several the one of the batch's first sample.
template <Dataset D>
class loader {
 public:
  using sample = typename D::sample;
  using stored = detail::stored_of<sample>;

  explicit loader(const D& data, loader_options options = {})
      : data_(data),
        options_(checked(data, options)),
        epoch_(options.epoch),
        step_(options.step),
        order_(std::size_t(data.size())),
        slots_(std::size_t(options.prefetch) + 1),
        readers_(detail::reading_threads<D>(options.threads)) {
    steps_ = steps(order_.size(), options_);
    for (auto& s : slots_) s.reserve(std::min(order_.size(), std::size_t(options.batch)));
    start();
  }
  explicit loader(const D&&, loader_options = {})
    requires(!detail::BorrowingDataset<D>)
  = delete;    // the data set would die with the expression
  ~loader() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  loader(const loader&) = delete;
  loader& operator=(const loader&) = delete;

  int steps_per_epoch() const { return steps_; }

  /// The next batch; what the last call returned is overwritten from now on.
  detail::loaded_batch<stored> next() {
    std::unique_lock lock(mutex_);
    released_ = taken_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return made_ > taken_ || failure_; });
    if (made_ == taken_) std::rethrow_exception(failure_);
    return slots_[taken_++ % slots_.size()].as_batch();
  }

 private:
  struct slot {
    std::vector<int> indices, labels;
    std::vector<stored> values;
    int epoch = 0, step = 0;

    void reserve(std::size_t rows) {
      indices.reserve(rows);
      labels.reserve(rows);
      values.reserve(rows * sample::size);
    }
    detail::loaded_batch<stored> as_batch() const { return {indices, values, labels, epoch, step}; }
  };

  static int steps(std::size_t samples, const loader_options& o) {
    const auto batch = std::size_t(o.batch);
    return int(o.drop_last ? samples / batch : (samples + batch - 1) / batch);
  }
  static loader_options checked(const D& data, const loader_options& o) {
    const auto samples = std::size_t(data.size());
    const auto demand = [](bool holds, const std::string& text) {
      if (!holds) throw argument_error("loader: " + text);
    };
    demand(samples > 0, "the data set is empty");
    demand(samples <= std::size_t(std::numeric_limits<int>::max()), "a data set has at most 2147483647 samples");
    demand(o.batch > 0, "batch is at least 1; found " + std::to_string(o.batch));
    demand(!o.drop_last || std::size_t(o.batch) <= samples, "a batch of " + std::to_string(o.batch) +
                                                                " is larger than the data set of " +
                                                                std::to_string(samples) + " samples");
    demand(o.prefetch > 0, "prefetch is at least 1; found " + std::to_string(o.prefetch));
    demand(o.threads >= 0, "threads are at least 1, or 0 for a number that suits; found " + std::to_string(o.threads));
    demand(o.epoch >= 0 && o.step >= 0 && o.step < steps(samples, o),
           "cannot begin at epoch " + std::to_string(o.epoch) + ", step " + std::to_string(o.step) + ": an epoch has " +
               std::to_string(steps(samples, o)) + " steps");
    return o;
  }

  // ---- the thread that makes batches --------------------------------------------------------------------------------

  void start() {
    try {
      thread_ = std::thread([this] { produce(); });
    } catch (const std::exception& refused) {
      throw device_error(std::string("loader: could not start the thread that makes batches: ") + refused.what() +
                         "; it needs one beside those that read (.threads)");
    }
  }
  void produce() {
    try {
      for (order(); wait_for_room(); advance()) {
        fill(slots_[made_ % slots_.size()]);
        publish(nullptr);
      }
    } catch (...) {
      publish(std::current_exception());
    }
  }
  // False when the loader is going away. (made_ is written by this thread only.)
  bool wait_for_room() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stop_ || made_ - released_ < slots_.size(); });
    return !stop_;
  }
  void publish(const std::exception_ptr& failure) {
    {
      const std::lock_guard lock(mutex_);
      if (failure) failure_ = failure;
      else ++made_;
    }
    changed_.notify_all();
  }
  void order() {
    if (options_.shuffle) detail::shuffle_order(order_, options_.seed, std::uint32_t(epoch_));
    else std::iota(order_.begin(), order_.end(), 0);
  }
  void advance() {
    if (++step_ < steps_) return;
    step_ = 0;
    ++epoch_;
    if (options_.shuffle) order();
  }
  void fill(slot& s) {
    const auto batch = std::size_t(options_.batch), first = std::size_t(step_) * batch;
    const auto chosen = std::span(order_).subspan(first, std::min(batch, order_.size() - first));
    s.epoch = epoch_, s.step = step_;
    s.indices.assign(chosen.begin(), chosen.end());
    s.values.resize(chosen.size() * sample::size);
    if constexpr (LabeledDataset<D>)
      if (options_.labels) s.labels.resize(chosen.size());
    const auto read = [&](std::size_t i) {
      const auto number = std::size_t(chosen[i]);
      read_sample(*data_, number, std::span(s.values).subspan(i * sample::size, sample::size));
      if constexpr (LabeledDataset<D>)
        if (options_.labels) s.labels[i] = detail::class_of(*data_, number, "loader");
    };
    readers_.for_each(chosen.size(), read);
  }

  borrowed<D> data_;
  loader_options options_;
  int epoch_, step_, steps_ = 0;    // of the batch that is being made
  std::vector<int> order_;          // of the samples in this epoch
  std::vector<slot> slots_;         // a ring: made ahead, and one in the caller's hands
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t made_ = 0, taken_ = 0, released_ = 0;    // batches so far
  bool stop_ = false;
  std::exception_ptr failure_;
  detail::readers readers_;
  std::thread thread_;
};

}    // namespace contrastive
