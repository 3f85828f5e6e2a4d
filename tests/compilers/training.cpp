// SPDX-License-Identifier: MIT
//     training write LOSSES     writes the reference's losses, a line each
//     training compare LOSSES   this machine's reference and cpu have the losses in that file
#include "training.hpp"

#include "support/tolerance.hpp"

#include <cstdio>
#include <fstream>
#include <string_view>

using namespace compilers_test;

namespace {

int write(const char* path) {
  std::ofstream file(path);
  file.precision(17);
  for (const double loss : losses<ct::reference>()) file << loss << '\n';
  return file.flush() ? 0 : 1;
}

bool agree(const char* device, const std::vector<double>& found, const std::vector<double>& expected) {
  bool right = expected.size() == 8 && found.size() == 8;
  for (std::size_t i = 0; right && i < 8; ++i) {
    const double difference = relative_difference(found[i], expected[i]);
    right = difference < tolerance::few_steps;
    std::printf("%s, step %zu: %.9f, expected %.9f, differs by %.1e\n", device, i, found[i], expected[i], difference);
  }
  return right;
}

int compare(const char* path) {
  std::ifstream file(path);
  std::vector<double> expected;
  for (double loss; file >> loss;) expected.push_back(loss);
  const bool reference = agree("reference", losses<ct::reference>(), expected),
             cpu = agree("cpu", losses_of_cpu(), expected);
  return reference && cpu ? 0 : 1;
}

}    // namespace

int main(int count, char** arguments) {
  const std::string_view what = count == 3 ? arguments[1] : "";
  if (what == "write") return write(arguments[2]);
  if (what == "compare") return compare(arguments[2]);
  return std::fputs("usage: training (write | compare) LOSSES\n", stderr), 2;
}
