// SPDX-License-Identifier: MIT
// Laws of matrices in .npy files.
#include <contrastive/io/npy.hpp>

#include <sys/stat.h>

#include <thread>

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
  CHECK_THAT(refusal(of_numpy + "x"), contains("a matrix of 1×3 float32 takes 12 bytes; more follow its header"));
  CHECK_THAT(refusal(of_numpy.substr(0, of_numpy.size() - 1)), contains("12 bytes; only 11 follow its header"));
  CHECK_THAT(refusal(of_numpy.substr(0, 9)), contains("its header ends early, after 9 bytes"));
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

TEST_CASE("what is valid and not supported is not called damaged") {
  const temporary_folder folder;
  const auto refusal = [&](std::string header) {
    header.resize(117, ' ');
    return message_of([&] {
      (void)read_npy(write_bytes(folder / "b.npy", of_numpy.substr(0, 10) + header + "\n" + std::string(48, '\0')));
    });
  };
  CHECK_THAT(refusal("{'descr': [('x', '<f4'), ('y', '<f4', (2,))], 'fortran_order': False, 'shape': (6,), }"),
             contains("/b.npy': records are not supported; expected a row-major matrix of '<f4'"));
  CHECK_THAT(refusal("{'descr': '>f4', 'fortran_order': False, 'shape': (3, 4), }"),
             contains("expected a row-major matrix of '<f4'; found 2 dimensions of '>f4'"));
  CHECK_THAT(refusal("{'descr': '<f4', 'fortran_order': False, 'shape': (), }"), contains("found 0 dimensions"));
  CHECK_THAT(refusal("{'descr': '<f4', 'fortran_order': False, 'shape': (3L, 4L), }"), contains("no file_error"));
  CHECK_THAT(refusal("{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (3, 4), }"), contains("no file_error"));
}

TEST_CASE("a header that lacks a field, has one twice or claims more than there can be is refused") {
  const temporary_folder folder;
  const auto refusal = [&](std::string header, std::size_t values = 0) {
    header.resize(117, ' ');
    return message_of([&] {
      (void)read_npy(write_bytes(folder / "b.npy", of_numpy.substr(0, 10) + header + "\n" + std::string(values, '\0')));
    });
  };
  CHECK_THAT(refusal("{'descr': '<f4', 'shape': (3, 4), }", 48), contains("the fields descr, fortran_order and shape"));
  CHECK_THAT(refusal("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), 'descr': '<f4'}", 48),
             contains("no second field 'descr'"));
  CHECK_THAT(refusal("{'descr': '<f4', 'fortran_order': False, 'shape': (1152921504606846976, 0), }"),
             contains("a matrix of 1152921504606846976×0 float32 is more than any memory holds"));
  CHECK_THAT(refusal("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }"),
             contains("is more than any memory holds"));
  CHECK_THAT(refusal("{'descr': '<f4', 'fortran_order': False, 'shape': (1073741824, 4096), }", 8),
             contains("takes 17592186044416 bytes; only 8 follow its header"));
  CHECK_THAT(message_of([&] { write_npy(folder / "b.npy", matrix(std::size_t(1) << 60, 0)); }),
             contains("/b.npy' was not written: a matrix of 1152921504606846976×0 is more than any memory holds"));
}

TEST_CASE("a large file of another kind is refused by its first bytes") {
  const temporary_folder folder;
  write_bytes(folder / "large", "");
  std::filesystem::resize_file(folder / "large", std::uintmax_t(1) << 36);
  for (const auto& file : {folder / "large", std::filesystem::path("/dev/zero")})
    CHECK_THAT(message_of([&] { (void)read_npy(file); }), contains("': not an .npy file"));
  const std::string long_header = std::string("\x93NUMPY\2\0\xff\xff\xff\xff", 12);
  CHECK_THAT(message_of([&] { (void)read_npy(write_bytes(folder / "b", long_header)); }),
             contains("its header would take 4294967295 bytes; a matrix needs few"));
}

TEST_CASE("a pipe is read as a file is, and one that claims more than there is memory is refused") {
  const temporary_folder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  const auto from_pipe = [&](const std::string& bytes) {
    std::thread writer([&] { write_bytes(folder / "pipe", bytes); });
    std::string said;
    matrix m;
    said = message_of([&] { m = read_npy(folder / "pipe"); });
    writer.join();
    return std::pair{said, m};
  };
  CHECK(from_pipe(of_numpy).second == read_npy(write_bytes(folder / "a", of_numpy)));
  auto lying = of_numpy;
  lying.replace(lying.find("(1, 3), }"), 27, "(1073741824, 65536), }     ");
  CHECK_THAT(from_pipe(lying).first,
             contains("claims 281474976710656 bytes, which is more than this machine's memory"));
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
