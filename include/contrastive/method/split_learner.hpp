// SPDX-License-Identifier: MIT
#pragma once
// The pipeline's network as two that learn beside one another: an encoder that may rest, and a head.
#include <contrastive/method/learner.hpp>

namespace contrastive {

namespace detail {
/// What a run of an encoder has that may learn: its tape, its optimizer's memory.
template <class Device, class Encoder, class In, class Optimizer, Phase Now>
struct learning_encoder {
  training_pass<Device, Encoder, In, Now> pass;
  memory<Device, optimizer_state<Optimizer, params_of<Encoder, Device, In>>> optimizer;
  learning_encoder(Device& device, std::size_t rows) : pass(device, rows), optimizer(device, 0) {}
};
/// One that never learns has nothing of it.
template <class Device, class Encoder, class In, class Optimizer, Phase Now>
  requires(!Now::keeps_tape)
struct learning_encoder<Device, Encoder, In, Optimizer, Now> {
  learning_encoder(Device&, std::size_t) {}
};
}    // namespace detail

/// A network whose encoder and head have passes and rates of their own; its weights are those of encoder and head in a
/// row, so whatever reads a pipeline's network reads this one.
///
/// While the encoder rests it is used as in inference: its statistics stay, and nothing goes back to it. In a phase
/// without a tape (inference) it always does, and there is no code by which it could learn.
///
///     split_learner<S, EncoderPhase> net{*this};
///     …
///     const auto& y = net.forward(m, encoder_rests);    // (n, …)
///     …                                                 // a loss writes net.dy()
///     net.backward(m);
///     net.update(m, 0.1, updates_so_far);               // the encoder at a tenth of the head's rate
template <class S, Phase EncoderPhase = training>
class split_learner : public method_part<S> {
  using base = method_part<S>;
  using encoder_net = typename S::encoder;
  using head_net = sequential<named<"head", typename S::head>>;

 public:
  using device_type = typename S::device;
  using input = tensor<device_type, typename S::input>;
  using features_shape = typename encoder_net::template output<typename S::input>;
  using head_pass = training_pass<device_type, head_net, features_shape>;
  using output = typename head_pass::output;
  static constexpr bool encoder_learns = EncoderPhase::keeps_tape;

  explicit split_learner(parts<S>& owner) : base(owner, ""), net_(owner.device) {
    owner.holds(net_);
    part<0>(head_.parameters) = part<1>(net_.parameters.value);
    part<0>(head_.gradients) = part<1>(net_.gradients.value);
    part<0>(head_.statistics) = part<1>(net_.statistics.value);
  }

  detail::main_weights<S>& net() { return net_; }
  const detail::main_weights<S>& net() const { return net_; }

  /// What the last forward pass made, and the gradient that the next backward pass begins with.
  output& y() { return run_->head.y(); }
  output& dy() { return run_->head.dy(); }

  /// x: (n, h, w, c), at most the rows that the run was begun for.
  output& forward(auto& m, const input& x, bool encoder_rests) {
    detail::require_rows("a learner", x.rows, run_->capacity);
    run_->good.keep_statistics(m.at.step, net_.statistics);
    run_->encoder_rests = !encoder_learns || encoder_rests;
    run_->waits_for_backward = true;
    x_ = x;
    if (run_->encoder_rests) rest(m);
    else learn(m);
    run_->head.forward(this->device_, head_key(m), features_, head_slots(), watch_of_head(m));
    return y();
  }
  /// From dy() to the gradients of the head, and of the encoder where it does not rest.
  void backward(auto& m) {
    if (!std::exchange(run_->waits_for_backward, false))
      throw argument_error("a backward pass of a learner needs a forward pass of its own: gradients lie over the tape");
    run_->waits_for_update = true;
    no_gradient none;
    if (run_->encoder_rests)
      return run_->head.backward(this->device_, head_key(m), features_, none, head_slots(), watch_of_head(m));
    if constexpr (encoder_learns) {
      auto& pass = run_->encoder.pass;
      run_->head.backward(this->device_, head_key(m), features_, pass.dy(), head_slots(), watch_of_head(m));
      pass.backward(this->device_, this->key_of(m, 0), x_, none, part<0>(net_.slots()), watch_of_encoder(m));
    }
  }
  /// The optimizer's step of the head at the scheduled rate, and of an encoder that does not rest at that share of it.
  /// `before` is the number of the encoder's updates so far.
  void update(auto& m, double encoder_share, int before) {
    if (!std::exchange(run_->waits_for_update, false))
      throw argument_error("an update of a learner needs a backward pass of its own: there is no gradient yet");
    run_->good.keep_parameters(m.at.step, net_.parameters);
    [[maybe_unused]] const auto watched = m.watch.section(this->device_, "optimizer");
    const double rate = m.at.rate(run_->config.learning_rate);
    auto ctx = run_->workspace.context_for_update();
    optimizer::template update<head_net>(ctx, run_->config, rate, m.at.step, head_.parameters, head_.gradients,
                                         run_->head_optimizer.value);
    if constexpr (encoder_learns)
      if (!run_->encoder_rests)
        optimizer::template update<encoder_net>(ctx, run_->config, rate * encoder_share, before,
                                                part<0>(net_.parameters.value), part<0>(net_.gradients.value),
                                                run_->encoder.optimizer.value);
  }

  // ---- what a run asks of every part --------------------------------------------------------------------------------

  void initialize(const typename S::settings& s) override {
    net_.config = s.network;
    part<0>(head_.config) = part<1>(net_.config);
    contrastive::initialize(this->device_, net_, s.seed, s.initialize, this->number() * base::places_of_a_part);
  }
  void begin(const typename S::settings& s, int samples) override {
    run_.emplace(this->device_, detail::optimizer_for(s, this->name()), samples * S::view_count);
  }
  void end() override { run_.reset(); }
  bool moved_in(int step) const override { return run_->good.updated_in(step); }
  void restore(int step, int update) override { run_->good.restore(step, update, net_.parameters, net_.statistics); }
  void copy_to(base& like) override {
    auto& other = static_cast<split_learner&>(like);
    this->copy_across(net_.parameters, other.net_.parameters, other.device_);
    this->copy_across(net_.statistics, other.net_.statistics, other.device_);
  }
  void each_array_of_run(const typename base::each_column& f) override {
    f(this->path_of("optimizer", "head"), whole(this->device_, run_->head_optimizer));
    if constexpr (encoder_learns)
      f(this->path_of("optimizer", "encoder"), whole(this->device_, run_->encoder.optimizer));
  }
  void each_stored(detail::stored_network<device_type>& all, bool gradients) override {
    all.template add<typename S::network>(gradients ? net_.gradients.value : net_.parameters.value,
                                          net_.statistics.value);
  }
  bool learns() const override { return true; }
  detail::network_memory<S> main_network() const override { return {&net_.parameters.value, &net_.statistics.value}; }

 private:
  using optimizer = typename S::optimizer;
  using head_params = params_of<head_net, device_type, features_shape>;
  using resting_pass = inference_pass<device_type, encoder_net, typename S::input>;

  struct running {
    typename optimizer::config config;
    int capacity;
    bool encoder_rests = false, waits_for_backward = false, waits_for_update = false;
    std::optional<resting_pass> resting{};    // from the first rest to the first step that learns
    CONTRASTIVE_NO_ADDRESS
    detail::learning_encoder<device_type, encoder_net, typename S::input, optimizer, EncoderPhase> encoder;
    head_pass head;
    memory<device_type, detail::optimizer_state<optimizer, head_params>> head_optimizer;
    detail::optimizer_workspace<optimizer, device_type> workspace;
    detail::last_good<device_type, typename detail::main_weights<S>::params, typename detail::main_weights<S>::state>
        good;

    running(device_type& device, const typename optimizer::config& c, int rows)
        : config(c),
          capacity(rows),
          encoder(device, std::size_t(rows)),
          head(device, std::size_t(rows)),
          head_optimizer(device, 0),
          workspace(device),
          good(device) {}
  };
  /// The head's part of the network, as a network.
  struct head_addresses {
    head_params parameters{}, gradients{};
    state_of<head_net, device_type, features_shape> statistics{};
    config_of<head_net> config{};
  };

  void rest(auto& m) {
    if (!run_->resting) run_->resting.emplace(this->device_, std::size_t(run_->capacity));
    (*run_->resting)(this->device_, this->key_of(m, 0), x_, part<0>(net_.parameters.value),
                     part<0>(net_.statistics.value), part<0>(net_.config), watch_of_encoder(m));
    features_ = run_->resting->y();
  }
  void learn(auto& m) {
    if constexpr (encoder_learns) {
      run_->resting.reset();
      run_->encoder.pass.forward(this->device_, this->key_of(m, 0), x_, part<0>(net_.slots()), watch_of_encoder(m));
      features_ = run_->encoder.pass.y();
    }
  }
  auto head_slots() { return slot{head_.parameters, head_.statistics, head_.config, head_.gradients}; }
  /// Its layers draw where they would behind the encoder's.
  random_key head_key(const auto& m) const {
    random_key key = this->key_of(m, 0);
    key.layer += detail::places_of<encoder_net>();
    return key;
  }
  static auto watch_of_encoder(auto& m) { return m.watch.template of<encoder_net>(encoder_name); }
  static auto watch_of_head(auto& m) { return m.watch.template of<head_net>(head_name); }
  static inline const std::string encoder_name = "encoder", head_name = "head";    // a profile keeps their addresses

  detail::main_weights<S> net_;
  head_addresses head_;
  std::optional<running> run_;
  input x_{};
  tensor<device_type, features_shape> features_{};    // the encoder's last outputs, where they are
};

}    // namespace contrastive
