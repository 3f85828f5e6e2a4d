// SPDX-License-Identifier: MIT
#pragma once
// The kernels of map and reduce.
#include <contrastive/backend/fold_cut.hpp>
#include <contrastive/backend/opencl/axes.hpp>
#include <contrastive/backend/opencl/kernel_call.hpp>
#include <contrastive/backend/opencl/rendering.hpp>
#include <contrastive/expr/verbs.hpp>

#include <initializer_list>

namespace contrastive::on_opencl {

/// The axes of a grid and the letter of their indices: i0, i1, … from the innermost.
struct walk {
  std::string letter;
  axes over;
  std::string index(int d) const { return letter + std::to_string(d); }
};

/// A kernel of an expression. Operand 0 is its output; a0, a1, … of the expression's text are the others.
class expression_kernel {
 public:
  kernel_call call;

  expression_kernel(std::size_t items, const operand& out, const rendering& e) : call(items, out.what), operands_{out} {
    operands_.insert(operands_.end(), e.operands.begin(), e.operands.end());
    for (std::size_t o = 0; o < operands_.size(); ++o) call.add_buffer(std::to_string(o), operands_[o]);
    for (std::size_t s = 0; s < e.numbers.size(); ++s) call.add_number("s" + std::to_string(s), e.numbers[s]);
  }
  walk walk_over(index4 grid, const char* letter) const { return {letter, axes_of(grid, operands_)}; }

  /// Declares a walk's indices as those of its place number `i`.
  void declare(const walk& w, const std::string& i) {
    const int last = std::max(w.over.rank, 1) - 1;
    std::string rest = i;
    for (int d = 0; d < last; ++d) {
      const std::string extent = "e_" + w.index(d), next = "r_" + w.index(d);
      call.add("uint " + extent, cl_uint(w.over.extent[std::size_t(d)]));
      call.body += "ulong " + w.index(d) + "=" + rest + "%" + extent + ";const uint " + next + "=" + rest + "/" +
                   extent + ";";
      rest = next;
    }
    call.body += "ulong " + w.index(last) + "=" + rest + ";\n";
  }
  /// A walk's indices one place further, without a division.
  static std::string advance(const walk& w) {
    std::string text, close;
    for (int d = 0; d + 1 < w.over.rank; ++d) {
      text += "if(++" + w.index(d) + "==e_" + w.index(d) + "){" + w.index(d) + "=0;";
      close += "}";
    }
    return text + "++" + w.index(std::max(w.over.rank, 1) - 1) + ";" + close;
  }
  /// Operand o where the walks are.
  std::string element(std::size_t o, std::initializer_list<const walk*> walks) {
    std::string from_first;
    for (const walk* w : walks) from_first += offset(o, *w);
    return kernel_call::element(std::to_string(o), operands_[o].what, from_first);
  }
  /// Reads a0, a1, … where the walks are.
  std::string loads(std::initializer_list<const walk*> walks) {
    std::string text;
    for (std::size_t o = 1; o < operands_.size(); ++o)
      text += "const real a" + std::to_string(o - 1) + "=" + element(o, walks) + ";\n";
    return text;
  }

 private:
  // A stride of zero or one is part of the text. Where there are more than two axes it is not, which keeps texts few.
  std::string offset(std::size_t o, const walk& w) {
    std::string text;
    for (int d = 0; d < w.over.rank; ++d) {
      const std::ptrdiff_t stride = w.over.stride[o][std::size_t(d)];
      if (w.over.rank <= 2 && stride == 0) continue;
      text += "+" + w.index(d);
      if (w.over.rank <= 2 && stride == 1) continue;
      const std::string name = "t_" + w.index(d) + "_" + std::to_string(o);
      call.add("long " + name, cl_long(stride));
      text += "*" + name;
    }
    return text;
  }

  std::vector<operand> operands_;
};

inline kernel_call map_call(index4 grid, const operand& out, const rendering& e) {
  expression_kernel k(grid.size(), out, e);
  const walk i = k.walk_over(grid, "i");
  k.declare(i, "at_item");
  k.call.body += k.loads({&i});
  k.call.body += k.element(0, {&i}) + "=" + e.text + ";";
  return k.call;
}

// ---- reduce ---------------------------------------------------------------------------------------------------------

inline std::string fold_start(fold f, kind real) {
  if (f == fold::sum) return "real total=0,lost=0;\n";
  return std::string("real total=") + (real == kind::real32  ? "-INFINITY;\n"
                                       : real == kind::int32 ? "INT_MIN;\n"
                                                             : "0;\n");
}
/// Sums of floats carry what their rounding lost (Kahan 1965): as good as in double, which a device may not have.
inline std::string fold_step(fold f, kind real) {
  if (f == fold::max) return "total=total<v?v:total;\n";
  if (real != kind::real32) return "total+=v;\n";
  return "const real term=v-lost,next=total+term;lost=(next-total)-term;total=next;\n";
}

/// One work item for every output and segment of its fold, outputs innermost. With segments, `out` is the dense
/// partials(segment, output).
inline kernel_call reduce_call(fold f, index4 kept, index4 folded, const operand& out, const rendering& e,
                               detail::fold_cut cut) {
  expression_kernel k(kept.size() * cut.segments, out, e);
  const walk i = k.walk_over(kept, "i"), j = k.walk_over(folded, "j");
  const bool whole = cut.segments == 1;
  std::string& body = k.call.body;
  k.call.add("uint all", cl_uint(kernel_call::fits(folded.size())));
  if (whole) body += "const uint first=0,last=all;\n";
  else {
    k.call.add("uint length", cl_uint(cut.length));
    k.call.add("uint kept", cl_uint(kept.size()));
    body += "const uint first=at_item/kept*length,last=min(first+length,all),to=at_item;at_item%=kept;\n";
  }
  k.declare(i, "at_item");
  k.declare(j, "first");
  body += fold_start(f, out.what) + "for(uint at=first;at<last;++at){\n" + k.loads({&i, &j});
  body += "const real v=" + e.text + ";\n" + fold_step(f, out.what) + k.advance(j) + "}\n";
  body += (whole ? k.element(0, {&i}) : "at_buffer_0[at_from_0+to]") + "=total;";
  return k.call;
}

}    // namespace contrastive::on_opencl
