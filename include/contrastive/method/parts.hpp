// SPDX-License-Identifier: MIT
#pragma once
// What a method owns: parts that register where they are declared, so none can be forgotten in a checkpoint.
#include <contrastive/core/function_ref.hpp>
#include <contrastive/method/setup.hpp>
#include <contrastive/net/stored_network.hpp>

#include <algorithm>
#include <vector>

namespace contrastive {

template <class S>
class parts;

namespace detail {
/// Parameters and statistics of the pipeline's network on the device: what encoders are frozen from.
template <class S>
struct network_memory {
  const params_of<typename S::network, typename S::device, typename S::input>* parameters = nullptr;
  const state_of<typename S::network, typename S::device, typename S::input>* statistics = nullptr;
};

/// The pipeline's network on the device.
template <class S>
using main_weights = weights<typename S::device, typename S::network, typename S::input>;

/// What does not depend on rows.
template <class Device, class T>
void copy_whole(Device& device, memory<Device, T>& to, memory<Device, T>& from) {
  const auto target = whole(device, to);
  if (target.rows > 0) device.copy(target.data, whole(device, from).data, target.size());
}
}    // namespace detail

/// Something that a method owns on a device. A run asks these things of each part, once a run or when it saves; what
/// happens within a step is the part's own and no virtual call.
template <class S>
class method_part {
 public:
  using device_type = typename S::device;
  using settings = typename S::settings;
  /// A column of elements: the form in which state goes to a file.
  using column = operand<typename device_type::template address<typename device_type::element>, true, 1, 1, 1>;
  using each_column = detail::function_ref<void(const std::string& name, const column& values)>;
  using each_slope = detail::function_ref<void(const std::string& name, const column& weights, const column& gradient)>;

  method_part(parts<S>& owner, std::string name);
  virtual ~method_part() = default;
  method_part(const method_part&) = delete;
  method_part& operator=(const method_part&) = delete;

  const std::string& name() const { return name_; }
  /// Parts count from 0 in the order of their declaration. Layers of part p draw at places p · 1024 and up.
  std::uint32_t number() const { return number_; }
  static constexpr std::uint32_t places_of_a_part = 1024;

  virtual void initialize(const settings&) {}                    // first values
  virtual void begin(const settings&, int /*samples*/) {}        // takes the memory of a run
  virtual void end() {}                                          // and gives it back
  virtual bool moved_in(int /*step*/) const { return false; }    // whether it was updated
  virtual void restore(int /*step*/, int /*update*/) {}          // as before this step, without the update of that one
  virtual void copy_to(method_part& /*its like*/) {}             // for a clone, maybe on another device
  // the network inside: weights and statistics, or the gradients in the weights' places
  virtual void each_stored(detail::stored_network<device_type>&, bool /*gradients*/) {}
  // all that a run changes and leaves behind: of a network what it stores
  virtual void each_array(const each_column& f) {
    for (const auto& w : stored().weights) f(path_of("model", w.name), column{w.data, int(w.size())});
  }
  // beside it, what a step leaves to the next while a run goes on
  virtual void each_array_of_run(const each_column&) {}
  // how far the last outputs of an epoch point apart (loss/verdict.hpp); below 0 where this is not asked of the part
  virtual double spread() const { return -1; }
  virtual bool learns() const { return false; }                            // has settings of an optimizer
  virtual bool draws() const { return false; }                             // random numbers beside those of its layers
  virtual detail::network_memory<S> main_network() const { return {}; }    // where it holds the pipeline's network

  /// The network inside; nothing where there is none.
  detail::stored_network<device_type> stored(bool gradients = false) {
    detail::stored_network<device_type> all;
    each_stored(all, gradients);
    return all;
  }
  /// What an optimizer moves, beside its gradient.
  void each_learned(const each_slope& f) {
    if (!learns()) return;
    const auto weights = stored().weights, slopes = stored(true).weights;
    for (std::size_t i = 0; i < weights.size(); ++i)
      if (const auto& [w, g] = std::pair(weights[i], slopes[i]); w.learned())
        f(w.name, column{w.data, int(w.size())}, column{g.data, int(g.size())});
  }

  /// What a pass of this part's network draws from: the step's key, at the part's places, its rows from `first_row` on.
  random_key key_of(const auto& m, int first_row) const {
    random_key key = m.key();
    key.layer = number_ * places_of_a_part;
    key.row = std::uint32_t(first_row);
    return key;
  }

 protected:
  /// Tells its own draws from those of parts before it: how many of them draw.
  std::uint32_t stream() const { return stream_; }
  std::string path_of(const char* kind, const std::string& where = "") const {
    return (path{kind} / name_.c_str() / where.c_str()).text;
  }
  template <class T>
  void copy_across(memory<device_type, T>& from, memory<device_type, T>& to,
                   device_type& there) {    // through the host
    std::vector<std::byte> bytes(from.size.fixed);
    device_.download(bytes.data(), device_.address_of(from.data), bytes.size());
    there.upload(there.address_of(to.data), bytes.data(), bytes.size());
    there.finish();
  }
  device_type& device_;

 private:
  std::string name_;
  std::uint32_t number_ = 0, stream_ = 0;
};

/// The base of a method's `on<S>`: knows its parts in the order of their declaration.
template <class S>
class parts {
 public:
  using device_type = typename S::device;
  parts(device_type& d) : device(d) {}    // not explicit: on<S>{{device}}
  parts(const parts&) = delete;
  parts& operator=(const parts&) = delete;

  device_type& device;

  void each_part(auto&& f) {
    for (auto* p : all_) f(*p);
  }
  void each_part(auto&& f) const {
    for (const auto* p : all_) f(*p);
  }
  /// Whether that part stands before.
  bool has(const method_part<S>* part) const { return std::find(all_.begin(), all_.end(), part) != all_.end(); }
  /// The pipeline's network, of the first learner that holds it: what is embedded, frozen and saved where no part is
  /// named.
  detail::main_weights<S>& main_net() const {
    if (!net_) throw argument_error("this method declares no learner<S>: one part has to hold the pipeline's encoder");
    return *net_;
  }
  /// A learner says so when it is made.
  void holds(detail::main_weights<S>& net) {
    if (!net_) net_ = &net;
  }
  void holds(auto& /*another network*/) {}
  /// Throws argument_error with the names that there are.
  method_part<S>& named(const std::string& name) const {
    std::string known;
    for (auto* p : all_) {
      if (p->name() == name && (!name.empty() || keeps(*p))) return *p;
      if (!p->name().empty()) known += (known.empty() ? "" : ", ") + p->name();
    }
    throw argument_error("this method has no part '" + name + "'" + (known.empty() ? "" : "; it has " + known));
  }

  /// First values of every part. Throws argument_error where two parts have one name, and where an optimizer is set for
  /// a part that does not learn.
  void initialize(const typename S::settings& s) {
    require_names();
    for (const auto& [name, own] : s.optimizer_of)
      if (!named(name).learns())
        throw argument_error("optimizer_of names '" + name + "', which learns nothing: it has no use for an optimizer");
    for (auto* p : all_) p->initialize(s);
  }
  /// Takes the memory of a run. Throws argument_error where one goes on.
  void begin(const typename S::settings& s, int samples) {
    if (in_a_run_) throw argument_error("this model is in a run already: a callback cannot fit what it watches");
    for (auto* p : all_) p->begin(s, samples);
    in_a_run_ = true;
  }
  void end() {
    for (auto* p : all_) p->end();
    in_a_run_ = false;
  }
  void copy_to(parts& other) {
    for (std::size_t i = 0; i < all_.size(); ++i) all_[i]->copy_to(*other.all_[i]);
  }

 private:
  friend method_part<S>;
  using column_of_part = typename method_part<S>::column;

  /// Whatever a checkpoint has of a part is found by its name there.
  void require_names() const {
    std::vector<std::string> names, arrays;
    const auto add = [](std::vector<std::string>& to, const std::string& name, const method_part<S>& part) {
      if (std::find(to.begin(), to.end(), name) != to.end()) refuse_name(part.name(), name);
      to.push_back(name);
    };
    for (auto* p : all_) {
      if (keeps(*p)) add(names, p->name(), *p);
      p->each_array([&](const std::string& array, const column_of_part&) { add(arrays, array, *p); });
    }
  }
  /// Whether a checkpoint has anything of this part; others need no name.
  static bool keeps(method_part<S>& p) {
    bool any = false;
    p.each_array([&](const std::string&, const column_of_part&) { any = true; });
    return any;
  }
  [[noreturn]] static void refuse_name(const std::string& part, const std::string& what) {
    throw argument_error("the part '" + part + "' is not the first of this method that has '" + what +
                         "' in a checkpoint: give each part a name of its own, and none that of a layer");
  }

  std::vector<method_part<S>*> all_;
  detail::main_weights<S>* net_ = nullptr;
  bool in_a_run_ = false;
};

template <class S>
method_part<S>::method_part(parts<S>& owner, std::string name)
    : device_(owner.device), name_(std::move(name)), number_(std::uint32_t(owner.all_.size())) {
  for (const auto* p : owner.all_) stream_ += p->draws();
  owner.all_.push_back(this);
}

}    // namespace contrastive
