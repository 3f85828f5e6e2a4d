// SPDX-License-Identifier: MIT
#pragma once
// Finding an OpenCL device by a part of its name.
#include <contrastive/backend/opencl/address.hpp>
#include <contrastive/core/error.hpp>

#include <boost/compute/core.hpp>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace contrastive::on_opencl {

namespace compute = boost::compute;

inline std::string description(const compute::device& d) {
  return d.name() + " (" + d.platform().name() + ", " + d.version() + ")";
}
inline std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}
inline std::vector<compute::device> all_devices() {
  try {
    return compute::system::devices();
  } catch (const compute::opencl_error&) {    // there is no platform
    return {};
  }
}
/// The first device whose name, platform or version contains `name`, in any case of letters.
inline compute::device find_device(const std::string& name) {
  const std::vector<compute::device> devices = all_devices();
  if (devices.empty())
    throw device_error(
        "no OpenCL device was found: install a driver, or PoCL to run on the CPU (Debian: pocl-opencl-icd)");
  std::string found;
  for (const compute::device& d : devices) {
    if (lowered(description(d)).find(lowered(name)) != std::string::npos) return d;
    found += (found.empty() ? "" : "; ") + description(d);
  }
  throw device_error("no OpenCL device's name contains '" + name + "'; there are: " + found);
}

}    // namespace contrastive::on_opencl
