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

static_assert(!Backend<without_name> && !HasName<without_name>);
static_assert(!Backend<without_default> && HasName<without_default>);
static_assert(!Backend<without_element> && !HasElement<without_element>);
static_assert(!Backend<without_address> && !HasAddresses<without_address>);
static_assert(!Backend<address_without_sum> && !HasAddresses<address_without_sum>);
static_assert(!Backend<without_address_as> && !HasAddresses<without_address_as>);
static_assert(!Backend<without_overrides> && !ListsOverrides<without_overrides>);
static_assert(!Backend<without_allocate> && !Allocates<without_allocate>);
static_assert(!Backend<without_address_of> && !Allocates<without_address_of>);
static_assert(!Backend<without_movable_buffer> && !Allocates<without_movable_buffer>);
static_assert(!Backend<without_upload> && !Uploads<without_upload, double>);
static_assert(!Backend<uploads_only_its_element> && Uploads<uploads_only_its_element, double>);
static_assert(!Backend<without_download> && !Downloads<without_download, double>);
static_assert(!Backend<downloads_only_its_element> && Downloads<downloads_only_its_element, double>);
static_assert(!Backend<without_copy> && !Copies<without_copy, double>);
static_assert(!Backend<copies_only_its_element> && Copies<copies_only_its_element, double>);
static_assert(!Backend<without_finish> && !Finishes<without_finish>);
static_assert(!Backend<without_map> && !MapsFrom<without_map, double>);
static_assert(!Backend<maps_only_its_element> && MapsFrom<maps_only_its_element, double>);
static_assert(!Backend<without_reduce> && !Reduces<without_reduce>);
static_assert(!Backend<without_maximum> && !Reduces<without_maximum>);
static_assert(!Backend<without_launch> && !Launches<without_launch>);
static_assert(!Backend<without_gemm> && !Multiplies<without_gemm>);

// nothing but the missing verb is wrong with them
static_assert(Finishes<without_gemm> && Launches<without_gemm> && Reduces<without_gemm> &&
              MapsFrom<without_gemm, double>);
static_assert(Multiplies<without_launch> && Multiplies<without_reduce> && Multiplies<without_map> &&
              Multiplies<without_upload>);

}    // namespace

TEST_CASE("the reference is a backend, and a type that lacks one verb is none") {
  CHECK(Backend<reference>);
  CHECK_FALSE(Backend<without_gemm>);
}
