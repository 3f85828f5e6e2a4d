// SPDX-License-Identifier: MIT
#pragma once
// The OpenCL device behind the backend: found by name, with its queue and the kernels that it has compiled so far.
#include <contrastive/backend/opencl/calls.hpp>
#include <contrastive/backend/opencl/gemm.hpp>
#include <contrastive/core/error.hpp>

#include <boost/compute/core.hpp>

#include <algorithm>
#include <cctype>
#include <map>

namespace contrastive {

enum class opencl_gemm { by_device, vectors, local_memory };

struct opencl_options {
  std::string device{};                         // part of the device's or platform's name; empty takes the first
  opencl_gemm gemm = opencl_gemm::by_device;    // vectors on CPUs, local memory elsewhere
};

namespace on_opencl {

namespace compute = boost::compute;

inline std::string description(const compute::device& d) {
  return d.name() + " (" + d.platform().name() + ", " + d.version() + ")";
}
inline bool contains(std::string text, std::string part) {
  const auto lower = [](std::string& s) {
    std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  };
  lower(text), lower(part);
  return text.find(part) != std::string::npos;
}
inline std::vector<compute::device> all_devices() {
  try {
    return compute::system::devices();
  } catch (const compute::opencl_error&) {    // no platform at all
    return {};
  }
}
inline compute::device find_device(const std::string& name) {
  const std::vector<compute::device> devices = all_devices();
  if (devices.empty())
    throw device_error(
        "no OpenCL device was found: install a driver, or PoCL to run on the CPU (Debian: pocl-opencl-icd)");
  std::string found;
  for (const compute::device& d : devices) {
    if (contains(description(d), name)) return d;
    found += (found.empty() ? "" : "; ") + description(d);
  }
  throw device_error("no OpenCL device's name contains '" + name + "'; there are: " + found);
}

class queue {
  template <class F>
  auto checked(const char* what, const F& f) const {
    try {
      return f();
    } catch (const compute::opencl_error& e) {
      throw device_error(device_.name() + " could not " + what + ": " + e.what());
    }
  }

 public:
  explicit queue(const opencl_options& options)
      : device_(find_device(options.device)), context_(device_), commands_(context_, device_) {
    const bool cpu = device_.type() & compute::device::cpu;
    vectors_ = options.gemm == opencl_gemm::by_device ? cpu : options.gemm == opencl_gemm::vectors;
    most_items_ = device_.max_work_group_size();
    partials_ = allocate(fold_cut::most_partials * sizeof(float));
  }

  std::string device_name() const { return device_.name(); }
  std::size_t kernels() const { return kernels_.size(); }
  std::size_t buffers() const { return buffers_; }

  compute::buffer allocate(std::size_t bytes) {
    const std::size_t limit = device_.max_memory_alloc_size(), size = std::max<std::size_t>(bytes, 4);
    if (size > limit)
      throw device_error(device_.name() + " allocates at most " + std::to_string(limit) + " bytes at once; " +
                         std::to_string(size) + " were asked for");
    return checked("allocate memory", [&] {
      ++buffers_;
      compute::buffer b(context_, size);
      const cl_uchar zero = 0;
      require(clEnqueueFillBuffer(commands_.get(), b.get(), &zero, 1, 0, size, 0, nullptr, nullptr));
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

  void map(index4 grid, const operand& out, const rendering& e) { run(map_work(grid, out, e), 256); }

  void reduce(fold f, index4 kept, index4 folded, const operand& out, const rendering& e) {
    const fold_cut cut = cut_fold(kept.size(), folded.size());
    if (cut.segments == 1) return run(reduce_work(f, kept, folded, out, e, cut, false), 64);
    operand partials{partials_.get(), 0, out.what, {}};
    run(reduce_work(f, kept, folded, partials, e, cut, true), 64);
    // the second stage folds the segments of partials(segment, n, h, w, c) along an axis that the output lacks
    const std::array<int, 4> extents{kept.n, kept.h, kept.w, kept.c};
    std::ptrdiff_t step = 1;
    for (std::size_t d = 4; d-- > 0; step *= extents[d]) partials.stride[d] = extents[d] > 1 ? step : 0;
    const std::array<int, 4> along{folded.n, folded.h, folded.w, folded.c};
    const std::size_t axis = std::size_t(std::max_element(along.begin(), along.end()) - along.begin());
    partials.stride[axis] = std::ptrdiff_t(kept.size());
    int segments[4] = {1, 1, 1, 1};
    segments[axis] = int(cut.segments);
    rendering sum;
    sum.add(partials);
    run(reduce_work(f, kept, {segments[0], segments[1], segments[2], segments[3]}, out, sum, {1, cut.segments}, false),
        64);
  }

  void launch(index4 grid, const portable_body& body, const int* numbers, const std::vector<operand>& views) {
    run(launch_work(grid, body, numbers, views), 64);
  }

  void gemm(const matrix_view<cl_address<float>>& c, const matrix_view<cl_address<float>>& a,
            const matrix_view<cl_address<float>>& b, float alpha, float beta) {
    if (c.rows == 0 || c.columns == 0) return;
    if (vectors_) gemm_by_vectors(c, a, b, alpha, beta);
    else gemm_in_local_memory(c, a, b, alpha, beta);
  }

 private:
  using matrix = matrix_view<cl_address<float>>;
  struct strides {
    std::size_t outer, depth;
  };
  static strides strides_of(const matrix& m, bool depth_is_row) {
    const std::size_t columns = std::size_t(m.columns);
    return depth_is_row ? strides{1, columns} : strides{columns, 1};
  }
  static operand whole(const matrix& m) { return {m.data.memory, m.data.offset, kind::real32, {}}; }

  void gemm_by_vectors(const matrix& c, const matrix& a, const matrix& b, float alpha, float beta) {
    const std::size_t rows = std::size_t(c.rows), columns = std::size_t(c.columns),
                      depth = std::size_t(a.transposed ? a.rows : a.columns);
    const std::size_t panels = (columns + panel - 1) / panel;
    const strides of_a = strides_of(a, a.transposed), of_b = strides_of(b, !b.transposed);
    const bool packs = b.transposed || columns % panel != 0;
    operand right = whole(b);
    if (packs) {
      const operand packed{panels_of(panels * panel * depth), 0, kind::real32, {}};
      kernel_call k;
      k.add("", packed.memory);
      k.add_buffer("b", right);
      for (std::size_t n : {panels * panel * depth, columns, depth, of_b.outer, of_b.depth}) k.add("", cl_uint(n));
      run(pack_source, k, panels * panel * depth, 256);
      right = packed;
    }
    kernel_call k;
    k.add_buffer("c", whole(c));
    k.add_buffer("a", whole(a));
    k.add_buffer("b", right);
    for (std::size_t n : {rows, columns, depth}) k.add("", cl_uint(n));
    for (std::size_t n : {of_a.outer, of_a.depth, packs ? panel * depth : panel, packs ? panel : columns})
      k.add("", cl_ulong(n));
    for (float x : {alpha, beta}) k.add("", x);
    run(vector_source, k, {panels, (rows + vector_rows - 1) / vector_rows}, {1, 16});
  }

  void gemm_in_local_memory(const matrix& c, const matrix& a, const matrix& b, float alpha, float beta) {
    const std::size_t rows = std::size_t(c.rows), columns = std::size_t(c.columns),
                      depth = std::size_t(a.transposed ? a.rows : a.columns);
    const strides of_a = strides_of(a, a.transposed), of_b = strides_of(b, !b.transposed);
    kernel_call k;
    k.add_buffer("c", whole(c));
    k.add_buffer("a", whole(a));
    k.add_buffer("b", whole(b));
    for (std::size_t n : {rows, columns, depth, of_a.outer, of_a.depth, of_b.outer, of_b.depth}) k.add("", cl_uint(n));
    for (float x : {alpha, beta}) k.add("", x);
    const auto groups = [](std::size_t n) { return (n + group_tile - 1) / group_tile * group; };
    run(local_source, k, {groups(columns), groups(rows)}, {group, group});
  }
  cl_mem panels_of(std::size_t floats) {    // grows to the largest that was ever needed, then stays
    if (panels_.get() == nullptr || panels_.size() < floats * sizeof(float)) panels_ = allocate(floats * sizeof(float));
    return panels_.get();
  }

  // ---- compiling and starting ---------------------------------------------------------------------------------------------

  void run(const work& w, std::size_t group_size) {
    if (w.count > 0) run(w.source(), w.call, w.count, group_size);
  }
  void run(const std::string& source, const kernel_call& call, std::size_t count, std::size_t group_size) {
    run(source, call, {count, 1}, {std::min(group_size, most_items_), 1});
  }
  void run(const std::string& source, const kernel_call& call, std::array<std::size_t, 2> count,
           std::array<std::size_t, 2> group_size) {
    compute::kernel& k = compiled(source);
    for (std::size_t d = 0; d < 2; ++d) count[d] = (count[d] + group_size[d] - 1) / group_size[d] * group_size[d];
    checked("start a kernel", [&] {
      for (std::size_t n = 0; n < call.arguments.size(); ++n)
        k.set_arg(n, call.arguments[n].size, call.arguments[n].bytes.data());
      const std::size_t start[2] = {0, 0};
      commands_.enqueue_nd_range_kernel(k, 2, start, count.data(), group_size.data());
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

  static void require(cl_int result) {
    if (result != CL_SUCCESS) throw compute::opencl_error(result);
  }

  compute::device device_;
  compute::context context_;
  compute::command_queue commands_;
  std::map<std::string, compute::kernel> kernels_;    // by their text
  compute::buffer partials_, panels_;
  bool vectors_ = true;
  std::size_t most_items_ = 1, buffers_ = 0;
};

}    // namespace on_opencl

}    // namespace contrastive
