// SPDX-License-Identifier: MIT
#pragma once
// A type as a text that every compiler writes alike: "conv2d<64, 3, 1, 1, 0>", with all its arguments, without
// namespaces.
#include <contrastive/core/compiler.hpp>

#include <string>
#include <string_view>
#include <type_traits>

namespace contrastive {

namespace detail {

template <class T>
constexpr std::string_view compilers_text() {
  return __PRETTY_FUNCTION__;
}
/// From "T = " to the end of the type.
constexpr std::string_view text_of_type(std::string_view all) {
  all.remove_prefix(all.find("T = ") + 4);
  int depth = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (depth == 0 && (all[i] == ';' || all[i] == ']')) return all.substr(0, i);
    depth += all[i] == '<' || all[i] == '[' ? 1 : all[i] == '>' || all[i] == ']' ? -1 : 0;
  }
  return all;
}
/// The last name of a::b<c>::d<e>, without what it stands in and without its arguments.
constexpr std::string_view last_name(std::string_view text) {
  std::size_t first = 0, size = text.size();
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (depth == 0 && text[i] == ':') first = i + 1, size = text.size();
    if (depth == 0 && text[i] == '<') size = i;
    depth += text[i] == '<' || text[i] == '(' || text[i] == '{'   ? 1
             : text[i] == '>' || text[i] == ')' || text[i] == '}' ? -1
                                                                  : 0;
  }
  return text.substr(first, size - first);
}

/// "conv2d" of contrastive::conv2d<64, 3>.
template <class T>
constexpr std::string_view bare_name() {
  return detail::last_name(detail::text_of_type(detail::compilers_text<T>()));
}

template <class T>
std::string type_text();

/// A whole number, the number of an enumerator, the text of a fixed_string; of sides one number where they are equal.
template <auto Value>
std::string value_text() {
  if constexpr (std::is_enum_v<decltype(Value)> || std::is_integral_v<decltype(Value)>)
    return std::to_string(static_cast<long long>(Value));
  else if constexpr (requires {
                       Value.height;
                       Value.width;
                     })
    return std::to_string(Value.height) + (Value.height == Value.width ? "" : "x" + std::to_string(Value.width));
  else if constexpr (requires { Value.text; }) return '"' + std::string(Value.text) + '"';
  else return std::string(bare_name<std::remove_cvref_t<decltype(Value)>>());
}

/// a::b<c::d> > as b<d>>.
inline std::string without_scopes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ':')
      while (!out.empty() && std::string_view("<,( ").find(out.back()) == std::string_view::npos) out.pop_back();
    else if (c == '>' && out.ends_with("> ")) out.back() = c;
    else out += c;
  }
  return out.ends_with(' ') ? out.substr(0, out.size() - 1) : out;
}

/// What stands between < and >, for templates of values, of types, and of one of the one kind before some of the other.
/// Of other templates it is what the compiler writes.
template <class T>
struct arguments {
  static void each(auto&& f) {
    const auto text = text_of_type(compilers_text<T>());
    const auto first = text.rfind(bare_name<T>()) + bare_name<T>().size() + 1;
    if (text.ends_with('>')) f(without_scopes(text.substr(first, text.size() - first - 1)));
  }
};
template <template <auto...> class L, auto... A>
struct arguments<L<A...>> {
  static void each(auto&& f) { (f(value_text<A>()), ...); }
};
template <template <class...> class L, class... A>
struct arguments<L<A...>> {
  static void each(auto&& f) { (f(type_text<A>()), ...); }
};
template <template <auto, class...> class L, auto V, class T, class... A>
struct arguments<L<V, T, A...>> {
  static void each(auto&& f) { f(value_text<V>()), f(type_text<T>()), (f(type_text<A>()), ...); }
};
template <template <class, auto...> class L, class T, auto V, auto... A>
struct arguments<L<T, V, A...>> {
  static void each(auto&& f) { f(type_text<T>()), f(value_text<V>()), (f(value_text<A>()), ...); }
};

/// The name of a type with its arguments, those that nobody wrote too.
template <class T>
std::string type_text() {
  std::string text(bare_name<T>());
  const char* between = "<";
  detail::arguments<T>::each([&](const std::string& a) { (text += between) += a, between = ", "; });
  return *between == '<' ? text : text + '>';
}
}    // namespace detail

}    // namespace contrastive
