// SPDX-License-Identifier: MIT
#pragma once
// Golden values: tensors computed by PyTorch in float64, read from tests/golden/<subject>.txt.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#ifndef CONTRASTIVE_GOLDEN_DIR
#error "CONTRASTIVE_GOLDEN_DIR must name the folder tests/golden"
#endif

/// One tensor, row-major: images (n, h, w, c), filters (k, r, s, c), weights of a linear layer (k, c).
struct golden_tensor {
  std::vector<int> shape;
  std::vector<double> values;

  std::size_t size() const { return values.size(); }

  std::vector<float> floats() const {
    std::vector<float> rounded;
    for (double value : values) rounded.push_back(static_cast<float>(value));
    return rounded;
  }
};

/// The tensors of one subject by name: `golden g{"conv2d"}; g["k3_s1_p1/x"]`, or of one case: `g.of("k3_s1_p1")["x"]`.
class golden {
 public:
  explicit golden(const std::string& subject) : file_{std::string{CONTRASTIVE_GOLDEN_DIR} + "/" + subject + ".txt"} {
    std::ifstream in{file_};
    if (!in) fail("cannot be opened");
    for (std::string head, values; next_line(in, head);) {
      if (!next_line(in, values)) fail("ends after the line: " + head);
      insert(head, values);
    }
    if (tensors_.empty()) fail("holds no tensor");
  }

  const golden_tensor& operator[](const std::string& name) const {
    auto found = tensors_.find(prefix_ + name);
    if (found == tensors_.end()) fail("holds no " + prefix_ + name + "; it holds " + listed());
    return found->second;
  }

  bool contains(const std::string& name) const { return tensors_.count(prefix_ + name) != 0; }

  /// The only value of a tensor: a loss, a rate, a kernel's size.
  double number(const std::string& name) const {
    const auto& tensor = (*this)[name];
    if (tensor.size() != 1) fail(prefix_ + name + " has " + std::to_string(tensor.size()) + " values, not one");
    return tensor.values.front();
  }

  /// The same values with `name` and a slash before every name asked for.
  golden of(const std::string& name) const {
    golden part = *this;
    part.prefix_ = prefix_ + name + "/";
    return part;
  }

  /// The cases of the file in its order: what stands before the first slash.
  std::vector<std::string> cases() const {
    std::vector<std::string> names;
    for (const auto& name : order_)
      if (auto slash = name.find('/'); slash != name.npos && (names.empty() || names.back() != name.substr(0, slash)))
        names.push_back(name.substr(0, slash));
    return names;
  }

  /// All names in the file's order, those of a case without the case.
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& name : order_)
      if (name.compare(0, prefix_.size(), prefix_) == 0) found.push_back(name.substr(prefix_.size()));
    return found;
  }

 private:
  std::string file_, prefix_;
  std::map<std::string, golden_tensor> tensors_;
  std::vector<std::string> order_;

  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error{"golden values: " + file_ + " " + what};
  }

  static bool next_line(std::istream& in, std::string& line) {
    while (std::getline(in, line))
      if (line.empty() || line.front() != '#') return true;
    return false;
  }

  void insert(const std::string& head, const std::string& line) {
    std::istringstream in{head};
    std::string name;
    std::size_t rank = 0, size = 1;
    if (!(in >> name >> rank)) fail("has no name and rank in the line: " + head);
    golden_tensor tensor;
    for (int extent = 0; in >> extent; size *= static_cast<std::size_t>(extent)) tensor.shape.push_back(extent);
    tensor.values = numbers(line);
    if (tensor.shape.size() != rank || tensor.size() != size)
      fail("says " + head + ", but " + std::to_string(tensor.size()) + " values follow");
    if (!tensors_.emplace(name, std::move(tensor)).second) fail("holds two tensors named " + name);
    order_.push_back(name);
  }

  static std::vector<double> numbers(const std::string& line) {
    std::vector<double> values;
    const char* at = line.c_str();
    for (char* end = nullptr;; at = end) {
      double value = std::strtod(at, &end);
      if (end == at) return values;
      values.push_back(value);
    }
  }

  std::string listed() const {
    std::string text;
    for (const auto& name : names())
      if (text.size() < 400) text += (text.empty() ? "" : ", ") + name;
    return text.empty() ? "nothing under that name" : text;
  }
};

/// One entry of a PyTorch model's state: `layer1.0.conv1.weight` with PyTorch's own extents, (k, c, r, s) for filters.
struct golden_name {
  std::string path;
  std::vector<int> shape;

  /// Running statistics are state; everything else is a parameter.
  bool is_state() const {
    auto last = path.substr(path.rfind('.') + 1);
    return last == "running_mean" || last == "running_var" || last == "num_batches_tracked";
  }
};

/// What torchvision's model holds, in its order: `golden_names("resnet18")` reads names_resnet18.txt.
inline std::vector<golden_name> golden_names(const std::string& model) {
  std::string file = std::string{CONTRASTIVE_GOLDEN_DIR} + "/names_" + model + ".txt";
  std::ifstream in{file};
  if (!in) throw std::runtime_error{"golden values: " + file + " cannot be opened"};
  std::vector<golden_name> names;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words{line};
    golden_name entry;
    words >> entry.path;
    for (int extent = 0; words >> extent;) entry.shape.push_back(extent);
    names.push_back(std::move(entry));
  }
  return names;
}

/// The numbers that networks.txt does not store: uniform in [−1, 1), exact in float, the same as networks.py makes.
inline std::vector<double> golden_numbers(const std::string& key, std::size_t count) {
  std::uint32_t seed = 2166136261u;    // FNV-1a
  for (char byte : key) seed = (seed ^ static_cast<unsigned char>(byte)) * 16777619u;
  std::vector<double> numbers;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t h = static_cast<std::uint32_t>(i) * 2654435761u + seed;
    h = (h ^ (h >> 15)) * 2246822519u;
    h = (h ^ (h >> 13)) * 3266489917u;
    h ^= h >> 16;
    numbers.push_back((h >> 8) / 8388608.0 - 1);
  }
  return numbers;
}

/// A parameter of networks.txt, row-major. Extents: (k, r, s, c) for a filter, one for a vector.
inline std::vector<double> golden_parameter(const std::string& path, const std::vector<int>& shape) {
  std::size_t count = 1;
  for (int extent : shape) count *= static_cast<std::size_t>(extent);
  double fan_in = static_cast<double>(count) / shape.at(0);
  bool is_weight = path.size() >= 6 && path.compare(path.size() - 6, 6, "weight") == 0;
  double scale = shape.size() == 1 ? 0.25 : 1, offset = shape.size() == 1 && is_weight ? 1 : 0;
  while (shape.size() > 1 && scale * scale * fan_in > 6) scale /= 2;
  auto values = golden_numbers(path, count);
  for (double& value : values) value = offset + scale * value;
  return values;
}
