// SPDX-License-Identifier: MIT
#pragma once
// The loader: batches of a data set, shuffled by key and copied together ahead of time by a thread of its own.
#include <contrastive/core/error.hpp>
#include <contrastive/data/dataset_concepts.hpp>
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

struct loader_options {
  int batch = 256;    // images
  std::uint64_t seed = 0;
  bool shuffle = true;        // anew in every epoch; otherwise in the order of the data set
  bool drop_last = true;      // leaves out a last batch that is smaller; false for evaluation
  int epoch = 0, step = 0;    // where to begin: a resumed run goes on as if it had never stopped
  int prefetch = 2;           // batches made ahead
};

/// A batch as bytes: valid until the next call of next().
struct loaded_batch {
  std::span<const int> indices;            // (n) the samples' numbers in the data set
  std::span<const std::uint8_t> pixels;    // (n, height, width, channels)
  std::span<const int> labels;             // (n), or none where the data set has none
  int epoch = 0, step = 0;                 // step within its epoch, from 0
  int size() const { return int(indices.size()); }
};

/// Hands out batch after batch, epoch after epoch, without end. After its construction it allocates nothing.
///
///     loader batches{data, {.batch = 256, .seed = 1}};
///     for (int step = 0; step < batches.steps_per_epoch(); ++step) use(batches.next());
///
/// Throws argument_error for options that the data set cannot fill. What goes wrong in its thread is thrown by the
/// next() whose batch it concerns: data_error where a label is not in 0 … classes() − 1, or what the data set throws.
template <Dataset D>
class loader {
 public:
  using sample = typename D::sample;

  explicit loader(const D& data, loader_options options = {})
      : data_(data),
        options_(checked(data, options)),
        epoch_(options.epoch),
        step_(options.step),
        order_(std::size_t(data.size())),
        slots_(std::size_t(options.prefetch) + 1) {
    steps_ = steps(order_.size(), options_);
    for (auto& s : slots_) s.reserve(std::min(order_.size(), std::size_t(options.batch)));
    thread_ = std::thread([this] { produce(); });
  }
  explicit loader(const D&&, loader_options = {})
    requires(!BorrowingDataset<D>)
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
  loaded_batch next() {
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
    std::vector<std::uint8_t> pixels;
    int epoch = 0, step = 0;

    void reserve(std::size_t rows) {
      indices.reserve(rows);
      labels.reserve(rows);
      pixels.reserve(rows * sample::size);
    }
    loaded_batch as_batch() const { return {indices, pixels, labels, epoch, step}; }
  };

  static int steps(std::size_t images, const loader_options& o) {
    const auto batch = std::size_t(o.batch);
    return int(o.drop_last ? images / batch : (images + batch - 1) / batch);
  }
  static loader_options checked(const D& data, const loader_options& o) {
    const auto images = std::size_t(data.size());
    const auto demand = [](bool holds, const std::string& text) {
      if (!holds) throw argument_error("loader: " + text);
    };
    demand(images > 0, "the data set is empty");
    demand(images <= std::size_t(std::numeric_limits<int>::max()), "a data set has at most 2147483647 samples");
    demand(o.batch > 0, "batch is at least 1; found " + std::to_string(o.batch));
    demand(!o.drop_last || std::size_t(o.batch) <= images, "a batch of " + std::to_string(o.batch) +
                                                               " is larger than the data set of " +
                                                               std::to_string(images) + " images");
    demand(o.prefetch > 0, "prefetch is at least 1; found " + std::to_string(o.prefetch));
    demand(o.epoch >= 0 && o.step >= 0 && o.step < steps(images, o),
           "cannot begin at epoch " + std::to_string(o.epoch) + ", step " + std::to_string(o.step) + ": an epoch has " +
               std::to_string(steps(images, o)) + " steps");
    return o;
  }

  // ---- the thread -----------------------------------------------------------------------------------------------------

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
    if (options_.shuffle) shuffle_order(order_, options_.seed, std::uint32_t(epoch_));
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
    s.labels.clear();
    s.pixels.resize(chosen.size() * sample::size);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const auto number = std::size_t(chosen[i]);
      std::copy_n((*data_).image_at(number), sample::size, s.pixels.data() + i * sample::size);
      if constexpr (LabeledDataset<D>) s.labels.push_back(label(number));
    }
  }
  int label(std::size_t number) const
    requires LabeledDataset<D>
  {
    const auto found = (*data_).label_at(number);
    if (std::cmp_less(found, 0) || std::cmp_greater_equal(found, (*data_).classes()))
      throw data_error("loader: the label of sample " + std::to_string(number) + " is " + std::to_string(found) +
                       "; the data set has classes 0 to " + std::to_string((*data_).classes() - 1));
    return int(found);
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
  std::thread thread_;
};

}    // namespace contrastive
