// SPDX-License-Identifier: MIT
#pragma once
// What a method keeps beside its networks: a queue of vectors, state of its own, memory of a step.
#include <contrastive/method/parts.hpp>

#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

namespace contrastive {

/// The last Rows vectors of D numbers that were pushed, the oldest leaving first. A run begins with random unit
/// vectors.
template <class S, int Rows, int D>
class ring : public method_part<S> {
  using base = method_part<S>;
  static_assert(Rows > 0 && D > 0);

 public:
  using device_type = typename S::device;
  static constexpr int rows = Rows;

  ring(parts<S>& owner, std::string name) : base(owner, std::move(name)), memory_(owner.device, 0) {}

  auto all() { return part<0>(memory_.value).first(Rows); }    // (Rows, d)

  /// Once a step. vectors: (n, d), as many in every step, at most Rows. Their place follows from the step, so the
  /// vectors are all the state there is.
  void push(auto& m, const auto& vectors) {
    const auto from = operand_of(vectors);
    if (from.rows > Rows)
      throw argument_error("a queue of " + std::to_string(Rows) + " vectors cannot take " + std::to_string(from.rows) +
                           " at once: make it longer than a batch");
    const int at = int(std::int64_t(m.at.step) * from.rows % Rows), before_end = std::min(from.rows, Rows - at);
    copy(at, from.slice(0, before_end));
    if (before_end < from.rows) copy(0, from.slice(before_end, from.rows - before_end));
  }

  void begin(const typename S::settings& s, int) override {
    std::vector<typename S::element> host(all().size());
    for (int r = 0; r < Rows; ++r) {
      random_stream random{
          s.seed, {.what = purpose::noise, .place = 0xffff, .sample = std::uint32_t(r), .view = this->stream()}};
      double row[std::size_t(D)], squares = 0;
      for (double& x : row) x = random.normal(), squares += x * x;
      for (int c = 0; c < D; ++c)
        host[std::size_t(r) * D + std::size_t(c)] = typename S::element(row[c] / std::sqrt(squares));
    }
    this->device_.upload(all().data, host.data(), host.size());
  }
  void copy_to(base& like) override {
    auto& other = static_cast<ring&>(like);
    this->copy_across(memory_, other.memory_, other.device_);
  }
  void each_array(const typename base::each_column& f) override {
    f(this->path_of("state"), whole(this->device_, memory_));
  }
  bool draws() const override { return true; }

 private:
  void copy(int to, const auto& some) { this->device_.copy(all().slice(to, some.rows).data, some.data, some.size()); }

  memory<device_type, pack<chunk<device_type, features<D>, Rows>>> memory_;
};

namespace detail {
template <class T, bool OfTheBatch>
struct kept_for_any_batch {
  static_assert(!OfTheBatch,
                "what a method keeps has the same size whatever the batch is: parameters and chunks, no tensors");
};
}    // namespace detail

/// State of a method that is no network: T's leaves (parameters, chunks), zeros when a run begins. Checkpoints have it.
///
///     kept<S, parameter<typename S::device, per_channel<64>, role::running_mean>> center{*this, "center"};
template <class S, class T>
class kept : public method_part<S> {
  using base = method_part<S>;
  static_assert(sizeof(detail::kept_for_any_batch<T, (memory<typename S::device, pack<T>>::size.row > 0)>) > 0);

 public:
  using device_type = typename S::device;
  kept(parts<S>& owner, std::string name) : base(owner, std::move(name)), memory_(owner.device, 0) {}
  T& operator*() { return part<0>(memory_.value); }

  void begin(const typename S::settings&, int) override {
    context<device_type, training> ctx{this->device_, {}, {}};
    map(ctx, whole(this->device_, memory_), 0.);
  }
  void copy_to(base& like) override {
    auto& other = static_cast<kept&>(like);
    this->copy_across(memory_, other.memory_, other.device_);
  }
  void each_array(const typename base::each_column& f) override {
    f(this->path_of("state"), whole(this->device_, memory_));
  }

 private:
  memory<device_type, pack<T>> memory_;
};

/// Memory that a step uses and the next one does not read: T's leaves, for a number of rows a sample and some more.
template <class S, class T>
class scratchpad : public method_part<S> {
  using base = method_part<S>;

 public:
  using device_type = typename S::device;
  explicit scratchpad(parts<S>& owner, int rows_per_sample = S::view_count, int more_rows = 0)
      : base(owner, ""), rows_per_sample_(rows_per_sample), more_rows_(more_rows) {}
  T& operator*() { return memory_->value; }
  T* operator->() { return &memory_->value; }

  void begin(const typename S::settings&, int samples) override {
    memory_.emplace(this->device_, std::size_t(samples) * std::size_t(rows_per_sample_) + std::size_t(more_rows_));
  }
  void end() override { memory_.reset(); }

 private:
  int rows_per_sample_, more_rows_;
  std::optional<memory<device_type, T>> memory_;
};

/// Standard normal numbers, (n, d): a function of (seed, step, place, row, how many parts that draw stand before), the
/// same on every device.
template <class S, int D>
class noise : public method_part<S> {
  using base = method_part<S>;

 public:
  using device_type = typename S::device;
  using rows = tensor<device_type, features<D>>;
  explicit noise(parts<S>& owner, int rows_per_sample = S::view_count)
      : base(owner, ""), rows_per_sample_(rows_per_sample) {}

  /// `place` tells apart what one step draws several times: below 65535.
  const rows& draw(auto& m, std::uint32_t place = 0) {
    rows& to = part<0>(memory_->value);
    auto next = host_.begin();
    for (int r = 0; r < to.rows; ++r) {
      random_stream random = m.key().stream(purpose::noise, place, std::uint32_t(r), this->stream());
      for (int c = 0; c < D; ++c) *next++ = typename S::element(random.normal());
    }
    this->device_.upload(to.data, host_.data(), host_.size());
    return to;
  }

  void begin(const typename S::settings&, int samples) override {
    const std::size_t n = std::size_t(samples) * std::size_t(rows_per_sample_);
    memory_.emplace(this->device_, n);
    host_.resize(n * D);
  }
  void end() override { memory_.reset(); }
  bool draws() const override { return true; }

 private:
  int rows_per_sample_;
  std::optional<memory<device_type, pack<rows>>> memory_;
  std::vector<typename S::element> host_;
};

}    // namespace contrastive
