// SPDX-License-Identifier: MIT
#pragma once
// A checkpoint of a run: a safetensors file whose metadata say what run it is, under a sum of all bytes.
#include <contrastive/io/safetensors_reader.hpp>
#include <contrastive/io/safetensors_writer.hpp>

namespace contrastive {

namespace detail {
/// Tells a checkpoint from other safetensors files, and from those of other versions.
inline constexpr const char *checkpoint_key = "contrastive.checkpoint", *checkpoint_version = "3";

/// Opens a checkpoint. Throws file_error with the path for every other file, and for one that is damaged or cut off.
///
///     # Python: f = safetensors.safe_open("run/last.checkpoint", "np"); f.metadata()["step"]; f.get_tensor("model.…")
inline safetensors_reader open_checkpoint(const std::filesystem::path& path) {
  safetensors_reader file(path);
  if (!file.has_text(checkpoint_key))
    file.fail("not a checkpoint: its metadata have no " + std::string(checkpoint_key));
  file.require_sum();
  if (const std::string& version = file.text(checkpoint_key); version != checkpoint_version)
    file.fail("it is a checkpoint of version " + version + ", expected " + checkpoint_version);
  return file;
}
}    // namespace detail

}    // namespace contrastive
