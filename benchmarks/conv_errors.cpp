// SPDX-License-Identifier: MIT
// A convolution's three passes on given numbers, by the direct kernels or Winograd's: our side of benchmarks/conv_errors.py.
//
//     g++ -std=c++20 -O2 -Ibenchmarks -Iinclude benchmarks/conv_errors.cpp -lpthread -o conv_errors
//     ./conv_errors                                                           # names of the layers and their shapes, as JSON
//     ./conv_errors --layer=1 --folder=F [--isa=avx2] [--winograd=1]
//
// F has x, w and dy and gets y, dx and dw: floats, blocks of 32 channels, w and dw (filters, taps, channels). With --winograd a
// layer that Winograd does not take prints nothing; otherwise what was done is printed.
#include "burst.hpp"
#include "conv_layers.hpp"

#include <contrastive/backend/cpu/kernels/winograd_kernels.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

using namespace contrastive::on_cpu;
using numbers = std::vector<float>;

struct passes {
  conv_shape shape;
  numbers x, w, dy, y, dx, dw, packed;

  void direct(workers& pool, const conv_kernels& conv) {
    const weight_packing packing{shape};
    numbers workspace(gradient_workspace_size(shape)), gradient(packed_size(shape));
    packing.forward(pool, conv.tile_channels, w.data(), nullptr, packed.data());
    conv.forward(pool, shape, x.data(), packed.data(), y.data(), {}, {});
    if (!shape.rows) {
      packing.backward(pool, conv.tile_channels, w.data(), packed.data());
      conv.backward_data(pool, shape, dy.data(), packed.data(), dx.data(), {}, {});
    }
    conv.backward_weights(pool, shape, x.data(), dy.data(), gradient.data(), workspace.data(), {});
    packing.gradient(pool, gradient.data(), dw.data());
  }

  void winograd(workers& pool, const winograd_kernels& conv) {
    numbers workspace(winograd_workspace_size(shape, pool.threads())), gradient(packed_size(shape));
    conv.pack_forward(pool, shape, w.data(), nullptr, packed.data());
    conv.forward(pool, shape, x.data(), packed.data(), y.data(), {}, {}, workspace.data());
    conv.pack_backward(pool, shape, w.data(), packed.data());
    conv.backward_data(pool, shape, dy.data(), packed.data(), dx.data(), {}, {}, workspace.data());
    conv.backward_weights(pool, shape, x.data(), dy.data(), gradient.data(), {}, workspace.data());
    weight_packing{shape}.gradient(pool, gradient.data(), dw.data());
  }
};

void print_layers() {
  const char* before = "[";
  for (const auto& [name, s] : work::layers) {
    std::printf("%s{\"name\": \"%s\", \"size\": %d, \"channels\": %d, \"filters\": %d, \"kernel\": %d, \"stride\": %d}",
                before, name, s.height, s.channels, s.filters, s.kernel_height, s.stride);
    before = ",\n ";
  }
  std::puts("]");
}

numbers read(const std::filesystem::path& file) {
  numbers values(std::filesystem::file_size(file) / sizeof(float));
  std::ifstream(file, std::ios::binary)
      .read(reinterpret_cast<char*>(values.data()), std::streamsize(values.size() * sizeof(float)));
  return values;
}

void write(const std::filesystem::path& file, const numbers& values) {
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()), std::streamsize(values.size() * sizeof(float)));
}

}    // namespace

int main(int argc, char** argv) {
  const burst::options words{argc, argv};
  const int layer = int(words.number("layer", -1));
  if (layer < 0) {
    print_layers();
    return 0;
  }
  if (layer >= int(std::size(work::layers)))
    return std::fprintf(stderr, "there is no layer %d; there are %d\n", layer, int(std::size(work::layers))), 1;
  const conv_shape s = work::layers[layer].shape;
  const std::filesystem::path folder = words.text("folder", ".");
  const isa set = words.text("isa", "").empty() ? best_isa() : burst::isa_named(words.text("isa", ""));
  const bool fast = words.number("winograd", 0) != 0;
  if (set > best_isa()) return std::fprintf(stderr, "this CPU has no %s\n", name_of(set)), 1;
  if (fast && !winograd_takes(s)) return 0;

  workers pool{2};
  passes p{s, read(folder / "x"), read(folder / "w"), read(folder / "dy"), {}, {}, {}, {}};
  p.y.resize(p.dy.size());
  p.dx.resize(p.x.size());
  p.dw.resize(p.w.size());
  p.packed.resize(std::max(packed_size(s), winograd_packed_size(s)));
  if (fast) p.winograd(pool, winograd_kernels_for(set));
  else p.direct(pool, conv_kernels_for(set));
  write(folder / "y", p.y);
  write(folder / "dx", p.dx);
  write(folder / "dw", p.dw);
  std::printf("%s, %s\n", fast ? "Winograd" : "direct", name_of(set));
}
