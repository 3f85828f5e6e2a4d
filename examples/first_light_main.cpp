// SPDX-License-Identifier: MIT
// The command line of first_light: which of the devices compiled in, how much, which data.
#include "first_light_command_line.hpp"

#include <iostream>
#include <map>

int main(int count, char** words) {
  const std::map<std::string, int (*)(const first_light_options&)> devices{
#ifdef CONTRASTIVE_WITH_REFERENCE
      {"reference", first_light_on_reference},
#endif
#ifdef CONTRASTIVE_WITH_CPU
      {"cpu", first_light_on_cpu},
#endif
#ifdef CONTRASTIVE_WITH_THRUST_CPP
      {"thrust_cpp", first_light_on_thrust_cpp},
#endif
#ifdef CONTRASTIVE_WITH_THRUST_OMP
      {"thrust_omp", first_light_on_thrust_omp},
#endif
#ifdef CONTRASTIVE_WITH_OPENCL
      {"opencl", first_light_on_opencl},
#endif
  };
  first_light_options options;
  std::string device = devices.contains("cpu") ? "cpu" : "reference", names;
  for (const auto& [name, run] : devices) names += (names.empty() ? "" : " | ") + name;

  CLI::App app{"SimCLR learns from real images without labels, and shows what its encoder is worth before and after."};
  app.add_option("--device", device, names)->capture_default_str();
  add_options(app, options);
  CLI11_PARSE(app, count, words);

  try {
    const auto found = devices.find(device);
    if (found == devices.end())
      throw std::invalid_argument("there is no device \"" + device + "\"; choose one of: " + names);
    return found->second(options);
  } catch (const std::exception& e) {
    std::cerr << "first_light: " << e.what() << '\n';
    return 2;
  }
}
