// SPDX-License-Identifier: MIT
// The methods of the survey by name; each trains in a file of its own in methods/.
#include "session.hpp"

namespace survey {

bool random_encoder(session&);
bool cross_entropy(session&);
bool sup_con(session&);
bool simclr(session&);
bool moco(session&);
bool simsiam(session&);

const std::vector<entry>& all_methods() {
  static const std::vector<entry> all{{"random", random_encoder},
                                      {"cross_entropy", cross_entropy},
                                      {"sup_con", sup_con},
                                      {"simclr", simclr},
                                      {"moco", moco},
                                      {"simsiam", simsiam}};
  return all;
}

}    // namespace survey
