// SPDX-License-Identifier: MIT
#pragma once
// What an expression becomes: OpenCL C over a0, a1, … and s0, s1, …, and the operands and numbers that these stand for.
#include <contrastive/backend/opencl/address.hpp>
#include <contrastive/expr/node.hpp>

#include <string>
#include <vector>

namespace contrastive::on_opencl {

struct rendering {
  std::string text;
  std::vector<operand> operands;
  std::vector<double> numbers;

  void add(const operand& o) {    // the same operand is read once
    std::size_t i = 0;
    while (i < operands.size() && !(operands[i] == o)) ++i;
    if (i == operands.size()) operands.push_back(o);
    text += "a" + std::to_string(i);
  }
  void add(double number) {
    text += "s" + std::to_string(numbers.size());
    numbers.push_back(number);
  }
  const char* add_up_to_dollar(const char* from) {
    while (*from != '$') text += *from++;
    return from + 1;
  }
};

template <class A>
void render(rendering& r, const detail::leaf<A>& l) {
  r.add(record(l.operand));
}
template <int Value>
void render(rendering& r, const detail::integer<Value>&) {
  r.text += "((real)" + std::to_string(Value) + ")";
}
inline void render(rendering& r, const detail::number& n) { r.add(n.x); }
template <class Op, class... Parts>
void render(rendering& r, const detail::apply<Op, Parts...>& e) {
  r.text += "(real)";    // every part has the output's type, as in C++
  const char* rest = Op::text;
  detail::for_each_index<sizeof...(Parts)>([&](auto i) {
    rest = r.add_up_to_dollar(rest);
    render(r, part<i>(e.parts));
  });
  r.text += rest;
}

}    // namespace contrastive::on_opencl
