// SPDX-License-Identifier: MIT
#pragma once
// The CPU as a device: a value that owns its threads. Verbs on row-major memory; the overrides make it fast.
#include <contrastive/backend/cpu/kernels/channel_kernels.hpp>
#include <contrastive/backend/cpu/kernels/conv_kernels.hpp>
#include <contrastive/backend/cpu/kernels/gemm.hpp>
#include <contrastive/backend/cpu/kernels/row_kernels.hpp>
#include <contrastive/backend/cpu/kernels/winograd_kernels.hpp>
#include <contrastive/backend/cpu/verbs/reduce.hpp>
#include <contrastive/core/refuse.hpp>

#include <cstdlib>
#include <memory>
#include <new>
#include <thread>

namespace contrastive::inline CONTRASTIVE_TARGET {

/// How a cpu works: threads, instruction set, Winograd.
struct cpu_options {
  int threads = int(std::thread::hardware_concurrency());
  on_cpu::isa instructions = on_cpu::usable_isa();    // of the kernels; a test may ask for less
  bool winograd = true;    // 3×3 convolutions by Winograd's F(4×4, 3×3) where that is faster: errors of 1e-6, not 4e-7
};

namespace on_cpu {

/// Memory that steps of one kind share, one after the other: it grows to what the largest needs, then stays. Its lock
/// is taken inside a turn of the pool.
struct shared_workspace {
  std::mutex in_use;
  std::vector<float> values;
  float* of(std::size_t size) {
    if (values.size() < size) values.resize(size);
    return values.data();
  }
};

/// Memory that begins at a cache line and is zero.
struct aligned_buffer {
  struct release {
    void operator()(std::byte* p) const { std::free(p); }
  };
  std::unique_ptr<std::byte[], release> data;
  explicit aligned_buffer(std::size_t bytes) {
    const std::size_t size = (bytes + 63) / 64 * 64 + 64;
    data.reset(static_cast<std::byte*>(std::aligned_alloc(64, size)));
    if (!data) throw std::bad_alloc{};
    std::fill_n(data.get(), size, std::byte{});
  }
};

/// The verbs, without any override.
class verbs {
 public:
  using element = float;
  template <class E>
  using address = E*;
  using buffer = aligned_buffer;
  workers pool;

  explicit verbs(cpu_options options = {})
      : pool(options.threads),
        multiply_(gemm_for(options.instructions)),
        packed_(std::size_t(pool.threads()) * gemm_blocks::floats_per_thread * sizeof(float)) {}

  template <class E>
  static constexpr E* address_as(std::byte* p) {
    return reinterpret_cast<E*>(p);
  }
  buffer allocate(std::size_t bytes) { return buffer(bytes); }
  std::byte* address_of(buffer& b) { return b.data.get(); }
  template <class E>
  void upload(E* to, const E* from, std::size_t count) {
    std::copy_n(from, count, to);
  }
  template <class E>
  void download(E* to, const E* from, std::size_t count) {
    std::copy_n(from, count, to);
  }
  template <class E>
  void copy(E* to, const E* from, std::size_t count) {
    std::copy_n(from, count, to);
  }
  void finish() {}

  template <class Tree>
  void map(index4 grid, const strided<float*>& out, const Tree& tree) {
    on_cpu::map(pool, grid, out, tree);
  }
  template <fold F, class Tree>
  void reduce(index4 kept, index4 folded, const strided<float*>& out, const Tree& tree) {
    reduction<F, Tree>(kept, folded, out, tree).run(pool, partials_);
  }
  template <class Kernel, std::size_t N, class Out, class... In>
  void launch(index4 grid, const std::array<int, N>& numbers, const Out& out, const In&... in) {
    const int lines = grid.n * grid.h;    // a line of the grid makes a task
    pool.run(lines, [&](int line) {
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        for (int w = 0; w < grid.w; ++w)
          for (int c = 0; c < grid.c; ++c)
            Kernel::template run<float>(line / grid.h, line % grid.h, w, c, numbers[I]..., out, in...);
      }(std::make_index_sequence<N>{});
    });
  }
  void gemm(const matrix_operand<float*>& c, const matrix_operand<float*>& a, const matrix_operand<float*>& b,
            double alpha, double beta) {
    on_cpu::gemm(pool, multiply_, reinterpret_cast<float*>(packed_.data.get()), c, a, b, float(alpha), float(beta));
  }

 private:
  gemm_function multiply_;
  aligned_buffer packed_;    // a part for each thread, which nobody else touches while it has a task
  partial_sums partials_;
};

template <class Phase>
struct overrides_missing {
  static_assert(detail::never<Phase>, "the cpu's fast steps are not included: include <contrastive/cpu.hpp>");
};
/// The overrides stand in steps/overrides.hpp. A unit that asks for them without it is refused, never served otherwise
/// than the units that it is linked with.
template <class Phase>
struct override_list {
  using type = std::conditional_t<detail::refuse<overrides_missing<Phase>>(), void, type_list<>>;
};

}    // namespace on_cpu

/// The CPU with its fast steps. It owns its threads; several pipelines may share one.
///
///     ct::cpu device{{.threads = 2}};
struct cpu : on_cpu::verbs {
  template <class Phase>
  using overrides = typename on_cpu::override_list<Phase>::type;
  static constexpr const char* name = "cpu";
  const on_cpu::isa instructions;    // of its kernels: where only one set is compiled, that one
  const on_cpu::conv_kernels& conv;
  const on_cpu::winograd_kernels& winograd;
  const on_cpu::channel_kernels& channels;
  const on_cpu::row_kernels& rows;
  const bool may_use_winograd;
  on_cpu::shared_workspace winograd_workspace, pair_workspace;

  /// f(name, value) of what its bits depend on beside the program: a run goes on only where all of it is the same.
  void facts(auto&& f) const {
    f("instructions", std::string(on_cpu::name_of(instructions)));
    f("winograd", may_use_winograd);
  }

  explicit cpu(cpu_options options = {})
      : verbs(options),
        instructions(on_cpu::conv_kernels_for(options.instructions).set),
        conv(on_cpu::conv_kernels_for(options.instructions)),
        winograd(on_cpu::winograd_kernels_for(options.instructions)),
        channels(on_cpu::channel_kernels_for(options.instructions)),
        rows(on_cpu::row_kernels_for(options.instructions)),
        may_use_winograd(options.winograd) {}
};

/// The CPU with every layer's generic body: what the fast steps are tested against.
struct cpu_generic : on_cpu::verbs {
  template <class Phase>
  using overrides = type_list<>;
  static constexpr const char* name = "cpu_generic";
  explicit cpu_generic(cpu_options options = {}) : verbs(options) {}
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET
