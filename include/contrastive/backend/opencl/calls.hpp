// SPDX-License-Identifier: MIT
#pragma once
// The kernels of map, reduce and launch, written out.
#include <contrastive/backend/fold_cut.hpp>
#include <contrastive/backend/opencl/kernel_call.hpp>
#include <contrastive/core/verbs.hpp>

#include <string_view>

namespace contrastive::on_opencl {

/// A kernel, the number of its work items, and the type it calculates in.
struct work {
  kernel_call call;
  std::size_t count;
  kind real;
  std::string source() const { return call.source(real); }
};

inline void begin(kernel_call& k, std::size_t count) {
  k.add("ulong count", cl_ulong(count));
  k.body += "ulong i=get_global_id(0);if(i>=count)return;\n";
}
inline std::vector<operand> with(const operand& out, const std::vector<operand>& in) {
  std::vector<operand> all{out};
  all.insert(all.end(), in.begin(), in.end());
  return all;
}
inline void add_operands(kernel_call& k, const std::vector<operand>& all) {
  for (std::size_t o = 0; o < all.size(); ++o) k.add_buffer(std::to_string(o), all[o]);
}
inline void add_numbers(kernel_call& k, kind real, const std::vector<double>& numbers) {
  for (std::size_t s = 0; s < numbers.size(); ++s) k.add_number("s" + std::to_string(s), real, numbers[s]);
}

// out(i) = e(i): operand 0 is the output, a0 is operand 1
inline work map_work(index4 grid, const operand& out, const rendering& e) {
  const std::vector<operand> all = with(out, e.operands);
  const axes a = axes_of(grid, all);
  work w{{}, grid.size(), out.what};
  kernel_call& k = w.call;
  add_operands(k, all);
  begin(k, w.count);
  k.add_indices("i", "i", a);
  std::string loads, store;
  for (std::size_t o = 0; o < all.size(); ++o) {
    const std::string name = std::to_string(o), element = "p_" + name + "[o_" + name + k.index(name, "i", a, o) + "]";
    if (o == 0) store = element;
    else loads += "const real a" + std::to_string(o - 1) + "=" + element + ";";
  }
  add_numbers(k, w.real, e.numbers);
  k.body += "\n" + loads + "\n" + store + "=" + e.text + ";";
  return w;
}

// sums of floats carry what their rounding lost (Kahan 1965): as good as double, where a device may have none
inline std::string fold_step(fold f, kind real) {
  if (f == fold::max) return "total=total<v?v:total;";
  if (real != kind::real32) return "total+=v;";
  return "const real add=v-lost,next=total+add;lost=(next-total)-add;total=next;";
}
inline std::string fold_start(fold f, kind real) {
  if (f == fold::sum) return "real total=0,lost=0;";
  return std::string("real total=") + (real == kind::real32 ? "-INFINITY;" : real == kind::int32 ? "INT_MIN;" : "0;");
}
/// j0, j1, … one place further, without a division.
inline std::string advance(const axes& a) {
  std::string text, close;
  for (int d = 0; d + 1 < a.rank; ++d) {
    const std::string j = "j" + std::to_string(d);
    text += "if(++" + j + "==e_" + j + "){" + j + "=0;";
    close += "}";
  }
  return text + "++j" + std::to_string(std::max(a.rank, 1) - 1) + ";" + close;
}

/// One work item for every output and segment of its fold, outputs innermost. Uncut, it writes the output itself.
inline work reduce_work(fold f, index4 kept, index4 folded, const operand& out, const rendering& e, fold_cut cut,
                        bool to_partials) {
  const std::vector<operand> all = with(out, e.operands);
  const axes over = axes_of(kept, all), along = axes_of(folded, all);
  work w{{}, kept.size() * cut.segments, out.what};
  kernel_call& k = w.call;
  add_operands(k, all);
  begin(k, w.count);
  k.add("uint all", cl_uint(folded.size()));
  k.add("uint length", cl_uint(cut.length));
  if (to_partials) {
    k.add("uint kept", cl_uint(kept.size()));
    k.body += "const ulong to=i;const uint first=i/kept*length,last=min(first+length,all);i%=kept;\n";
  } else k.body += "const uint first=0,last=all;\n";
  k.add_indices("i", "i", over);
  k.add_indices("j", "first", along);
  std::string loads, store;
  for (std::size_t o = 0; o < all.size(); ++o) {
    const std::string name = std::to_string(o), element = "p_" + name + "[o_" + name + k.index(name, "i", over, o);
    if (o == 0) store = to_partials ? "p_0[o_0+to]" : element + "]";
    else loads += "const real a" + std::to_string(o - 1) + "=" + element + k.index(name, "j", along, o) + "];";
  }
  add_numbers(k, w.real, e.numbers);
  k.body += "\n" + fold_start(f, w.real) + "\nfor(uint j=first;j<last;++j){" + loads + "const real v=" + e.text + ";" +
            fold_step(f, w.real) + advance(along) + "}\n" + store + "=total;";
  return w;
}

// ---- portable bodies --------------------------------------------------------------------------------------------------

/// The last words of a declaration list: "(int size, int stride)" has size and stride.
inline std::vector<std::string> declared_names(std::string_view list) {
  std::vector<std::string> names;
  for (std::size_t end = list.find_first_of(",)"); end != list.npos; end = list.find_first_of(",)", end + 1)) {
    const std::size_t before = list.find_last_not_of(" \n", end - 1), start = list.find_last_of(" (", before) + 1;
    names.emplace_back(list.substr(start, before + 1 - start));
  }
  return names;
}

/// A view is a macro of four indices, whose text knows only whether channels lie together; the macro's parameters have names that no body uses.
inline void add_view(kernel_call& k, const std::string& name, const operand& o) {
  k.add_buffer(name, o);
  std::string place;
  for (std::size_t d = 0; d < 4; ++d) {
    const std::string index = std::string("(at_") + "nhwc"[d] + ")";
    if (d == 3 && o.stride[d] == 1) place += "+" + index;
    else {
      const std::string stride = "t_" + std::to_string(d) + name;
      k.add("long " + stride, cl_long(o.stride[d]));
      place += "+" + index + "*" + stride;
    }
  }
  k.macros += "#define " + name + "(at_n,at_h,at_w,at_c) p_" + name + "[o_" + name + place + "]\n";
}
struct portable_body {
  const char *constants, *views, *text;
};
inline work launch_work(index4 grid, const portable_body& b, const int* numbers, const std::vector<operand>& views) {
  work w{{}, grid.size(), kind::real32};
  kernel_call& k = w.call;
  begin(k, w.count);
  const std::vector<std::string> view_names = declared_names(b.views), constant_names = declared_names(b.constants);
  for (std::size_t v = 0; v < views.size(); ++v) add_view(k, view_names[v], views[v]);
  for (std::size_t c = 0; c < constant_names.size(); ++c) k.add("int " + constant_names[c], cl_int(numbers[c]));
  k.add("uint extent_h", cl_uint(grid.h));
  k.add("uint extent_w", cl_uint(grid.w));
  k.add("uint extent_c", cl_uint(grid.c));
  k.body +=
      "\nuint place=i;const int c=place%extent_c;place/=extent_c;const int w=place%extent_w;place/=extent_w;"
      "const int h=place%extent_h,n=place/extent_h;\n";
  k.body += b.text;
  return w;
}

}    // namespace contrastive::on_opencl
