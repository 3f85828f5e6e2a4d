// SPDX-License-Identifier: MIT
#pragma once
// Matrices as .npy files, as numpy writes and reads them.
#include <contrastive/core/matrix.hpp>
#include <contrastive/io/all_bytes.hpp>
#include <contrastive/io/header_text.hpp>
#include <contrastive/io/whole_file.hpp>

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace contrastive {

static_assert(std::endian::native == std::endian::little, "matrices are written as they lie in little-endian memory");

namespace detail {
inline constexpr std::string_view npy_magic = "\x93NUMPY";

/// Magic, version 1.0, size of the text (16 bits), the text with spaces and a line feed up to a multiple of 64 bytes.
inline std::string npy_header(std::size_t rows, std::size_t columns) {
  constexpr std::size_t before = 10;
  std::string text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(rows) + ", " +
                     std::to_string(columns) + "), }";
  text.resize((before + text.size() + 1 + 63) / 64 * 64 - before - 1, ' ');
  text += '\n';
  std::string head(npy_magic);
  (head += '\1') += '\0';
  (head += char(text.size() % 256)) += char(text.size() / 256);
  return head + text;
}
}    // namespace detail

/// Writes rows × columns of float32, whole or not at all: `numpy.load(file)` reads them. Throws file_error.
///
///     write_npy("embeddings.npy", model.embed(data));
inline void write_npy(const std::filesystem::path& path, const matrix& m) {
  detail::whole_file file(path);
  const std::string header = detail::npy_header(m.rows(), m.columns());
  file.write(std::as_bytes(std::span(header)));
  file.write(std::as_bytes(std::span(m.data(), m.rows() * m.columns())));
  file.commit();
}

namespace detail {
struct npy_header_fields {
  std::string element, fortran_order;
  std::vector<std::uint64_t> shape;
};
inline npy_header_fields read_npy_fields(header_text header) {
  npy_header_fields found;
  header.expect('{');
  do {
    const auto field = header.string('\'');
    header.expect(':');
    if (field == "descr") found.element = header.string('\'');
    else if (field == "shape") found.shape = header.numbers('(', ')');
    else if (field == "fortran_order") found.fortran_order = header.word();
    else header.wrong("no field '" + field + "'");
  } while (header.accept(',') && !header.at('}'));
  header.expect('}');
  header.expect_end();
  return found;
}
}    // namespace detail

/// Reads a file of float32 in two dimensions, row-major. Throws file_error for a file of another kind or size.
inline matrix read_npy(const std::filesystem::path& path) {
  const auto bytes = detail::all_bytes(path);
  const auto fail = [&](const std::string& text) { throw file_error(detail::quoted(path) + ": " + text); };
  const std::string_view all(bytes.data(), bytes.size());
  if (all.size() < 12 || all.substr(0, 6) != detail::npy_magic || all[6] < 1 || all[6] > 3)
    fail("not an .npy file of version 1 to 3");
  const std::size_t sizes = all[6] == 1 ? 2 : 4;    // bytes that hold the size of the header
  std::uint32_t size = 0;
  std::memcpy(&size, all.data() + 8, sizes);
  const std::size_t begin = 8 + sizes + size;
  if (all.size() < begin) fail("its header ends early, after " + std::to_string(all.size()) + " bytes");
  const auto [element, order, shape] = detail::read_npy_fields({all.substr(8 + sizes, size), path});
  if (element != "<f4" || order != "False" || shape.size() != 2)
    fail("expected a row-major matrix of '<f4'; found " + std::to_string(shape.size()) + " dimensions of '" + element +
         "', fortran_order " + order);
  const std::size_t values = all.size() - begin;
  if ((shape[1] > 0 && shape[0] > values / shape[1]) || shape[0] * shape[1] * sizeof(float) != values)
    fail("a matrix of " + std::to_string(shape[0]) + "×" + std::to_string(shape[1]) + " float32 does not take the " +
         std::to_string(values) + " bytes that follow its header");
  matrix m{std::size_t(shape[0]), std::size_t(shape[1])};
  if (values > 0) std::memcpy(m.data(), all.data() + begin, values);
  return m;
}

}    // namespace contrastive
