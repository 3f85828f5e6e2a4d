// SPDX-License-Identifier: MIT
// Laws of matrices in .npy files.
#include <contrastive/io/npy.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/message_of.hpp"
#include "support/size_limit.hpp"
#include "support/temporary_folder.hpp"

using namespace contrastive;

namespace {

// what numpy.save writes of numpy.array([[1, -2.5, 0]], dtype="float32")
const std::string of_numpy = std::string("\x93NUMPY\1\0\x76\0", 10) +
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }" + std::string(58, ' ') +
                             "\n" + std::string("\0\0\x80\x3f\0\0\x20\xc0\0\0\0\0", 12);

matrix sample(std::size_t rows, std::size_t columns) {
  matrix m(rows, columns);
  for (std::size_t i = 0; i < rows * columns; ++i) m.data()[i] = float(i) / 7;
  return m;
}
}    // namespace

TEST_CASE("a matrix that was written is read, bit for bit, of whatever size") {
  const temporary_folder folder;
  for (const auto& [rows, columns] : {std::pair{3, 5}, {1, 1}, {0, 128}, {1000, 128}}) {
    const auto m = sample(std::size_t(rows), std::size_t(columns));
    write_npy(folder / "a.npy", m);
    CHECK(read_npy(folder / "a.npy") == m);
    CHECK(read_bytes(folder / "a.npy").size() % 64 == std::size_t(rows * columns) * 4 % 64);
  }
}

TEST_CASE("what is written is numpy's file, byte for byte") {
  const temporary_folder folder;
  matrix m(1, 3);
  m(0, 0) = 1, m(0, 1) = -2.5f;
  write_npy(folder / "a.npy", m);
  CHECK(read_bytes(folder / "a.npy") == of_numpy);
}

TEST_CASE("a file of another kind or size is refused with what was found") {
  const temporary_folder folder;
  const auto refusal = [&](const std::string& bytes) {
    return message_of([&] { (void)read_npy(write_bytes(folder / "b.npy", bytes)); });
  };
  for (std::size_t i = 0; i < of_numpy.size(); ++i) CHECK(refusal(of_numpy.substr(0, i)) != "no file_error was thrown");
  CHECK_THAT(refusal(of_numpy + "x"), contains("does not take the 13 bytes"));
  CHECK_THAT(refusal("PK"), contains("/b.npy': not an .npy file"));
  const auto with = [&](const std::string& old, const std::string& now) {
    auto bytes = of_numpy;
    return bytes.replace(bytes.find(old), old.size(), now);
  };
  CHECK_THAT(refusal(with("<f4", "<f8")), contains("found 2 dimensions of '<f8', fortran_order False"));
  CHECK_THAT(refusal(with("False", "True ")), contains("fortran_order True"));
  CHECK_THAT(refusal(with("(1, 3)", "(12,) ")), contains("found 1 dimensions"));
  CHECK_THAT(refusal(with("(1, 3)", "[1, 3]")), contains("its header is damaged: expected '('"));
  CHECK_THAT(message_of([&] { (void)read_npy(folder / "none"); }), contains("cannot open"));
}

TEST_CASE("on a full disk the old matrix is intact") {
  const temporary_folder folder;
  write_npy(folder / "a.npy", sample(2, 2));
  {
    const size_limit limit(1000);
    CHECK_THAT(message_of([&] { write_npy(folder / "a.npy", sample(100, 100)); }), contains("was not written"));
  }
  CHECK(read_npy(folder / "a.npy") == sample(2, 2));
}
