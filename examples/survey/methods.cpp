// SPDX-License-Identifier: MIT
// The methods that this survey was built with, by name (CMakeLists.txt); each trains in a file of its own in methods/.
#include "session.hpp"

namespace survey {

#define METHOD(name) bool name(session&);
#include "methods.inc"
#undef METHOD

const std::vector<entry>& all_methods() {
#define METHOD(name) {#name, name},
  static const std::vector<entry> all{
#include "methods.inc"
  };
#undef METHOD
  return all;
}

}    // namespace survey
