// SPDX-License-Identifier: MIT
#pragma once
// A callback that shows how far a run is: a bar on a terminal, plain lines now and then elsewhere.
#include <contrastive/train/callbacks/callback.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace contrastive {

/// Where a progress_bar writes, and how.
struct progress_bar_options {
  std::ostream* out = nullptr;       // none: standard error
  std::optional<bool> terminal{};    // none: asks whether standard error is one, and not TERM=dumb
  std::optional<bool> color{};       // none: on a terminal, unless NO_COLOR is set (no-color.org)
  int width = 0;                     // columns; 0: asks the terminal
  double refresh = 0.1;              // seconds between two looks of the bar
  double plain_every = 5;            // seconds between two plain lines
};

/// Percent, loss against its chance level, images per second and the time that is left.
///
///     auto result = model.fit(data, {.epochs = 100}, progress_bar{});
class progress_bar {
 public:
  explicit progress_bar(progress_bar_options options = {}) : options_(options) {
    const auto set = [](const char* name) { return std::getenv(name) && *std::getenv(name); };
    const bool dumb = set("TERM") && std::string_view(std::getenv("TERM")) == "dumb";
    terminal_ = options.terminal.value_or(!options.out && isatty(STDERR_FILENO) && !dumb);
    color_ = options.color.value_or(terminal_ && !set("NO_COLOR"));
  }
  ~progress_bar() { end_line(); }    // also where an exception ends the run
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;

  void on_start(const run_info& i) {
    run_ = i;
    says_ = verdict::unknown;
    shown_ = last_ = seconds_per_step_ = 0;
    if (terminal_) draw({.steps_total = i.steps_total, .steps_per_epoch = i.steps_per_epoch}, false);
  }
  void on_step(const step_info& i) {
    measure(i);
    const bool last = i.step + 1 == i.steps_total;
    if (i.seconds - shown_ < (terminal_ ? options_.refresh : options_.plain_every) && !(terminal_ && last)) return;
    shown_ = i.seconds;
    if (terminal_) draw(i, true);
    else print(position(i) + ", " + loss(i) + figures(i.figures) + lonely(i) + bad_news() + speed(i) + "\n");
  }
  void on_epoch(const epoch_info& i) { says_ = i.says; }
  void on_end(const fit_result& r) {
    end_line();
    print(counted(r.epochs, "epoch") + ", " + counted(r.steps, "step") + " in " + clock(r.seconds) + ": " + loss(r) +
          figures(r.figures) + (r.says == verdict::unknown ? "" : ", " + text_of(r.says)) +
          (r.ended == outcome::interrupted ? ", interrupted" : "") + "\n");
  }

 private:
  // A mean that forgets: the newest step counts one part in ten, or as much as all others while there are few.
  void measure(const step_info& i) {
    const double share = std::max(0.1, 1. / std::max(1, i.step + 1 - run_.first_step));
    seconds_per_step_ += share * (i.seconds - last_ - seconds_per_step_);
    last_ = i.seconds;
  }

  std::string position(const step_info& i) const {
    return "epoch " + std::to_string(i.epoch + 1) + "/" + std::to_string(run_.epochs) + ", step " +
           std::to_string(i.step + 1) + "/" + std::to_string(i.steps_total) + " (" +
           std::to_string(percent(i.step + 1)) + " %)";
  }
  static std::string loss(const auto& i) {
    return "loss " + number(i.loss) + " (chance " + number(i.chance_level) + ")";
  }
  // the first of them, as far as there is room
  static std::string figures(const figure_list& all, int room = 1 << 20) {
    std::string text;
    for (const figure& f : all) {
      const std::string next = ", " + std::string(f.name) + " " + number(f.value);
      if (int(text.size() + next.size()) > room) break;
      text += next;
    }
    return text;
  }
  static std::string lonely(const step_info& i) {
    const int count = i.anchors_without_positives;
    return count > 0 ? ", " + counted(count, "row") + " without positives" : "";
  }
  /// What the last epoch said, unless all is well.
  std::string bad_news() const {
    return says_ == verdict::not_learning || says_ == verdict::collapsed ? ", " + text_of(says_) : "";
  }
  std::string speed(const step_info& i) const {
    const double left = (i.steps_total - i.step - 1) * seconds_per_step_;
    const double images = seconds_per_step_ > 0 ? i.images / seconds_per_step_ : 0;
    return ", " + std::to_string(std::lround(images)) + " images/s, ETA " + clock(left);
  }
  int percent(int done) const { return run_.steps_total > 0 ? int(100ll * done / run_.steps_total) : 100; }

  //  42 % [#########-----------] epoch 3/7, loss 4.213 (chance 6.236), accuracy 0.71, 1234 images/s, ETA 0:42
  void draw(const step_info& i, bool started) {
    const int done = started ? i.step + 1 : run_.first_step;
    const std::string number_of_percent = std::to_string(percent(done));
    const std::string head = std::string(3 - std::min<std::size_t>(3, number_of_percent.size()), ' ') +
                             number_of_percent + " % ";
    std::string tail = " the first step is under way", after;
    if (started) {
      tail = " epoch " + std::to_string(i.epoch + 1) + "/" + std::to_string(run_.epochs) + ", " + loss(i);
      after = lonely(i) + bad_news() + speed(i);
    }
    const int columns = width() - 1, left = columns - int(head.size() + tail.size() + after.size()) - 2;
    tail += figures(i.figures, left - least_bar) + after;
    const int room = std::min(40, columns - int(head.size() + tail.size()) - 2);
    std::string line = head;
    if (room >= least_bar) line += bar(done, room);
    line += tail;
    if (room<least_bar&& int(line.size())> columns)
      line.resize(std::size_t(std::max(columns, 0)));    // ASCII: a byte is a column
    print("\r" + line + "\x1b[K");
    open_ = true;
  }
  std::string bar(int done, int room) const {
    const int filled = run_.steps_total > 0 ? int(1ll * room * done / run_.steps_total) : room;
    const std::string full(std::size_t(filled), '#'), rest(std::size_t(room - filled), '-');
    return color_ ? "[\x1b[32m" + full + "\x1b[0m" + rest + "]" : "[" + full + rest + "]";
  }
  int width() const {
    if (options_.width > 0) return options_.width;
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
  }

  static std::string counted(int n, const char* what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }
  static std::string number(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", x);
    return text;
  }
  // 0:42, 12:05, 3:07:00
  static std::string clock(double seconds) {
    if (!(seconds >= 0 && seconds < 1e9)) return "?";
    const long all = std::lround(seconds), hours = all / 3600;
    char text[32];
    if (hours > 0) std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", hours, all / 60 % 60, all % 60);
    else std::snprintf(text, sizeof text, "%ld:%02ld", all / 60, all % 60);
    return text;
  }

  void end_line() {
    if (open_) print("\n");
    open_ = false;
  }
  void print(const std::string& text) const {
    if (options_.out) *options_.out << text << std::flush;
    else std::fwrite(text.data(), 1, text.size(), stderr), std::fflush(stderr);
  }

  static constexpr int least_bar = 8;
  progress_bar_options options_;
  bool terminal_, color_, open_ = false;
  run_info run_;
  verdict says_ = verdict::unknown;
  double shown_ = 0, last_ = 0, seconds_per_step_ = 0;
};

}    // namespace contrastive
