// SPDX-License-Identifier: MIT
// What is particular to OpenCL: devices by name, kernels by their text, two kernels for matrix products.
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/net/network.hpp>
#include <contrastive/opencl.hpp>
#include <contrastive/testing/backend_laws/gemm.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"

using namespace contrastive;
using Catch::Matchers::Contains;

CONTRASTIVE_KERNEL(no_opencl_c, (int factor), (auto out, auto in),
                   out(n, h, w, c) = static_cast<real>(factor) * in(n, h, w, c);)

CONTRASTIVE_KERNEL(named_like_ours, (int at, int i),
                   (auto count, auto item, auto height, auto buffer_x, auto x, auto n_x), real place = at * i;
                   count(n, h, w, c) = place + item(n, h, w, c) + height(n, h, w, c) + buffer_x(n, h, w, c) +
                                       x(n, h, w, c) + n_x(n, h, w, c);)

TEST_CASE("a device is found by a part of its name, in any case of letters") {
  const std::string name = shared_device().device_name();
  std::string part = name.substr(0, 5);
  for (char& c : part) c = char(std::toupper(static_cast<unsigned char>(c)));
  CHECK(opencl{{.device = part}}.device_name() == name);
}

TEST_CASE("a device that is not there is refused with the names of those that are") {
  CHECK_THROWS_AS(opencl{{.device = "abacus"}}, device_error);
  CHECK_THROWS_WITH(opencl{{.device = "abacus"}}, Contains("no OpenCL device's name contains 'abacus'; there are: ") &&
                                                      Contains(shared_device().device_name()));
}

TEST_CASE("more memory than the device allocates at once is refused") {
  CHECK_THROWS_WITH(shared_device().allocate(std::size_t(1) << 50), Contains("1125899906842624 were asked for"));
}

TEST_CASE("a kernel that does not compile is refused with the compiler's words and the text") {
  device& d = shared_device();
  auto memory = d.allocate(64);
  const strided<cl_address<float>> x{device::address_as<float>(d.address_of(memory)), 0, 0, 0, 1};
  const auto launch = [&] { d.launch<no_opencl_c>({1, 1, 1, 4}, std::array{2}, x, x); };
  CHECK_THROWS_AS(launch(), device_error);
  CHECK_THROWS_WITH(launch(), Contains("does not compile a kernel") && Contains("static_cast"));
}

TEST_CASE("no name of a portable body means anything to the backend") {
  using namespace contrastive::testing::laws_of_backends;
  device& d = shared_device();
  const index4 grid{2, 1, 2, 3};
  auto in = store(d, values(grid.size(), 5)), out = store(d, values(grid.size()));
  const auto x = laid_out(in.data, grid);
  d.launch<named_like_ours>(grid, std::array{2, 3}, laid_out(out.data, grid), x, x, x, x, x);
  CHECK(out.read(d) == values(grid.size(), 5 * 5 + 6));
}

TEST_CASE("after the first step nothing is compiled and no memory is made") {
  using net = small_convnet<4>;
  using in = image<9, 9, 2>;
  device d;
  weights<device, net, in> w(d);
  training_pass<device, net, in> pass(d, 6);
  memory<device, pack<tensor<device, in>>> input(d, 6);
  const auto step = [&] {
    no_gradient dx;
    pass.forward(d, {}, part<0>(input.value), w.slots());
    pass.backward(d, {}, part<0>(input.value), dx, w.slots());
    d.finish();
  };
  step();
  const std::size_t kernels = d.kernels(), buffers = d.buffers();
  step();
  CHECK(d.kernels() == kernels);
  CHECK(d.buffers() == buffers);
  CHECK(kernels < 30);
}

TEST_CASE("both kernels of matrix products obey the laws of gemm") {
  using contrastive::testing::laws_of_backends::gemm_laws;
  for (const opencl_gemm kernel : {opencl_gemm::vectors, opencl_gemm::local_memory}) {
    opencl d{{.gemm = kernel}};
    contrastive::testing::laws tried;
    gemm_laws(tried, d, {.shapes = 2});
    for (const auto& each : tried) {
      INFO(contrastive::testing::text_of(each));
      CHECK(each.holds());
    }
  }
}
