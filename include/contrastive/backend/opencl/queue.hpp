// SPDX-License-Identifier: MIT
#pragma once
// A device's queue, in order, with the kernels that it has compiled so far. Everything here is ordinary code.
#include <contrastive/backend/opencl/devices.hpp>
#include <contrastive/backend/opencl/expression_kernel.hpp>
#include <contrastive/backend/opencl/gemm.hpp>
#include <contrastive/backend/opencl/portable_kernel.hpp>

#include <map>

namespace contrastive {

/// Which kernel multiplies matrices.
enum class opencl_gemm { by_device, vectors, local_memory };

/// Which device an opencl is, and how it multiplies.
struct opencl_options {
  std::string device{};                         // part of the device's or platform's name; empty takes the first
  opencl_gemm gemm = opencl_gemm::by_device;    // vectors on CPUs, local memory elsewhere
};

namespace on_opencl {

class queue {
  template <class F>
  auto checked(const char* what, const F& f) const {
    try {
      return f();
    } catch (const compute::opencl_error& e) {
      throw device_error(device_.name() + " could not " + what + ": " + e.what());
    }
  }
  static void require(cl_int result) {
    if (result != CL_SUCCESS) throw compute::opencl_error(result);
  }

 public:
  explicit queue(const opencl_options& options)
      : device_(find_device(options.device)), context_(device_), commands_(context_, device_) {
    const bool cpu = device_.type() & compute::device::cpu;
    vectors_ = options.gemm == opencl_gemm::by_device ? cpu : options.gemm == opencl_gemm::vectors;
    partials_ = allocate(detail::fold_cut::most_partials * sizeof(float));
  }

  std::string device_name() const { return device_.name(); }
  std::size_t kernels() const { return kernels_.size(); }
  std::size_t buffers() const { return buffers_; }

  // ---- memory -------------------------------------------------------------------------------------------------------

  compute::buffer allocate(std::size_t bytes) {
    const std::size_t limit = device_.max_memory_alloc_size(), size = std::max<std::size_t>(bytes, 4);
    if (size > limit)
      throw device_error(device_.name() + " allocates at most " + std::to_string(limit) + " bytes at once; " +
                         std::to_string(size) + " were asked for");
    return checked("allocate memory", [&] {
      compute::buffer b(context_, size);
      const cl_uchar zero = 0;
      require(clEnqueueFillBuffer(commands_.get(), b.get(), &zero, 1, 0, size, 0, nullptr, nullptr));
      ++buffers_;
      return b;
    });
  }
  void upload(cl_mem to, std::size_t offset, const void* from, std::size_t bytes) {
    if (bytes == 0) return;
    checked("upload", [&] {
      require(clEnqueueWriteBuffer(commands_.get(), to, CL_TRUE, offset, bytes, from, 0, nullptr, nullptr));
    });
  }
  void download(void* to, cl_mem from, std::size_t offset, std::size_t bytes) {
    if (bytes == 0) return;
    checked("download", [&] {
      require(clEnqueueReadBuffer(commands_.get(), from, CL_TRUE, offset, bytes, to, 0, nullptr, nullptr));
    });
  }
  void copy(cl_mem to, std::size_t to_offset, cl_mem from, std::size_t from_offset, std::size_t bytes) {
    if (bytes == 0) return;
    checked("copy", [&] {
      require(clEnqueueCopyBuffer(commands_.get(), from, to, from_offset, to_offset, bytes, 0, nullptr, nullptr));
    });
  }
  void finish() {
    checked("finish its work", [&] { commands_.finish(); });
  }

  // ---- the other verbs ----------------------------------------------------------------------------------------------

  void map(index4 grid, const operand& out, const rendering& e) { run(map_call(grid, out, e)); }

  void reduce(fold f, index4 kept, index4 folded, const operand& out, const rendering& e) {
    const detail::fold_cut cut = detail::cut_fold(kept.size(), folded.size());
    if (cut.segments == 1) return run(reduce_call(f, kept, folded, out, e, cut));
    operand partials{partials_.get(), 0, out.what, {}};
    run(reduce_call(f, kept, folded, partials, e, cut));
    // partials(segment, n, h, w, c), folded along an axis that the output lacks
    const std::size_t axis = folded.n > 1 ? 0 : folded.h > 1 ? 1 : folded.w > 1 ? 2 : 3;
    const int extents[4] = {kept.n, kept.h, kept.w, kept.c};
    std::ptrdiff_t step = 1;
    for (std::size_t d = 4; d-- > 0; step *= extents[d]) partials.stride[d] = step;
    partials.stride[axis] = step;
    int segments[4] = {1, 1, 1, 1};
    segments[axis] = int(cut.segments);
    rendering sum;
    sum.add(partials);
    run(reduce_call(f, kept, {segments[0], segments[1], segments[2], segments[3]}, out, sum, {1, cut.segments}));
  }

  void launch(index4 grid, const portable_body& body, const int* numbers, const std::vector<operand>& views) {
    run(launch_call(grid, body, numbers, views));
  }

  void gemm(const product& p) {
    if (p.rows == 0 || p.columns == 0) return;
    if (!vectors_) return run(local_call(p));
    const bool packs = needs_packing(p);
    if (packs) run(pack_call(p, panels(packed_size(p))));
    run(vector_call(p, packs ? panels_.get() : nullptr));
  }

  // ---- kernels of any text ------------------------------------------------------------------------------------------

  void run(const kernel_call& k) {
    if (k.count > 0) start(compiled(k.source()), k.arguments, {k.count, 1}, {64, 1});
  }
  void run(const gemm_call& k) { start(compiled(k.source), k.arguments, k.count, k.group); }

 private:
  cl_mem panels(std::size_t floats) {    // grows to the largest that was ever needed, then stays
    if (panels_.get() == nullptr || panels_.size() < floats * sizeof(float)) panels_ = allocate(floats * sizeof(float));
    return panels_.get();
  }

  // ---- compiling and starting ---------------------------------------------------------------------------------------

  // a group size that never changes: PoCL compiles a kernel again for every other
  void start(compute::kernel& k, const std::vector<argument>& arguments, std::array<std::size_t, 2> count,
             std::array<std::size_t, 2> group) {
    for (std::size_t d = 0; d < 2; ++d) count[d] = (count[d] + group[d] - 1) / group[d] * group[d];
    checked("start a kernel", [&] {
      for (std::size_t n = 0; n < arguments.size(); ++n) k.set_arg(n, arguments[n].size, arguments[n].bytes.data());
      const std::size_t first[2] = {0, 0};
      commands_.enqueue_nd_range_kernel(k, 2, first, count.data(), group.data());
    });
  }
  compute::kernel& compiled(const std::string& source) {
    const auto found = kernels_.find(source);
    if (found != kernels_.end()) return found->second;
    compute::program program = checked("take a program",
                                       [&] { return compute::program::create_with_source(source, context_); });
    try {
      program.build();
    } catch (const compute::opencl_error&) {
      throw device_error(device_.name() + " does not compile a kernel:\n" + program.build_log() + "\n" + source);
    }
    return kernels_.emplace(source, program.create_kernel("run")).first->second;
  }

  compute::device device_;
  compute::context context_;
  compute::command_queue commands_;
  std::map<std::string, compute::kernel> kernels_;    // by their text
  compute::buffer partials_, panels_;
  bool vectors_ = true;
  std::size_t buffers_ = 0;
};

}    // namespace on_opencl

}    // namespace contrastive
