// SPDX-License-Identifier: MIT
#pragma once
// What a backend is: addresses, five verbs that move memory and four that calculate.
#include <contrastive/expr/verbs.hpp>

#include <cstdint>

namespace contrastive {

namespace detail {
CONTRASTIVE_KERNEL(any_kernel, (int factor), (auto out, auto in), out(n, h, w, c) = in(n, h, w, c) * factor;)

template <class B, class E>
using address_in = typename B::template address<E>;
template <class B>
using own_element = typename B::element;
/// x + 1: the smallest tree with a leaf, a number and a function.
template <class B, class E>
using any_tree = apply<function::add, leaf<address_in<B, E>>, number>;

/// Calculates in `element`: float, or double as the reference does.
template <class B>
concept HasElement = std::floating_point<typename B::element>;

/// `address<E>` is an Address of E, and an address of bytes becomes one of E at the same place.
template <class B, class E>
concept HasAddressOf = Address<detail::address_in<B, E>> && std::same_as<element_of<detail::address_in<B, E>>, E> &&
                       requires(detail::address_in<B, std::byte> bytes) {
                         { B::template address_as<E>(bytes) } -> std::same_as<detail::address_in<B, E>>;
                       };
/// Addresses of bytes, of its own element, of int32 and uint8.
template <class B>
concept HasAddresses = HasElement<B> && Address<detail::address_in<B, std::byte>> &&
                       HasAddressOf<B, detail::own_element<B>> && HasAddressOf<B, std::int32_t> &&
                       HasAddressOf<B, std::uint8_t>;

/// `B::name` is its name in checkpoints. `facts(f)`, where it has one, calls f(name, value) for what else its bits
/// depend on beside the program: a run goes on only where all of it is the same.
template <class B>
concept HasName = requires {
  { B::name } -> std::convertible_to<const char*>;
};

/// What speeds a phase up, in the order in which it is tried; `type_list<>` is a backend of generic bodies alone.
template <class B>
concept ListsOverrides = requires {
  typename B::template overrides<training>;
  typename B::template overrides<inference>;
};

/// `allocate(bytes)` gives a movable buffer of zeros, `address_of(buffer)` says where it begins.
template <class B>
concept Allocates = HasAddresses<B> && std::movable<typename B::buffer> &&
                    requires(B b, std::size_t bytes, typename B::buffer& memory) {
                      { b.allocate(bytes) } -> std::same_as<typename B::buffer>;
                      { b.address_of(memory) } -> std::same_as<detail::address_in<B, std::byte>>;
                    };

/// `upload(to, from, count)`: elements of the host; they may change as soon as it returns.
template <class B, class E>
concept Uploads = requires(B b, detail::address_in<B, E> to, const E* from, std::size_t count) {
  b.upload(to, from, count);
};
/// `download(to, from, count)`: what every verb before it has made; it is there when the call returns.
template <class B, class E>
concept Downloads = requires(B b, E* to, detail::address_in<B, E> from, std::size_t count) {
  b.download(to, from, count);
};
/// `copy(to, from, count)`: from device to device, in order with the other verbs; the two do not overlap.
template <class B, class E>
concept Copies = requires(B b, detail::address_in<B, E> to, detail::address_in<B, E> from, std::size_t count) {
  b.copy(to, from, count);
};
/// `finish()` returns when everything that was asked for is done.
template <class B>
concept Finishes = requires(B b) { b.finish(); };

/// `map(grid, out, tree)`: out = tree at every place of the grid. The output may be one of the tree's operands; a leaf
/// of E is converted to the output's type where it is read.
template <class B, class E>
concept MapsFrom = requires(B b, index4 grid, strided<detail::address_in<B, detail::own_element<B>>> out,
                            detail::any_tree<B, E> tree) { b.map(grid, out, tree); };
/// `reduce<F>(kept, folded, out, tree)`: out at every place of `kept` = the sum or maximum over `folded`, in a fixed
/// order.
template <class B>
concept Reduces = requires(B b, index4 grid, strided<detail::address_in<B, detail::own_element<B>>> out,
                           detail::any_tree<B, detail::own_element<B>> tree) {
  b.template reduce<fold::sum>(grid, grid, out, tree);
  b.template reduce<fold::max>(grid, grid, out, tree);
};
/// `launch<Kernel>(grid, constants, out, in...)`: a portable body at every place of the grid.
template <class B>
concept Launches = requires(B b, index4 grid, std::array<int, 1> numbers,
                            strided<detail::address_in<B, detail::own_element<B>>> x) {
  b.template launch<detail::any_kernel>(grid, numbers, x, x);
};
/// `gemm(c, a, b, alpha, beta)`: c = alpha · a · b + beta · c, row-major; beta = 0 does not read c.
template <class B>
concept Multiplies = requires(B b, matrix_operand<detail::address_in<B, detail::own_element<B>>> m, double factor) {
  b.gemm(m, m, m, factor, factor);
};

template <class B, class E>
concept MovesAndMaps = Uploads<B, E> && Downloads<B, E> && Copies<B, E> && MapsFrom<B, E>;
}    // namespace detail

/// The nine verbs for its own element, and memory for int32 and uint8 beside it: labels, choices and pixels. One thread
/// uses a backend at a time; verbs take effect in the order in which they are called, and the same calls give the same
/// bits. `testing::backend_laws` checks what no signature says.
///
///     static_assert(Backend<my_device>);
template <class B>
concept Backend = detail::HasName<B> && std::default_initializable<B> && detail::HasElement<B> &&
                  detail::HasAddresses<B> && detail::ListsOverrides<B> && detail::Allocates<B> && detail::Finishes<B> &&
                  detail::Reduces<B> && detail::Launches<B> && detail::Multiplies<B> &&
                  detail::MovesAndMaps<B, detail::own_element<B>> && detail::MovesAndMaps<B, std::int32_t> &&
                  detail::MovesAndMaps<B, std::uint8_t>;

}    // namespace contrastive
