// SPDX-License-Identifier: MIT
#pragma once
// One training step on a device: views, forward, loss, backward, update. All memory is taken before the first step.
#include <contrastive/augment/view_pass.hpp>
#include <contrastive/loss/loss.hpp>
#include <contrastive/optim/workspace.hpp>
#include <contrastive/train/pipeline_settings.hpp>

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace contrastive {

/// Where a step is: which batch, how far, how fast.
struct step_place {
  int epoch = 0;    // from 0
  int step = 0;     // from 0, over all epochs
  double learning_rate = 0;
};

/// What a run needs beyond the weights: tapes, images, views, loss and optimizer memory, for one batch size. A watch sees its
/// sections and the steps of its network (step_watch.hpp).
template <class Device, Shape Sample, class Views, class Net, class Loss, class Optimizer, class Watch = unwatched>
class trainer {
 public:
  using input = typename Views::template output<Sample>;
  using settings = pipeline_settings<Views, Net, Loss, Optimizer>;
  using network = weights<Device, Net, input>;
  using pass = training_pass<Device, Net, input>;
  using embedding = typename pass::output;
  static constexpr int views = Views::count;

  trainer(Device& device, network& net, const settings& s, int batch, Watch watch = {})
      : device_(device),
        net_(net),
        settings_(s),
        batch_(batch),
        images_(device, std::size_t(batch)),
        views_(device, std::size_t(batch), s.views),
        inputs_(device, rows()),
        loss_(device, rows()),
        labels_(device, rows()),
        optimizer_(device, 0),
        workspace_(device),
        good_params_(device, 0),
        good_state_(device, 0),
        watch_(watch) {
    const int count = together() ? 1 : views;
    for (int p = 0; p < count; ++p) passes_.push_back(std::make_unique<pass>(device, rows() / std::size_t(count)));
    if (!together()) apart_.emplace(device, rows()), sum_.emplace(device, 0);
  }

  /// Forward and loss of one batch; the weights are as before, the gradient waits in the embeddings.
  loss_report evaluate(std::span<const std::uint8_t> pixels, std::span<const int> samples, std::span<const int> labels,
                       step_place at) {
    make_views(pixels, samples, labels, at);
    copy_all(good_state_, net_.statistics);    // the forward pass changes them
    for (int p = 0; p < int(passes_.size()); ++p) {
      auto x = input_of(p);
      passes_[std::size_t(p)]->forward(device_, key(at), x, net_.slots(), watch_);
      if (!together()) copy_rows(part<0>(apart_->value), p, passes_[std::size_t(p)]->y());
    }
    auto& z = together() ? passes_[0]->y() : part<0>(apart_->value);
    auto& dz = together() ? passes_[0]->dy() : part<1>(apart_->value);
    [[maybe_unused]] const auto watched = watch_.section(device_, "loss");
    if constexpr (Loss::needs_labels) loss_(device_, settings_.loss, z, part<0>(labels_.value), views, dz);
    else loss_(device_, settings_.loss, z, no_labels{}, views, dz);
    return loss_.read(device_, settings_.loss);
  }

  /// Backward and update. What was good before is kept, so that a later failure can go back to it.
  void update(step_place at) {
    keep_good();
    no_gradient dx;
    for (int p = 0; p < int(passes_.size()); ++p) {
      auto x = input_of(p);
      if (!together()) take_rows(passes_[std::size_t(p)]->dy(), p, part<1>(apart_->value));
      passes_[std::size_t(p)]->backward(device_, key(at), x, dx, net_.slots(), watch_);
      if (!together()) add_gradients(p);
    }
    [[maybe_unused]] const auto watched = watch_.section(device_, "optimizer");
    auto ctx = workspace_.context_for_update();
    Optimizer::template update<Net>(ctx, settings_.optimizer, at.learning_rate, at.step, net_.parameters.value,
                                    net_.gradients.value, optimizer_.value);
  }

  /// The weights and statistics as they were when the loss was last finite; before the first update, as they came.
  void restore_good() {
    if (updated_) copy_all(net_.parameters, good_params_);
    copy_all(net_.statistics, good_state_);
  }

  auto& optimizer_memory() { return optimizer_; }
  int batch() const { return batch_; }

 private:
  std::size_t rows() const { return std::size_t(batch_) * std::size_t(views); }
  bool together() const { return settings_.view_passes == passes::together; }
  random_key key(step_place at) const { return {settings_.seed, std::uint32_t(at.step)}; }
  context<Device, training> training_context() { return {device_, {}, {}}; }

  auto& all_inputs() { return part<0>(inputs_.value); }
  void make_views(std::span<const std::uint8_t> pixels, std::span<const int> samples, std::span<const int> labels,
                  step_place at) {
    [[maybe_unused]] const auto watched = watch_.section(device_, "views");
    device_.upload(part<0>(images_.value).data, pixels.data(), pixels.size());
    if constexpr (Loss::needs_labels) upload_labels(labels);
    views_.make(device_, {settings_.seed, std::uint32_t(at.epoch)}, samples, part<0>(images_.value), all_inputs());
  }
  tensor<Device, input> input_of(int p) {
    const int count = int(rows() / passes_.size());
    const auto v = operand_of(all_inputs()).slice(p * count, count);
    return {v.data, v.rows};
  }
  void upload_labels(std::span<const int> labels) {    // every view has its sample's
    auto to = part<0>(labels_.value).data;
    for (int v = 0; v < views; ++v) device_.upload(to + std::size_t(v) * labels.size(), labels.data(), labels.size());
  }
  void copy_rows(embedding& to, int p, const embedding& from) {
    const auto v = operand_of(to).slice(p * from.rows, from.rows);
    device_.copy(v.data, from.data, v.size());
  }
  void take_rows(embedding& to, int p, const embedding& from) {
    const auto v = operand_of(from).slice(p * to.rows, to.rows);
    device_.copy(to.data, v.data, v.size());
  }
  template <class T>
  void copy_all(memory<Device, T>& to, memory<Device, T>& from) {
    const auto target = whole(device_, to);
    if (target.rows > 0) device_.copy(target.data, whole(device_, from).data, target.size());
  }
  void keep_good() {
    [[maybe_unused]] const auto watched = watch_.section(device_, "weights kept for a restart");
    copy_all(good_params_, net_.parameters);
    updated_ = true;
  }
  void add_gradients(int p) {
    auto ctx = training_context();
    const auto sum = whole(device_, *sum_), gradients = whole(device_, net_.gradients);
    if (p == 0) map(ctx, sum, gradients * 1);
    else map(ctx, sum, sum + gradients);
    if (p + 1 == int(passes_.size())) copy_all(net_.gradients, *sum_);
  }

  Device& device_;
  network& net_;
  const settings& settings_;
  int batch_;
  std::vector<std::unique_ptr<pass>> passes_;
  memory<Device, pack<tensor<Device, Sample, std::uint8_t>>> images_;
  view_pass<Device, Sample, Views> views_;
  memory<Device, pack<tensor<Device, input>>> inputs_;
  loss_pass<Device, Loss, shape_of<embedding>> loss_;
  memory<Device, pack<tensor<Device, features<1>, std::int32_t>>> labels_;
  memory<Device, typename Optimizer::template state<typename network::params>> optimizer_;
  optimizer_workspace<Optimizer, Device> workspace_;
  memory<Device, typename network::params> good_params_;
  memory<Device, typename network::state> good_state_;
  bool updated_ = false;
  std::optional<memory<Device, pack<embedding, embedding>>> apart_;
  std::optional<memory<Device, typename network::params>> sum_;
  CONTRASTIVE_NO_ADDRESS Watch watch_;
};

}    // namespace contrastive
