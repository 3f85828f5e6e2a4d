// SPDX-License-Identifier: MIT
#pragma once
// A kernel in the making: its text, and beside it the arguments of this call. The text is its name in the device's
// list.
#include <contrastive/backend/opencl/address.hpp>
#include <contrastive/core/error.hpp>

#include <cstring>
#include <string>
#include <vector>

namespace contrastive::on_opencl {

struct argument {
  std::array<std::byte, 8> bytes{};
  std::size_t size = 0;

  argument() = default;
  template <class T>
  explicit argument(const T& value)
      : size(sizeof value) {             // NOLINT(bugprone-sizeof-expression): a buffer is a pointer
    static_assert(sizeof value <= 8);    // NOLINT(bugprone-sizeof-expression)
    std::memcpy(bytes.data(), static_cast<const void*>(&value), size);
  }
};

/// Every name that the backend makes begins with at_, so that portable bodies may use all others.
struct kernel_call {
  std::size_t count = 0;       // work items
  kind real = kind::real32;    // what it calculates in
  std::string macros, parameters, body;
  std::vector<argument> arguments;

  explicit kernel_call(std::size_t items, kind calculates_in = kind::real32) : count(fits(items)), real(calculates_in) {
    add("uint at_count", cl_uint(count));
    body = "uint at_item=get_global_id(0);if(at_item>=at_count)return;\n";
  }
  template <class T>
  void add(const std::string& declaration, const T& value) {
    if (!parameters.empty()) parameters += ",";
    parameters += declaration;
    arguments.emplace_back(value);
  }
  /// at_buffer_NAME and at_from_NAME: a buffer and where the operand begins in it; of random numbers at_random_NAME.
  void add_buffer(const std::string& name, const operand& o) {
    if (o.what == kind::random) return add_random(name, o);
    add(std::string("__global ") + name_of(o.what) + "*at_buffer_" + name, o.memory);
    add("ulong at_from_" + name, cl_ulong(o.offset));
  }
  /// The operand's element so many from its first; `offset` begins with a sign.
  static std::string element(const std::string& name, kind what, const std::string& offset) {
    if (what != kind::random) return "at_buffer_" + name + "[at_from_" + name + offset + "]";
    return "at_uniform(at_from_" + name + offset + ",at_random_" + name + ",at_row_" + name + ")";
  }
  void add_number(const std::string& declared, double x) {
    if (real == kind::real32) add("float " + declared, cl_float(x));
    else add("int " + declared, cl_int(x));
  }
  std::string source() const {
    return std::string("typedef ") + name_of(real) + " real;\n" +
           "real larger(real a,real b){return a<b?b:a;}\n"
           "real smaller(real a,real b){return a>b?b:a;}\n"
           "real magnitude(real a){return a>0?a:0-a;}\n"
           "float logistic(float a){return 1/(1+exp(-a));}\n"
           "float softened(float a){const float rest=log1p(exp(-fabs(a)));return a<0?rest:a+rest;}\n" +
           macros + "__kernel void run(" + parameters + "){\n" + body + "\n}\n";
  }
  // random_numbers::number in OpenCL C: the key's two words, then epoch, sample and the rest of the counter
  static constexpr const char* uniform =
      "float at_uniform(ulong i,uint8 from,uint row){\n"
      "const uint e=i%row;uint k=from.s0,l=from.s1;uint4 c=(uint4)(e/4,from.s2,from.s3+(uint)(i/row),from.s4);\n"
      "for(uint r=0;r<10;++r){const uint p=c.x,q=c.z;"
      "c=(uint4)(mul_hi(0xCD9E8D57u,q)^c.y^k,0xCD9E8D57u*q,mul_hi(0xD2511F53u,p)^c.w^l,0xD2511F53u*p);"
      "k+=0x9E3779B9u;l+=0xBB67AE85u;}\n"
      "return (float)((e%4<2?e%4<1?c.x:c.y:e%4<3?c.z:c.w)>>8)*0x1p-24f;}\n";
  void add_random(const std::string& name, const operand& o) {
    if (macros.find(uniform) == std::string::npos) macros += uniform;
    add("ulong at_from_" + name, cl_ulong(o.offset));
    std::string words;
    for (std::size_t n = 0; n < 5; ++n) {
      const std::string word = "at_word_" + std::to_string(n) + "_" + name;
      add("uint " + word, o.numbers[n]);
      words += word + ",";
    }
    add("uint at_row_" + name, o.numbers[5]);
    body = "const uint8 at_random_" + name + "=(uint8)(" + words + "0,0,0);" + body;
  }
  static std::size_t fits(std::size_t places) {
    if (places > UINT32_MAX)
      throw device_error("an OpenCL kernel walks over at most 4294967295 places; these are " + std::to_string(places));
    return places;
  }
};

}    // namespace contrastive::on_opencl
