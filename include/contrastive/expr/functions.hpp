// SPDX-License-Identifier: MIT
#pragma once
// The functions of expressions. Each says its value, for scalars and packets alike, and its text in OpenCL C.
#include <contrastive/expr/node.hpp>
#include <contrastive/expr/scalar.hpp>

namespace contrastive {

namespace function {

struct add {
  static constexpr const char* text = "($+$)";
  CONTRASTIVE_FN static auto of(auto a, auto b) { return a + b; }
};
struct subtract {
  static constexpr const char* text = "($-$)";
  CONTRASTIVE_FN static auto of(auto a, auto b) { return a - b; }
};
struct multiply {
  static constexpr const char* text = "($*$)";
  CONTRASTIVE_FN static auto of(auto a, auto b) { return a * b; }
};
struct divide {
  static constexpr const char* text = "($/$)";
  CONTRASTIVE_FN static auto of(auto a, auto b) { return a / b; }
};
struct maximum {    // NaN in the first operand stays NaN
  static constexpr const char* text = "larger($,$)";
  template <class X>
  CONTRASTIVE_FN static X of(X a, X b) {
    return a < b ? b : a;
  }
};
struct minimum {
  static constexpr const char* text = "smaller($,$)";
  template <class X>
  CONTRASTIVE_FN static X of(X a, X b) {
    return a > b ? b : a;
  }
};
// meant: of numbers and of packets of them
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wfloat-equal"
struct equal {    // 1 or 0
  static constexpr const char* text = "($==$?1.0f:0.0f)";
  template <class X>
  CONTRASTIVE_FN static X of(X a, X b) {
    return a == b ? X{} + 1 : X{};
  }
};
#pragma GCC diagnostic pop
struct where_greater {    // e where a > b, else 0: what is not chosen may be infinite
  static constexpr const char* text = "($>$?$:0.0f)";
  template <class X>
  CONTRASTIVE_FN static X of(X a, X b, X e) {
    return a > b ? e : X{};
  }
};
struct exp {
  static constexpr const char* text = "exp($)";
  template <class X>
  CONTRASTIVE_FN static X of(X a) {
    return scalar::math<X>::exp(a);
  }
};
struct log {
  static constexpr const char* text = "log($)";
  template <class X>
  CONTRASTIVE_FN static X of(X a) {
    return scalar::math<X>::log(a);
  }
};
struct sqrt {
  static constexpr const char* text = "sqrt($)";
  template <class X>
  CONTRASTIVE_FN static X of(X a) {
    return scalar::math<X>::sqrt(a);
  }
};
struct erf {
  static constexpr const char* text = "erf($)";
  template <class X>
  CONTRASTIVE_FN static X of(X a) {
    return scalar::math<X>::erf(a);
  }
};
struct tanh {
  static constexpr const char* text = "tanh($)";
  template <class X>
  CONTRASTIVE_FN static X of(X a) {
    return scalar::math<X>::tanh(a);
  }
};
struct sin {
  static constexpr const char* text = "sin($)";
  template <class X>
  CONTRASTIVE_FN static X of(X a) {
    return scalar::math<X>::sin(a);
  }
};
struct cos {
  static constexpr const char* text = "cos($)";
  template <class X>
  CONTRASTIVE_FN static X of(X a) {
    return scalar::math<X>::cos(a);
  }
};
struct sigmoid {    // 1 / (1 + e^−a)
  static constexpr const char* text = "logistic($)";
  template <class X>
  CONTRASTIVE_FN static X of(X a) {
    const X one = X{} + 1;
    return one / (one + scalar::math<X>::exp(-a));
  }
};
struct softplus {    // log(1 + eᵃ) = max(a, 0) + log(1 + e^−|a|): nothing overflows, and small values stay right
  static constexpr const char* text = "softened($)";
  template <class X>
  CONTRASTIVE_FN static X of(X a) {
    const X rest = scalar::math<X>::log1p(scalar::math<X>::exp(a > X{} ? -a : a));
    return a < X{} ? rest : a + rest;
  }
};
struct abs {
  static constexpr const char* text = "magnitude($)";
  template <class X>
  CONTRASTIVE_FN static X of(X a) {
    return a > X{} ? a : X{} - a;    // −0 becomes 0
  }
};

}    // namespace function

/// What a function of expressions takes: terms, not all of them plain numbers.
template <class T, class... More>
concept Terms = (Term<T> && ... && Term<More>) && !(std::is_arithmetic_v<std::remove_cvref_t<T>> && ... &&
                                                    std::is_arithmetic_v<std::remove_cvref_t<More>>);

template <Term A, Term B>
  requires Terms<A, B>
constexpr auto operator+(const A& a, const B& b) {
  return detail::make<function::add>(expression_of(a), expression_of(b));
}
template <Term A, Term B>
  requires Terms<A, B>
constexpr auto operator-(const A& a, const B& b) {
  return detail::make<function::subtract>(expression_of(a), expression_of(b));
}
template <Term A>
  requires Terms<A>
constexpr auto operator-(const A& a) {
  return detail::make<function::multiply>(expression<extents{}, detail::integer<-1>>{}, expression_of(a));
}
template <Term A, Term B>
  requires Terms<A, B>
constexpr auto operator*(const A& a, const B& b) {
  return detail::make<function::multiply>(expression_of(a), expression_of(b));
}
template <Term A, Term B>
  requires Terms<A, B>
constexpr auto operator/(const A& a, const B& b) {
  return detail::make<function::divide>(expression_of(a), expression_of(b));
}
/// The larger of two; NaN where `a` is.
template <Term A, Term B>
  requires Terms<A, B>
constexpr auto maximum(const A& a, const B& b) {
  return detail::make<function::maximum>(expression_of(a), expression_of(b));
}
/// The smaller of two; NaN where `a` is.
template <Term A, Term B>
  requires Terms<A, B>
constexpr auto minimum(const A& a, const B& b) {
  return detail::make<function::minimum>(expression_of(a), expression_of(b));
}
/// 1 where a = b, else 0.
template <Term A, Term B>
  requires Terms<A, B>
constexpr auto equal(const A& a, const B& b) {
  return detail::make<function::equal>(expression_of(a), expression_of(b));
}
/// e where a > b, else 0. It selects and does not multiply, so e may be infinite where it is not chosen.
template <Term A, Term B, Term E>
  requires Terms<A, B, E>
constexpr auto where_greater(const A& a, const B& b, const E& e) {
  return detail::make<function::where_greater>(expression_of(a), expression_of(b), expression_of(e));
}
/// eᵃ
template <Term A>
  requires Terms<A>
constexpr auto exp(const A& a) {
  return detail::make<function::exp>(expression_of(a));
}
/// The natural logarithm.
template <Term A>
  requires Terms<A>
constexpr auto log(const A& a) {
  return detail::make<function::log>(expression_of(a));
}
/// √a
template <Term A>
  requires Terms<A>
constexpr auto sqrt(const A& a) {
  return detail::make<function::sqrt>(expression_of(a));
}
/// The error function, 2/√π · ∫₀ᵃ exp(−t²) dt.
template <Term A>
  requires Terms<A>
constexpr auto erf(const A& a) {
  return detail::make<function::erf>(expression_of(a));
}
/// The hyperbolic tangent.
template <Term A>
  requires Terms<A>
constexpr auto tanh(const A& a) {
  return detail::make<function::tanh>(expression_of(a));
}
/// The sine of an angle in radians.
template <Term A>
  requires Terms<A>
constexpr auto sin(const A& a) {
  return detail::make<function::sin>(expression_of(a));
}
/// The cosine of an angle in radians.
template <Term A>
  requires Terms<A>
constexpr auto cos(const A& a) {
  return detail::make<function::cos>(expression_of(a));
}
/// 1 / (1 + e^−a)
template <Term A>
  requires Terms<A>
constexpr auto sigmoid(const A& a) {
  return detail::make<function::sigmoid>(expression_of(a));
}
/// log(1 + eᵃ), without overflow; its derivative is the sigmoid.
template <Term A>
  requires Terms<A>
constexpr auto softplus(const A& a) {
  return detail::make<function::softplus>(expression_of(a));
}
/// |a|; at 0 its derivative is 0, as PyTorch's.
template <Term A>
  requires Terms<A>
constexpr auto abs(const A& a) {
  return detail::make<function::abs>(expression_of(a));
}
/// a²
template <Term A>
  requires Terms<A>
constexpr auto square(const A& a) {
  return a * a;
}
/// 1 / √a
template <Term A>
  requires Terms<A>
constexpr auto rsqrt(const A& a) {
  return 1 / sqrt(a);
}

}    // namespace contrastive
