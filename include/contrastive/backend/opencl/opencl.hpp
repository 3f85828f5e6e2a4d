// SPDX-License-Identifier: MIT
#pragma once
// OpenCL through Boost.Compute. Templates only collect operands, a text and numbers; everything else is ordinary code.
#include <contrastive/backend/opencl/queue.hpp>

namespace contrastive {

/// Float on an OpenCL device, found by name; it owns an in-order queue and the kernels that it compiled. One thread
/// uses a device value at a time.
///
///     opencl device{{.device = "pocl"}};
///
/// Errors: device_error where there is no such device, where a kernel does not compile (with the compiler's log), and
/// where the device refuses its work.
class opencl {
 public:
  using element = float;
  using options = opencl_options;
  using buffer = boost::compute::buffer;
  template <class E>
  using address = cl_address<E>;
  template <class Phase>
  using overrides = type_list<>;
  static constexpr const char* name = "opencl";

  explicit opencl(const options& o = {}) : queue_(o) {}
  opencl(opencl&&) = default;
  opencl& operator=(opencl&&) = default;

  template <class E>
  static constexpr cl_address<E> address_as(cl_address<std::byte> a) {
    return {a.memory, a.offset / sizeof(E)};
  }
  buffer allocate(std::size_t bytes) { return queue_.allocate(bytes); }
  cl_address<std::byte> address_of(buffer& b) { return {b.get(), 0}; }
  template <class E>
  void upload(cl_address<E> to, const E* from, std::size_t count) {
    queue_.upload(to.memory, to.offset * sizeof(E), from, count * sizeof(E));
  }
  template <class E>
  void download(E* to, cl_address<E> from, std::size_t count) {
    queue_.download(to, from.memory, from.offset * sizeof(E), count * sizeof(E));
  }
  template <class E>
  void copy(cl_address<E> to, cl_address<E> from, std::size_t count) {
    queue_.copy(to.memory, to.offset * sizeof(E), from.memory, from.offset * sizeof(E), count * sizeof(E));
  }
  void finish() { queue_.finish(); }

  template <class E, class Tree>
  void map(index4 grid, strided<cl_address<E>> out, const Tree& tree) {
    on_opencl::rendering e;
    render(e, tree);
    queue_.map(grid, on_opencl::record(out), e);
  }
  template <fold F, class E, class Tree>
  void reduce(index4 kept, index4 folded, strided<cl_address<E>> out, const Tree& tree) {
    on_opencl::rendering e;
    render(e, tree);
    queue_.reduce(F, kept, folded, on_opencl::record(out), e);
  }
  template <class Kernel, std::size_t N, class Out, class... In>
  void launch(index4 grid, const std::array<int, N>& numbers, Out out, In... in) {
    queue_.launch(grid, {Kernel::constants, Kernel::views, Kernel::body}, numbers.data(),
                  {on_opencl::record(out), on_opencl::record(in)...});
  }
  void gemm(matrix_operand<cl_address<float>> c, matrix_operand<cl_address<float>> a,
            matrix_operand<cl_address<float>> b, double alpha, double beta) {
    queue_.gemm({c, a, b, float(alpha), float(beta)});
  }

  /// Starts a kernel of an override's own, in order with the verbs. It is compiled once for its text.
  ///
  ///     on_opencl::kernel_call k(operand_of(y).size());    // work items: at_item = 0 …
  ///     k.add_buffer("y", on_opencl::record(operand_of(y).below()));
  ///     k.body += "at_buffer_y[at_from_y+at_item]=1;";
  ///     device.run(k);
  void run(const on_opencl::kernel_call& k) { queue_.run(k); }
  /// The same for a whole text and a range in two dimensions, with the groups that it names.
  void run(const on_opencl::gemm_call& k) { queue_.run(k); }

  std::string device_name() const { return queue_.device_name(); }
  /// f(name, value) of what its bits depend on beside the program: a run goes on only where all of it is the same.
  void facts(auto&& f) const { f("device", device_name()); }
  /// Kernels compiled and buffers made so far: neither grows after a net's first step.
  std::size_t kernels() const { return queue_.kernels(); }
  std::size_t buffers() const { return queue_.buffers(); }

 private:
  on_opencl::queue queue_;
};

}    // namespace contrastive
