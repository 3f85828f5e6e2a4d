// SPDX-License-Identifier: MIT
#pragma once
// A callback that writes a run's figures as JSON, one object per line.
#include <contrastive/core/error.hpp>
#include <contrastive/io/file_messages.hpp>
#include <contrastive/io/json_line.hpp>
#include <contrastive/train/callbacks/callback.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <utility>

namespace contrastive {

/// What a metrics_log writes.
struct metrics_log_options {
  int every = 1;    // steps between lines; epochs are always written
};

/// Appends to a file, so that a resumed run goes on below the old lines (its "start" says at which step). Each line is
/// written at once: another process may read along, and a crash loses no line. Throws file_error.
///
///     auto result = model.fit(data, {.epochs = 100}, metrics_log{"run.jsonl"});
///
/// Every line has an "event": start, step, epoch or end; the other members are those of the callback's infos, a figure
/// under its own name. Before the first figures a line {"event":"figures","names":"accuracy …"} says which there are; a
/// file that has such a line with other names is an argument_error.
class metrics_log {
 public:
  explicit metrics_log(std::filesystem::path path, metrics_log_options options = {})
      : path_(std::move(path)), every_(options.every) {
    if (every_ < 1) throw argument_error("metrics_log: every is at least 1; found " + std::to_string(every_));
    file_ = open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (file_ < 0) fail("cannot open ");
    find_names();
    end_torn_line();
  }
  ~metrics_log() {
    if (file_ >= 0) close(file_);
  }
  metrics_log(metrics_log&& other) noexcept
      : path_(std::move(other.path_)),
        line_(std::move(other.line_)),
        names_(std::move(other.names_)),
        every_(other.every_),
        file_(std::exchange(other.file_, -1)) {}
  metrics_log& operator=(metrics_log&&) = delete;

  void on_start(const run_info& i) {
    line_.add("event", "start").add("epochs", i.epochs).add("steps_per_epoch", i.steps_per_epoch);
    line_.add("steps_total", i.steps_total).add("first_step", i.first_step).add("images", i.images);
    write(line_.add("batch", i.batch).add("views", i.views).finish());
  }
  void on_step(const step_info& i) {
    if ((i.step + 1) % every_ != 0) return;
    require_names(i.figures);
    line_.add("event", "step").add("epoch", i.epoch).add("step", i.step).add("images", i.images).add("views", i.views);
    figures(i);
  }
  void on_epoch(const epoch_info& i) {
    require_names(i.figures);
    line_.add("event", "epoch").add("epoch", i.epoch).add("steps", i.steps);
    line_.add("spread", i.spread).add("says", text_of(i.says));
    figures(i);
  }
  void on_end(const fit_result& r) {
    line_.add("event", "end").add("epochs", r.epochs).add("steps", r.steps);
    line_.add("spread", r.spread).add("says", text_of(r.says));
    loss(r);
    write(line_.add("seconds", r.seconds)
              .add("ended", r.ended == outcome::finished ? "finished" : "interrupted")
              .finish());
  }

 private:
  void loss(const auto& i) {
    line_.add("loss", i.loss).add("chance_level", i.chance_level);
    for (const figure& f : i.figures) line_.add(f.name, f.value);
  }
  void figures(const auto& i) {
    loss(i);
    line_.add("anchors_without_positives", i.anchors_without_positives);
    write(line_.add("learning_rate", i.learning_rate).add("seconds", i.seconds).finish());
  }

  // ---- which figures there are --------------------------------------------------------------------------------------

  static constexpr std::string_view names_line = R"({"event":"figures","names":")";
  void find_names() {
    if (lseek(file_, 0, SEEK_END) <= 0) return;
    std::ifstream in(path_);
    for (std::string line; names_.empty() && std::getline(in, line);)
      if (line.starts_with(names_line) && line.ends_with("\"}"))
        names_ = line.substr(names_line.size(), line.size() - names_line.size() - 2);
  }
  void require_names(const figure_list& all) {
    const std::string found = all.names();
    if (found == names_) return;
    if (!names_.empty())
      throw argument_error(detail::quoted(path_) + " has the figures (" + names_ + "), this run has (" + found +
                           "): give it another file");
    for (const auto* own : {"event", "epoch", "step", "steps", "images", "views", "loss", "chance_level",
                            "anchors_without_positives", "learning_rate", "seconds", "spread", "says"})
      if (all.find(own))
        throw argument_error(std::string("metrics_log: every line has a member '") + own +
                             "' already; give that figure another name");
    write(line_.add("event", "figures").add("names", names_ = found).finish());
  }
  void write(std::string_view text) {
    while (!text.empty()) {
      const auto written = ::write(file_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("cannot write ");
      text.remove_prefix(std::size_t(written));
    }
  }
  // What a crash cut off stays, but does not run into the next line.
  void end_torn_line() {
    const auto size = lseek(file_, 0, SEEK_END);
    char last = '\n';
    if (size > 0 && pread(file_, &last, 1, size - 1) == 1 && last != '\n') write("\n");
  }
  [[noreturn]] void fail(const char* what) {
    const int reason = errno;
    if (file_ >= 0) close(std::exchange(file_, -1));
    throw file_error(what + detail::quoted(path_) + ": " + detail::errno_text(reason));
  }

  std::filesystem::path path_;
  detail::json_line line_;
  std::string names_;    // of the figures in the file
  int every_;
  int file_ = -1;
};

}    // namespace contrastive
