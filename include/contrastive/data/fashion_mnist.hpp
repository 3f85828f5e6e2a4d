// SPDX-License-Identifier: MIT
#pragma once
// Fashion-MNIST: 28 × 28 grey pictures of clothing in ten classes (Xiao, Rasul and Vollgraf 2017).
#include <contrastive/data/idx.hpp>

#include <array>

namespace contrastive {

/// The data set's two parts, from a folder with its four files under their usual names, each with or without `.gz`.
/// Throws file_error for a file that is missing or wrong. (MNIST's files have the same names and sizes.)
///
///     fashion_mnist data{"examples/data"};
///     auto accuracy = evaluate(data.train(), data.test());
class fashion_mnist {
 public:
  using sample = image<28, 28, 1>;
  using part = idx_dataset<sample>;
  static constexpr std::array<const char*, 10> names{"T-shirt/top", "trouser", "pullover", "dress", "coat",
                                                     "sandal",      "shirt",   "sneaker",  "bag",   "ankle boot"};

  explicit fashion_mnist(const std::filesystem::path& folder)
      : train_(read(folder, "train")), test_(read(folder, "t10k")) {}

  const part& train() const& { return train_; }
  const part& test() const& { return test_; }
  void train() && = delete;    // it would die with the expression
  void test() && = delete;

 private:
  static part read(const std::filesystem::path& folder, const std::string& which) {
    return {find(folder, which + "-images-idx3-ubyte"), find(folder, which + "-labels-idx1-ubyte"), int(names.size())};
  }
  static std::filesystem::path find(const std::filesystem::path& folder, const std::string& name) {
    for (const auto& file : {folder / name, folder / (name + ".gz")})
      if (std::error_code ignored; std::filesystem::is_regular_file(file, ignored)) return file;
    throw file_error("fashion_mnist: there is neither " + detail::quoted(folder / name) + " nor '" + name +
                     ".gz' beside it");
  }
  part train_, test_;
};

}    // namespace contrastive
