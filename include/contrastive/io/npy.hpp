// SPDX-License-Identifier: MIT
#pragma once
// Matrices as .npy files, as numpy writes and reads them.
#include <contrastive/core/matrix.hpp>
#include <contrastive/io/header_text.hpp>
#include <contrastive/io/plain_file.hpp>
#include <contrastive/io/whole_file.hpp>

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

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
  if (const std::uint64_t shape[]{m.rows(), m.columns()};
      detail::claimed_size(shape, sizeof(float)) > detail::largest_array)
    throw file_error(detail::quoted(path) + " was not written: a matrix of " + std::to_string(m.rows()) + "×" +
                     std::to_string(m.columns()) + " is more than any memory holds");
  detail::whole_file file(path);
  const std::string header = detail::npy_header(m.rows(), m.columns());
  file.write(std::as_bytes(std::span(header)));
  file.write(std::as_bytes(std::span(m.data(), m.rows() * m.columns())));
  file.commit();
}

namespace detail {
struct npy_header_fields {
  std::string element, fortran_order;
  bool records = false;    // a structured type in place of an element
  std::vector<std::uint64_t> shape;
};
inline npy_header_fields read_npy_fields(header_text header) {
  npy_header_fields found;
  std::vector<std::string> seen;
  header.expect('{');
  do {
    const auto field = header.python_string();
    header.require_new(field, seen);
    header.expect(':');
    if (field == "descr" && header.at_text()) found.element = header.python_string();
    else if (field == "descr") found.records = true, header.skip_value();
    else if (field == "shape") found.shape = header.numbers('(', ')');
    else if (field == "fortran_order") found.fortran_order = header.word();
    else header.wrong("no field '" + field + "'");
  } while (header.accept(',') && !header.at('}'));
  header.expect('}');
  header.expect_end();
  if (seen.size() != 3) header.wrong("the fields descr, fortran_order and shape");
  return found;
}

/// What stands between braces in the file, whose first bytes are looked at before more are read.
inline npy_header_fields read_npy_header(plain_file& file, const std::filesystem::path& path) {
  constexpr std::size_t before = 8, largest = 1 << 20;    // magic and version; far more than a matrix needs
  std::vector<char> bytes;
  if (file.append(bytes, before) < before || !std::string_view(bytes.data(), before).starts_with(npy_magic) ||
      bytes[6] < 1 || bytes[6] > 3)
    file.fail("not an .npy file of version 1 to 3");
  const std::size_t sizes = bytes[6] == 1 ? 2 : 4;    // bytes that hold the size of the header
  std::uint32_t size = 0;
  if (file.append(bytes, sizes) == sizes) std::memcpy(&size, bytes.data() + before, sizes);
  if (size > largest) file.fail("its header would take " + std::to_string(size) + " bytes; a matrix needs few");
  if (size == 0 || file.append(bytes, size) < size)
    file.fail("its header ends early, after " + std::to_string(bytes.size()) + " bytes");
  return read_npy_fields({std::string_view(bytes.data(), bytes.size()).substr(before + sizes), path});
}
}    // namespace detail

/// Reads a file of float32 in two dimensions, row-major. Throws file_error for a file of another kind or size.
inline matrix read_npy(const std::filesystem::path& path) {
  detail::plain_file file(path);
  const auto [element, order, records, shape] = detail::read_npy_header(file, path);
  if (records) file.fail("records are not supported; expected a row-major matrix of '<f4'");
  if (element != "<f4" || order != "False" || shape.size() != 2)
    file.fail("expected a row-major matrix of '<f4'; found " + std::to_string(shape.size()) + " dimensions of '" +
              element + "', fortran_order " + order);
  const std::string what = "a matrix of " + std::to_string(shape[0]) + "×" + std::to_string(shape[1]) + " float32 ";
  const std::uint64_t size = detail::claimed_size(shape, sizeof(float));
  if (size > detail::largest_array) file.fail(what + "is more than any memory holds");
  std::vector<char> values;
  if (const auto got = file.append(values, size); got < size || !file.at_end())
    file.fail(what + "takes " + std::to_string(size) + " bytes; " +
              (got < size ? "only " + std::to_string(got) : std::string("more")) + " follow its header");
  auto m = detail::in_memory(path, size, [&] { return matrix(std::size_t(shape[0]), std::size_t(shape[1])); });
  if (size > 0) std::memcpy(m.data(), values.data(), values.size());
  return m;
}

}    // namespace contrastive
