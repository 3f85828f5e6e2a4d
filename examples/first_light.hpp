// SPDX-License-Identifier: MIT
#pragma once
// First light's options, and its one source seen from outside: it is compiled once for each device.
#include <cstdint>
#include <string>

struct first_light_options {
  std::string data = CONTRASTIVE_DATA_DIR;
  int epochs = 0;     // 0: what the device does in time
  int images = 0;     // 0: what the device does in time
  int batch = 0;      // 0: likewise
  int threads = 0;    // 0: all (cpu only)
  std::uint64_t seed = 1;
};

int first_light_on_reference(const first_light_options&);
int first_light_on_cpu(const first_light_options&);
int first_light_on_thrust_cpp(const first_light_options&);
int first_light_on_thrust_omp(const first_light_options&);
int first_light_on_opencl(const first_light_options&);
