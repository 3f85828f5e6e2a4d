// SPDX-License-Identifier: MIT
#pragma once
// The kernels of launch: a portable body's own text, with its views as macros and its constants as arguments.
#include <contrastive/backend/opencl/kernel_call.hpp>

#include <string_view>

namespace contrastive::on_opencl {

struct portable_body {
  const char *constants, *views, *text;
};

/// The last words of a declaration list: "(int size, int stride)" has size and stride.
inline std::vector<std::string> declared_names(std::string_view list) {
  std::vector<std::string> names;
  for (std::size_t end = list.find_first_of(",)"); end != list.npos; end = list.find_first_of(",)", end + 1)) {
    const std::size_t last = list.find_last_not_of(" \n", end - 1), first = list.find_last_of(" (", last) + 1;
    if (first <= last) names.emplace_back(list.substr(first, last + 1 - first));    // "()" has none
  }
  return names;
}

/// A view is a macro of four indices. Its text knows only whether channels lie side by side, which lets copies be
/// vectors.
inline void add_view(kernel_call& k, const std::string& name, const operand& o) {
  k.add_buffer(name, o);
  std::string place;
  for (std::size_t d = 0; d < 4; ++d) {
    const std::string axis(1, "nhwc"[d]);
    place += "+(at_" + axis + ")";
    if (d == 3 && o.stride[d] == 1) continue;
    k.add("long at_" + axis + "_" + name, cl_long(o.stride[d]));
    place += "*at_" + axis + "_" + name;
  }
  k.macros += "#define " + name + "(at_n,at_h,at_w,at_c) " + kernel_call::element(name, o.what, place) + "\n";
}

inline kernel_call launch_call(index4 grid, const portable_body& b, const int* numbers,
                               const std::vector<operand>& views) {
  kernel_call k(grid.size());
  const std::vector<std::string> view_names = declared_names(b.views), constant_names = declared_names(b.constants);
  for (std::size_t v = 0; v < views.size(); ++v) add_view(k, view_names[v], views[v]);
  for (std::size_t c = 0; c < constant_names.size(); ++c) k.add("int " + constant_names[c], cl_int(numbers[c]));
  k.add("uint at_height", cl_uint(grid.h));
  k.add("uint at_width", cl_uint(grid.w));
  k.add("uint at_channels", cl_uint(grid.c));
  k.body +=
      "int c=at_item%at_channels;at_item/=at_channels;int w=at_item%at_width;at_item/=at_width;"
      "int h=at_item%at_height,n=at_item/at_height;\n{";
  k.body += b.text;
  k.body += "}";
  return k;
}

}    // namespace contrastive::on_opencl
