// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool t_simcne(session& s) {
  using t_simcne = model<ct::t_simcne, ct::mlp<256, 2>>;
  const auto add_map = [&](const auto& trained) {
    const auto some = ct::first(s.test(), std::min<std::size_t>(2000, s.test().size()));
    const ct::matrix places = ct::outputs(trained, some);
    map m{.title = "t-SimCNE: the head's two outputs for images that it was not trained on"};
    for (std::size_t i = 0; i < places.rows(); ++i) {
      m.x.push_back(places.row(i)[0]), m.y.push_back(places.row(i)[1]);
      m.labels.push_back(int(some.label_at(i)));
    }
    s.found.maps.push_back(std::move(m));
  };
  return learn<t_simcne>(s, {.name = "t_simcne", .title = "t-SimCNE"}, recipe<t_simcne>(0.03), add_map);
}

}    // namespace survey
