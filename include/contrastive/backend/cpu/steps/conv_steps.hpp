// SPDX-License-Identifier: MIT
#pragma once
// Convolutions, transposed ones too, in training: alone, with a relu, with a batch-norm (left as an affine value), with
// both (left pending).
//
// Statistics ride in the convolution's epilogue; the normalized, rectified result is applied by whoever reads it next.
#include <contrastive/backend/cpu/steps/norm.hpp>
#include <contrastive/backend/cpu/steps/transposed_convolution.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/spectral_norm.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// The kernels serve this layer behind this value.
template <class X, class Conv>
concept Convolvable = Takes<Conv, typename X::shape> && ((is_conv2d<Conv> && (Readable<X> || is_stem_input<X>)) ||
                                                         (is_transposed_conv2d<Conv> && Readable<X>));

template <bias Bias, Shape Out>
struct padded_bias {    // the bias behind its last channel is zero
  float* data = nullptr;
  constexpr void place_in(auto& place) {
    if constexpr (Bias == bias::yes) data = place.template take_fixed<float>(lanes_of<Out>);
  }
  const float* of(const auto& conv) {
    if constexpr (Bias == bias::yes) {
      std::fill_n(data, lanes_of<Out>, 0.f);
      std::copy_n(conv.params.bias.data, Out::channels, data);
    }
    return data;
  }
};
template <class Conv>
inline constexpr bias bias_of = bias::no;
template <int K, sides R, int Stride, sides Padding, bias Bias>
inline constexpr bias bias_of<conv2d<K, R, Stride, Padding, Bias>> = Bias;
template <int K, sides R, int Stride, sides Padding, int Extra, bias Bias>
inline constexpr bias bias_of<transposed_conv2d<K, R, Stride, Padding, Extra, Bias>> = Bias;

/// Somebody wants the gradient of a bias that is there.
template <class Grads>
inline constexpr bool has_wanted_bias = false;
template <class Grads>
  requires requires(Grads& g) { g.bias; }
inline constexpr bool has_wanted_bias<Grads> = wanted<decltype(std::remove_cvref_t<Grads>::bias)>;

/// conv2d, with a relu in its epilogue where Relu: left blocked or rectified.
template <class X, class Conv, bool Relu>
struct conv_step {
  static constexpr bool adds = true;    // adds: its input's gradient may come with an addend
  using body = convolution<X, Conv>;
  using Out = typename body::Out;
  using result = std::conditional_t<Relu, rectified<Out>, blocked<Out>>;
  using tape = nothing;
  struct scratch {
    typename body::scratch weights;
    typename body::images_scratch images;
    padded_bias<bias_of<Conv>, Out> bias;
    static constexpr void members(auto&& f, auto&... s) {
      f("weights", s.weights...);
      f("images", s.images...);
      f("bias", s.bias...);
    }
  };

  static void forward(auto& ctx, X& x, result& y, tape&, scratch& s, const auto& conv, const auto&...) {
    body::forward(ctx.device, x, images_of(y).data, conv.params.weight.data, nullptr, s.weights,
                  {.bias = s.bias.of(conv), .relu = Relu});
  }
  static void backward(auto& ctx, X& x, result& y, tape&, scratch& s, auto& dy, auto& dx, const auto& conv,
                       const auto&...) {
    body::to_input(ctx.device, x, conv.params.weight.data, s.weights, s.images, dy.data, dx, {});
    if constexpr (wanted<decltype(conv.grads.weight)>)
      body::to_weight(ctx.device, x, dy.data, s.weights, conv.grads.weight.data);
    if constexpr (has_wanted_bias<decltype(conv.grads)>) to_bias(ctx, y, dy, conv);
  }

 private:
  static void to_bias(auto& ctx, const result& y, const auto& dy, const auto& conv) {
    if constexpr (Relu)
      for (int k = 0; k < Out::channels; ++k) conv.grads.bias.data[k] = float(dy.sum(0, k));
    else
      ctx.device.pool.run(blocks_of(Out::channels), [&](int block) {
        double sum[block_channels] = {};
        const float* from = dy.data + std::ptrdiff_t(block) * y.rows * Out::pixels * block_channels;
        for (std::ptrdiff_t i = 0; i < std::ptrdiff_t(y.rows) * Out::pixels * block_channels; ++i)
          sum[i % block_channels] += double(from[i]);
        for (int k = 0; k < block_channels && block * block_channels + k < Out::channels; ++k)
          conv.grads.bias.data[block * block_channels + k] = float(sum[k]);
      });
  }
};

/// conv2d and batch_norm, with a relu left pending where Relu. Without one dy is shared (a shortcut reads it too), so
/// the gradient of raw gets its own memory; with one it may take dy's place.
template <class X, class Conv, bool Relu>
struct conv_norm_step {
  static constexpr bool adds = true;
  using body = convolution<X, Conv>;
  using Out = typename body::Out;
  using result = std::conditional_t<Relu, pending<Out>, affine<Out>>;
  using tape = norm_tape<Out>;
  struct scratch {
    typename body::scratch weights;
    typename body::images_scratch images;
    padded_bias<bias_of<Conv>, Out> bias;
    std::conditional_t<Relu, nothing, blocked<Out>> d_raw;
    static constexpr void members(auto&& f, auto&... s) {
      f("weights", s.weights...);
      f("images", s.images...);
      f("bias", s.bias...);
      f("d_raw", s.d_raw...);
    }
  };

  static void forward(auto& ctx, X& x, result& y, tape& t, scratch& s, const auto& conv, const auto& norm,
                      const auto&...) {
    epilogue after{.bias = s.bias.of(conv)};
    if constexpr (batch_statistics<decltype(ctx)>) after.sums = t.sums.data;
    body::forward(ctx.device, x, main_of(y).raw.data, conv.params.weight.data, nullptr, s.weights, after);
    t.finish_forward(ctx, body::forward_chunks(body::rows_of(x)), body::rows_of(x), norm, main_of(y));
  }
  static void backward(auto& ctx, X& x, result& y, tape& t, scratch& s, auto& dy, auto& dx, const auto& conv,
                       const auto& norm, const auto&...) {
    float* d_raw = dy.data;
    if constexpr (!Relu) d_raw = s.d_raw.data;
    t.finish_backward(ctx, dy, norm, main_of(y));
    const auto before = t.gradient_of_raw(ctx.device, dy.data, main_of(y).raw, d_raw);
    body::to_input(ctx.device, x, conv.params.weight.data, s.weights, s.images, d_raw, dx, before);
    if constexpr (wanted<decltype(conv.grads.weight)>)
      body::to_weight(ctx.device, x, d_raw, s.weights, conv.grads.weight.data);
    if constexpr (has_wanted_bias<decltype(conv.grads)>) to_bias(ctx, t, dy, conv);
  }

 private:
  // a batch's own mean takes every constant away again; running ones do not
  static void to_bias(auto& ctx, const tape& t, const auto& dy, const auto& conv) {
    for (int k = 0; k < Out::channels; ++k)
      conv.grads.bias.data[k] = batch_statistics<decltype(ctx)> ? 0.f : float(double(t.a.data[k]) * dy.sum(0, k));
  }
  static auto& main_of(result& y) {
    if constexpr (Relu) return y.main;
    else return y;
  }
};

/// conv_step with a weight that is divided by its largest singular value.
template <class X, class Conv, bool Relu>
struct spectral_step {
  using base = conv_step<X, Conv, Relu>;
  using layer = spectral_norm<Conv>;
  static constexpr bool adds = base::adds;
  using result = typename base::result;
  using tape = typename layer::template tape<cpu, typename X::shape>;
  struct scratch {
    typename base::scratch own;
    parameter<cpu, per_channel<1>, role::running_mean> along;
    static constexpr void members(auto&& f, auto&... s) { f("own", s.own...), f("along", s.along...); }
  };

  static void forward(auto& ctx, X& x, result& y, tape& t, scratch& s, const auto& conv, const auto&... rest) {
    nothing none;
    detail::find_norm(ctx, conv.params.weight, conv.state.u, t);
    layer::normalized(conv, t, none, [&](const auto& own) { base::forward(ctx, x, y, none, s.own, own, rest...); });
  }
  static void backward(auto& ctx, X& x, result& y, tape& t, scratch& s, auto& dy, auto& dx, const auto& conv,
                       const auto&... rest) {
    nothing none;
    layer::normalized(conv, t, none,
                      [&](const auto& own) { base::backward(ctx, x, y, none, s.own, dy, dx, own, rest...); });
    if constexpr (wanted<decltype(conv.grads.weight)>) detail::through_norm(ctx, conv.grads.weight, t, s.along);
  }
};

// ---- the patterns ---------------------------------------------------------------------------------------------------

struct conv_norm_relu {
  static constexpr int covers = 3;
  using example = asked::layers<blocked<image<8, 8, 32>>, conv2d<32, 3>, batch_norm, relu>;
  template <class X, class Conv>
    requires Convolvable<X, Conv>
  static conv_norm_step<X, Conv, true> match(asked::layers<X, Conv, batch_norm, relu>);
};
struct conv_norm {
  static constexpr int covers = 2;
  using example = asked::layers<blocked<image<8, 8, 32>>, conv2d<32, 3>, batch_norm>;
  template <class X, class Conv>
    requires Convolvable<X, Conv>
  static conv_norm_step<X, Conv, false> match(asked::layers<X, Conv, batch_norm>);
};
struct conv_relu {
  static constexpr int covers = 2;
  using example = asked::layers<blocked<image<8, 8, 32>>, conv2d<32, 3, 1, 1, bias::yes>, relu>;
  template <class X, class Conv>
    requires Convolvable<X, Conv>
  static conv_step<X, Conv, true> match(asked::layers<X, Conv, relu>);
};
struct conv_alone {
  static constexpr int covers = 1;
  using example = asked::layers<blocked<image<8, 8, 32>>, conv2d<32, 3>>;
  template <class X, class Conv>
    requires Convolvable<X, Conv>
  static conv_step<X, Conv, false> match(asked::layers<X, Conv>);
};

/// The same with weights divided by their largest singular value.
struct spectral_conv_relu {
  static constexpr int covers = 2;
  using example = asked::layers<blocked<image<8, 8, 32>>, spectral_norm<conv2d<32, 3, 2, 1, bias::yes>>, relu>;
  template <class X, class Conv>
    requires Convolvable<X, Conv>
  static spectral_step<X, Conv, true> match(asked::layers<X, spectral_norm<Conv>, relu>);
};
struct spectral_conv {
  static constexpr int covers = 1;
  using example = asked::layers<blocked<image<8, 8, 32>>, spectral_norm<conv2d<32, 3>>>;
  template <class X, class Conv>
    requires Convolvable<X, Conv>
  static spectral_step<X, Conv, false> match(asked::layers<X, spectral_norm<Conv>>);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu
