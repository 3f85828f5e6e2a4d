// SPDX-License-Identifier: MIT
// Independent multiply-adds, to measure what an instruction set can do at most. Read once for each set.

/// Runs `rounds` of twelve vectors' multiply-adds; how many operations that were (the result is hidden in the last
/// digits).
template <int Lanes>
[[gnu::noinline]] double multiply_add(here, long rounds) {
  using V = floats<Lanes>;
  V sum[12];
#pragma GCC unroll 12
  for (int i = 0; i < 12; ++i) {
    sum[i] = splat<V>(float(i) * 0.1f);
    asm("" : "+x"(sum[i]));    // no two chains may be found alike
  }
  const V a = splat<V>(0.999f), b = splat<V>(0.001f);
  for (long round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < 12; ++i) sum[i] = fma(sum[i], a, b);
    asm volatile("");    // keeps the loop
  }
  V total{};
#pragma GCC unroll 12
  for (int i = 0; i < 12; ++i) total += sum[i];
  return 2. * 12 * Lanes * double(rounds) +
         1e-9 * double(on_cpu::sum(floats<4>{total[0], total[1], total[2], total[3]}));
}
