// SPDX-License-Identifier: MIT
#pragma once
// What the library throws: every text names the file or argument, what was expected and what was found.
#include <contrastive/core/compiler.hpp>

#include <stdexcept>

namespace contrastive {

/// Whatever the library throws by itself is one of these.
struct error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A file that is missing, truncated, of another kind, or cannot be written.
struct file_error : error {
  using error::error;
};
/// Data that contradicts itself: labels out of range, an image of the wrong size.
struct data_error : error {
  using error::error;
};
/// An option or argument outside its range.
struct argument_error : error {
  using error::error;
};
/// A device that does not exist, or that refused its work.
struct device_error : error {
  using error::error;
};
/// A loss that became NaN or infinite. The model has its last good weights again.
struct not_finite : error {
  using error::error;
};

}    // namespace contrastive
