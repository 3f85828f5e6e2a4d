// SPDX-License-Identifier: MIT
// For each requirement of a backend, a type that lacks only that one is refused.
#include <contrastive/backend/backend_concepts.hpp>
#include <contrastive/backend/reference.hpp>

#include "support/catch.hpp"

using namespace contrastive;

namespace {

static_assert(Backend<reference>);

struct without_name : reference {
  static constexpr int name = 0;
};
struct without_default : reference {
  explicit without_default(int);
};
struct without_element : reference {
  using element = int;
};
struct without_address : reference {
  template <class E>
  using address = const void*;    // not one of E
};
struct address_without_sum : reference {
  template <class E>
  struct address {
    using element = E;
    explicit operator bool() const;
  };
  template <class E>
  static address<E> address_as(address<std::byte>);
};
struct without_address_as : reference {
  template <class E>
  static E* address_as(std::byte*) = delete;
};
struct without_overrides : reference {
  using overrides = void;
};
struct without_allocate : reference {
  void allocate(std::size_t) = delete;
};
struct without_address_of : reference {
  void address_of(buffer&) = delete;
};
struct pinned {
  pinned(pinned&&) = delete;
};
struct without_movable_buffer : reference {
  using buffer = pinned;
  buffer allocate(std::size_t);
  std::byte* address_of(buffer&);
};
struct without_upload : reference {
  void upload() = delete;
};
struct uploads_only_its_element : reference {
  void upload(double*, const double*, std::size_t);
};
struct without_download : reference {
  void download() = delete;
};
struct downloads_only_its_element : reference {
  void download(double*, const double*, std::size_t);
};
struct without_copy : reference {
  void copy() = delete;
};
struct copies_only_its_element : reference {
  void copy(double*, const double*, std::size_t);
};
struct without_finish : reference {
  void finish() = delete;
};
struct without_map : reference {
  void map() = delete;
};
struct maps_only_its_element : reference {
  void map(index4, strided<double*>, const detail::any_tree<reference, double>&);
};
struct without_reduce : reference {
  void reduce() = delete;
};
struct without_maximum : reference {
  template <fold F>
    requires(F == fold::sum)
  void reduce(index4, index4, strided<double*>, const auto&);
};
struct without_launch : reference {
  void launch() = delete;
};
struct without_gemm : reference {
  void gemm() = delete;
};

static_assert(!Backend<without_name> && !contrastive::detail::HasName<without_name>);
static_assert(!Backend<without_default> && contrastive::detail::HasName<without_default>);
static_assert(!Backend<without_element> && !contrastive::detail::HasElement<without_element>);
static_assert(!Backend<without_address> && !contrastive::detail::HasAddresses<without_address>);
static_assert(!Backend<address_without_sum> && !contrastive::detail::HasAddresses<address_without_sum>);
static_assert(!Backend<without_address_as> && !contrastive::detail::HasAddresses<without_address_as>);
static_assert(!Backend<without_overrides> && !contrastive::detail::ListsOverrides<without_overrides>);
static_assert(!Backend<without_allocate> && !contrastive::detail::Allocates<without_allocate>);
static_assert(!Backend<without_address_of> && !contrastive::detail::Allocates<without_address_of>);
static_assert(!Backend<without_movable_buffer> && !contrastive::detail::Allocates<without_movable_buffer>);
static_assert(!Backend<without_upload> && !contrastive::detail::Uploads<without_upload, double>);
static_assert(!Backend<uploads_only_its_element> && contrastive::detail::Uploads<uploads_only_its_element, double>);
static_assert(!Backend<without_download> && !contrastive::detail::Downloads<without_download, double>);
static_assert(!Backend<downloads_only_its_element> &&
              contrastive::detail::Downloads<downloads_only_its_element, double>);
static_assert(!Backend<without_copy> && !contrastive::detail::Copies<without_copy, double>);
static_assert(!Backend<copies_only_its_element> && contrastive::detail::Copies<copies_only_its_element, double>);
static_assert(!Backend<without_finish> && !contrastive::detail::Finishes<without_finish>);
static_assert(!Backend<without_map> && !contrastive::detail::MapsFrom<without_map, double>);
static_assert(!Backend<maps_only_its_element> && contrastive::detail::MapsFrom<maps_only_its_element, double>);
static_assert(!Backend<without_reduce> && !contrastive::detail::Reduces<without_reduce>);
static_assert(!Backend<without_maximum> && !contrastive::detail::Reduces<without_maximum>);
static_assert(!Backend<without_launch> && !contrastive::detail::Launches<without_launch>);
static_assert(!Backend<without_gemm> && !contrastive::detail::Multiplies<without_gemm>);

// nothing but the missing verb is wrong with them
static_assert(contrastive::detail::Finishes<without_gemm> && contrastive::detail::Launches<without_gemm> &&
              contrastive::detail::Reduces<without_gemm> && contrastive::detail::MapsFrom<without_gemm, double>);
static_assert(contrastive::detail::Multiplies<without_launch> && contrastive::detail::Multiplies<without_reduce> &&
              contrastive::detail::Multiplies<without_map> && contrastive::detail::Multiplies<without_upload>);

}    // namespace

TEST_CASE("the reference is a backend, and a type that lacks one verb is none") {
  CHECK(Backend<reference>);
  CHECK_FALSE(Backend<without_gemm>);
}
