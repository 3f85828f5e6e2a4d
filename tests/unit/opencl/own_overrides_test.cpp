// SPDX-License-Identifier: MIT
// Overrides of an OpenCL device of one's own: a layer whose step starts kernels of its own text.
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/opencl.hpp>

#include "support/check_overrides.hpp"

namespace ct = contrastive;

namespace {

int started = 0;

/// relu, one work item for each number.
template <class X>
struct relu_step {
  using result = X;
  using tape = ct::nothing;
  using scratch = ct::nothing;

  static void forward(auto& ctx, X& x, result& y, tape&, scratch&, const auto& /*relu*/) {
    start(ctx.device, "at_buffer_y[at_from_y+at_item]=fmax(at_buffer_x[at_from_x+at_item],0.0f);", x, x, y);
  }
  static void backward(auto& ctx, X& x, result&, tape&, scratch&, auto& dy, auto& dx, const auto& /*relu*/) {
    if constexpr (ct::wanted<decltype(dx)>)
      start(ctx.device,
            "at_buffer_y[at_from_y+at_item]=at_buffer_x[at_from_x+at_item]>0?at_buffer_d[at_from_d+at_item]:0;", x, dy,
            dx);
  }

 private:
  static void start(auto& device, const char* text, const auto& x, const auto& d, const auto& y) {
    const auto record = [](const auto& t) { return ct::on_opencl::record(operand_of(t).below()); };
    ct::on_opencl::kernel_call k(operand_of(y).size());
    k.add_buffer("x", record(x));
    k.add_buffer("d", record(d));
    k.add_buffer("y", record(y));
    k.body += text;
    device.run(k);
    ++started;
  }
};

struct own_relu {
  static constexpr int covers = 1;
  template <class Device>
  using example = ct::asked::layers<ct::tensor<Device, ct::image<5, 3, 4>>, ct::relu>;
  template <class Device, ct::Shape S>
  static relu_step<ct::tensor<Device, S>> match(ct::asked::layers<ct::tensor<Device, S>, ct::relu>);
};

struct my_device : ct::opencl {
  using opencl::opencl;
  template <class Phase>
  using overrides = ct::type_list<own_relu>;
};

static_assert(ct::Backend<my_device>);
static_assert(overrides_support::each_is_chosen<my_device, ct::training> &&
              overrides_support::each_is_chosen<my_device, ct::inference>);
static_assert(
    ct::program_of<ct::sequential<ct::linear<3>, ct::relu>, ct::tensor<my_device, ct::features<4>>>::generic_steps ==
    1);

}    // namespace

TEST_CASE("an OpenCL device's own override starts a kernel of its own and equals the generic body") {
  my_device mine;
  const std::size_t before = mine.kernels();
  overrides_support::check_examples(mine, 1, my_device::overrides<ct::training>{});
  CHECK(started > 0);
  CHECK(mine.kernels() > before);
}
