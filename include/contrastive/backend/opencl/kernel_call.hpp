// SPDX-License-Identifier: MIT
#pragma once
// A kernel in the making: its text, and beside it the arguments of this call. The text is its name in the device's list.
#include <contrastive/backend/opencl/axes.hpp>
#include <contrastive/backend/opencl/rendering.hpp>

#include <cstring>

namespace contrastive::on_opencl {

struct argument {
  std::array<std::byte, 8> bytes;
  std::size_t size;
};

struct kernel_call {
  std::string macros, parameters, body;
  std::vector<argument> arguments;

  template <class T>
  void add(const std::string& declaration, const T& value) {
    static_assert(sizeof(T) <= 8);
    if (!parameters.empty()) parameters += ",";
    parameters += declaration;
    argument& a = arguments.emplace_back();
    a.size = sizeof(T);
    std::memcpy(a.bytes.data(), &value, sizeof(T));
  }
  /// p_NAME and o_NAME: a buffer and where the operand begins in it.
  void add_buffer(const std::string& name, const operand& o) {
    add(std::string("__global ") + name_of(o.what) + "*p_" + name, o.memory);
    add("ulong o_" + name, cl_ulong(o.offset));
  }
  void add_number(const std::string& name, kind real, double x) {
    if (real == kind::real32) add("float " + name, cl_float(x));
    else add("int " + name, cl_int(x));
  }
  /// The text of an operand's element at the indices PREFIX0, PREFIX1, … A stride of zero or one is part of the text; where
  /// there are more than two axes it is not, which keeps the number of different texts small.
  std::string index(const std::string& name, const std::string& prefix, const axes& a, std::size_t k) {
    std::string text;
    for (std::size_t d = 0; d < std::size_t(a.rank); ++d) {
      const std::ptrdiff_t stride = a.stride[k][d];
      if (a.rank <= 2 && stride == 0) continue;
      text += "+" + prefix + std::to_string(d);
      if (a.rank <= 2 && stride == 1) continue;
      const std::string s = "t_" + prefix + std::to_string(d) + name;
      add("long " + s, cl_long(stride));
      text += "*" + s;
    }
    return text;
  }
  /// Declares PREFIX0, PREFIX1, … as the place number i of the axes' grid.
  void add_indices(const std::string& prefix, const std::string& i, const axes& a) {
    if (a.rank <= 1) {
      body += "ulong " + prefix + "0=" + i + ";";
      return;
    }
    body += "uint q" + prefix + "=" + i + ";";
    for (std::size_t d = 0; d < std::size_t(a.rank); ++d) {
      const std::string axis = prefix + std::to_string(d);
      if (d + 1 == std::size_t(a.rank)) body += "ulong " + axis + "=q" + prefix + ";";
      else {
        add("uint e_" + axis, cl_uint(a.extent[d]));
        body += "ulong " + axis + "=q" + prefix + "%e_" + axis + ";q" + prefix + "/=e_" + axis + ";";
      }
    }
  }
  std::string source(kind real) const {
    return std::string("typedef ") + name_of(real) + " real;\n" +
           "real larger(real a,real b){return a<b?b:a;}\n"
           "real smaller(real a,real b){return a>b?b:a;}\n" +
           macros + "__kernel void run(" + parameters + "){\n" + body + "\n}\n";
  }
};

}    // namespace contrastive::on_opencl
