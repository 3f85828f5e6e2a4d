// SPDX-License-Identifier: MIT
// The machine's peak of fused multiply-adds right now, as one line of JSON: fma_probe [--threads=2]
#include "burst.hpp"

int main(int argc, char** argv) {
  const int threads = int(burst::options{argc, argv}.number("threads", 2));
  std::printf("{\"gflops\": %.1f, \"isa\": \"%s\"}\n", burst::fma_peak(threads),
              contrastive::on_cpu::name_of(contrastive::on_cpu::usable_isa()));
}
